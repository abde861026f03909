// RECORDS: what a journal consists of. A turn is one run of a piece of a service, most of all of a
// handler: what went in, what the outside answered, what went out; a seat record tells what is in a
// cell. Their stored form is described in docs/JOURNAL.md.
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
  turn,
  participant,
  digest, ///< Of the state that a turn left.
};

/// What a record is about. Names are paths, message types or verbs.
struct record_head {
  std::uint64_t order = 0; ///< 1, 2, 3, … in the run: in the order in which turns ended.
  instant at;              ///< When the turn was taken up.
  std::string_view cell;
  std::string_view doing; ///< A message's type; else "started", "idle", …
  std::string_view sender;
  origin cause; ///< Of a message: which turn said it.
};

/// Bytes as a journal has them: whole, or only their size and fingerprint.
struct recorded_bytes {
  bool whole = true;
  bytes data;
  std::uint64_t size = 0;
  std::uint64_t mark = 0; ///< The fingerprint.

  bool is(std::string_view actual) const;
};

/// As they are recorded if nothing says that all of them must be.
recorded_bytes as_recorded(bytes data);

/// Something done to the outside of the tree, or to the tree itself.
struct recorded_effect {
  std::string verb;   ///< "tell", "control", "start_child", "stop_child", "finish", …
  std::string target; ///< A path, a name, a reason.
  recorded_bytes content;
};

struct recorded_answer {
  std::string question;
  bytes answer;
};

struct turn_record {
  std::optional<recorded_bytes> message; ///< What was taken; none for a verb such as "idle".
  std::optional<std::uint64_t> prng;     ///< State of the generator before its first draw.
  std::optional<std::string> failed;     ///< With this reason.
  std::vector<recorded_answer> answers;
  std::vector<recorded_effect> effects;
  std::uint64_t said = 0; ///< How many messages and reminders.
  bool left_out = false;  ///< More came in than is recorded: this turn cannot be played.
};

/// What is in the cell: the record's `doing` tells how it came about.
struct seat_record {
  std::string kind;
  bytes config;
  bytes state;
  std::uint64_t incarnation = 0;
};

struct digest_record {
  std::uint64_t mark = 0; ///< Fingerprint of the state's stored form.
  std::uint64_t size = 0;
};

/// Seat records' `doing`.
namespace participants {
inline constexpr std::string_view state = "state";     ///< Kind, configuration, state: as it is.
inline constexpr std::string_view built = "built";     ///< A new one; "started" follows.
inline constexpr std::string_view offered = "offered"; ///< A configuration, to take in place.
inline constexpr std::string_view taken_back = "taken back"; ///< What was offered.
inline constexpr std::string_view exchanged = "exchanged";   ///< For the offered configuration.
inline constexpr std::string_view replaced = "replaced"; ///< By a successor, with the same state.
inline constexpr std::string_view undone = "undone";     ///< The last exchange or replacement.
inline constexpr std::string_view dropped = "dropped";   ///< Nobody is in the cell.
inline constexpr std::string_view gone = "gone";         ///< The cell has ended.
} // namespace participants

/// The question of the outside's answer that is the reason of a `terminate`.
inline constexpr std::string_view terminate_reason = "reason";

/// What is sent by reference to the turn that said it, when it is longer than this.
inline constexpr std::size_t whole_bytes_max = 512;

/// What a turn's record consists of, in the order in which it came up.
enum class event_part : std::uint8_t { message = 1, prng, failed, said, answer, effect, left_out };

void put_message(bytes& turn, std::string_view content, bool whole);
void put_chance(bytes& turn, std::uint64_t state);
void put_left_out(bytes& turn);
void put_failed(bytes& turn, std::string_view reason);
void put_said(bytes& turn, std::uint64_t count);
void put_answer(bytes& turn, std::string_view question, std::string_view answer);
void put_effect(bytes& turn, std::string_view verb, std::string_view target,
                std::string_view content);
void put_participant(bytes& out, const seat_record& from);
void put_digest(bytes& out, const digest_record& from);

/// Refused (corrupt) if `in` is damaged.
result<turn_record> get_turn(std::string_view in);
result<seat_record> get_seat(std::string_view in);
result<digest_record> get_digest(std::string_view in);

} // namespace troupe::runtime
