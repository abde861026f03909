// REPLAY: the services of a journal, without actors: each takes again what its cell took, in the
// order of the record, at the recorded times, and is compared with the record on the way.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "runtime/journal/segment.hpp"
#include "runtime/replay/replayed_cell.hpp"
#include "runtime/replay/sources.hpp"

namespace troupe::runtime {

class replay {
public:
  struct figures {
    std::uint64_t events = 0;      ///< Played.
    std::uint64_t messages = 0;    ///< Of them, those that took a message.
    std::uint64_t compared = 0;    ///< Messages that were said again as they are in the record.
    std::uint64_t checksums = 0;   ///< States that were compared.
    std::uint64_t passed_over = 0; ///< Events of services whose state was not known,
    std::uint64_t looking = 0;     ///< and of those that cannot be played: they look around.
  };

  /// All that it is between two records.
  struct said_event {
    std::vector<std::pair<address, any_message>> what;
    std::uint64_t bytes = 0; ///< Of the messages taken from it, in order: an estimate of its size.
    std::uint64_t weighed = 0; ///< Messages that are in it.
  };
  struct copy {
    std::map<std::string, cell_copy, std::less<>> cells;
    std::vector<std::pair<std::uint64_t, std::shared_ptr<said_event>>> said; ///< By order.
    figures count;
  };

  /// With `check`, what a service says is compared with what was taken; without, only carried on.
  explicit replay(const kind_registry& kinds, bool check = true);

  void check(bool wanted) noexcept { check_ = wanted; }
  bool checks() const noexcept { return check_; }

  /// Nothing while a service holds back what is not in its state.
  std::optional<copy> make_copy() const;
  void restore(const copy& from);

  /// Plays no others than these cells, and carries on only what these events say; before the first
  /// record.
  void only(sources what) { only_ = std::move(what); }

  /// Another run, or a gap in the record: nothing is known any more.
  void forget();

  /// The next record. What differs is told, once; the replay may go on, with the replayed side.
  std::optional<divergence> feed(record_kind kind, const record_head& head, std::string_view body);

  /// What an event takes that is not fed yet; empty if there is none, or it is not known.
  any_message coming(const record_head& head, std::string_view body);
  /// What of the last fed record this program cannot read, in words; empty if all is well. Most
  /// likely another program wrote it.
  const std::string& unread() const noexcept { return unread_; }

  const figures& count() const noexcept { return figures_; }
  /// Null if there is no such cell, or its state is not known.
  replayed_cell* find(std::string_view path);
  /// Those that are known.
  std::vector<std::string> known() const;
  /// The message that the last fed event took, and what the event said; empty if it was not played.
  const any_message& last_message() const noexcept { return last_message_; }
  const outbox& last_said() const noexcept { return last_said_; }
  replay_surroundings& around() noexcept { return around_; }

private:
  any_message read(const record_head& head, const recorded_bytes& recorded);
  std::optional<divergence> feed_event(const record_head& head, std::string_view body);
  std::optional<divergence> find_message(const record_head& head, const recorded_bytes& recorded,
                                         any_message& found);
  void keep_said(std::uint64_t order, replayed_cell& who);
  replayed_cell& cell(std::string_view path);

  replay_surroundings around_;
  bool check_;
  std::optional<sources> only_; ///< None: all.
  std::map<std::string, std::unique_ptr<replayed_cell>, std::less<>> cells_;
  /// What events said, until it is taken; bounded, for some is taken late or never.
  std::unordered_map<std::uint64_t, std::shared_ptr<said_event>> said_;
  std::deque<std::uint64_t> said_order_;
  figures figures_;
  any_message last_message_;
  outbox last_said_;
  std::string unread_;
};

} // namespace troupe::runtime
