// RECORDS: what a journal consists of. An event is one run of a piece of a service, most of all of
// a handler: what went in, what the outside answered, what went out; a participant record tells
// what is in a cell. Their stored form is described in docs/JOURNAL.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/mail/address.hpp"
#include "storage/result.hpp"

namespace troupe::runtime {

enum class record_kind : std::uint8_t {
  name = 1, ///< A number for a path or a type, within its frame.
  event,
  participant,
  checksum, ///< Of the state that an event left.
};

/// What a record is about. Names are paths, message types or verbs.
struct record_head {
  std::uint64_t order = 0; ///< 1, 2, 3, … in the run: in the order in which events ended.
  instant at;              ///< When the event was taken up.
  std::string_view cell;
  std::string_view doing; ///< A message's type; else "init", "flush", …
  std::string_view sender;
  origin cause; ///< Of a message: which event said it.
};

/// Bytes as a journal has them: by value, or only their size and fingerprint.
struct recorded_bytes {
  bool by_value = true;
  bytes data;
  std::uint64_t size = 0;
  std::uint64_t mark = 0; ///< The fingerprint.

  bool is(std::string_view actual) const;
};

/// By value if they are short, else by reference.
recorded_bytes as_recorded(bytes data);

/// An effect of an event on the outside of the tree, or on the tree itself.
struct recorded_effect {
  std::string verb;   ///< "tell", "control", "start_child", "stop_child", "finish", …
  std::string target; ///< A path, a name, a reason.
  recorded_bytes content;
};

struct recorded_answer {
  std::string question;
  bytes answer;
};

struct event_record {
  std::optional<recorded_bytes> message; ///< What was taken; none for a callback such as "flush".
  std::optional<std::uint64_t> prng;     ///< State of the generator before its first draw.
  std::optional<std::string> failed;     ///< With this reason.
  std::vector<recorded_answer> answers;
  std::vector<recorded_effect> effects;
  std::uint64_t said = 0; ///< How many messages and reminders.
  bool dropped = false;   ///< Its message is not recorded: this event cannot be played.
};

/// What is in the cell: the record's `doing` tells how it came about.
struct participant_record {
  std::string kind;
  bytes config;
  bytes state;
  std::uint64_t incarnation = 0;
};

struct checksum_record {
  std::uint64_t mark = 0; ///< Fingerprint of the state's stored form.
  std::uint64_t size = 0;
};

/// `doing` of participant records.
namespace participants {
inline constexpr std::string_view state = "state";     ///< Kind, configuration, state: as it is.
inline constexpr std::string_view built = "built";     ///< A new one; "init" follows.
inline constexpr std::string_view offered = "offered"; ///< A configuration, to take in place.
inline constexpr std::string_view taken_back = "taken back"; ///< What was offered.
inline constexpr std::string_view exchanged = "exchanged";   ///< For the offered configuration.
inline constexpr std::string_view replaced = "replaced"; ///< By a successor, with the same state.
inline constexpr std::string_view undone = "undone";     ///< The last exchange or replacement.
inline constexpr std::string_view dropped = "dropped";   ///< Nobody is in the cell.
inline constexpr std::string_view gone = "gone";         ///< The cell has ended.
} // namespace participants

/// The question whose answer is the reason of a `terminate`.
inline constexpr std::string_view terminate_reason = "reason";

/// A longer message is recorded by reference to the event that said it.
inline constexpr std::size_t by_value_bytes_max = 512;

/// The parts of an event's record, in the order in which they came up.
enum class event_part : std::uint8_t { message = 1, prng, failed, said, answer, effect, dropped };

void put_message(bytes& event, std::string_view content, bool by_value);
void put_prng(bytes& event, std::uint64_t state);
void put_dropped(bytes& event);
void put_failed(bytes& event, std::string_view reason);
void put_said(bytes& event, std::uint64_t count);
void put_answer(bytes& event, std::string_view question, std::string_view answer);
void put_effect(bytes& event, std::string_view verb, std::string_view target,
                std::string_view content);
void put_participant(bytes& out, const participant_record& from);
void put_checksum(bytes& out, const checksum_record& from);

/// Refused (corrupt) if `in` is damaged.
result<event_record> get_event(std::string_view in);
result<participant_record> get_participant(std::string_view in);
result<checksum_record> get_checksum(std::string_view in);

} // namespace troupe::runtime
