// DEBUGGER: a replay that stops where one likes, shows what is there, and goes back. It stands
// between two records of a journal: the last one has been played, the next one has not.
//
// Pure but for the files that it reads; tools/troupe has the words and the prompt.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/replay/cause_finder.hpp"
#include "runtime/replay/journal_player.hpp"
#include "runtime/replay/stop_conditions.hpp"

namespace troupe::runtime {

/// A message in full; `known` is false if the event takes none, or it is not known.
struct message_view {
  record_view record;
  bool taken = false; ///< Else it is about to be.
  bool known = false;
  json message;
  TROUPE_FIELDS(record, taken, known, message)
};

enum class stop_reason : int { arrived, breakpoint, watch, divergence, end, interrupted };
constexpr auto names_of(stop_reason) {
  return std::array<std::string_view, 6>{"arrived",    "breakpoint", "watch",
                                         "divergence", "end",        "interrupted"};
}

struct replay_stop {
  stop_reason why = stop_reason::arrived;
  std::uint64_t position = 0;
  std::optional<record_view> last, next;
  std::int64_t breakpoint = 0; ///< Its number, or the watch's.
  std::optional<field_change> changed;
  std::optional<divergence> differs;
  std::vector<std::string> notes; ///< Of versions, damage, what cannot be read: each once.
  TROUPE_FIELDS(why, position, last, next, breakpoint, changed, differs, notes)
};

class debugger {
public:
  /// Asked now and then on a long way: true stops it.
  using interrupt = std::function<bool()>;

  /// `version` is that of the program. Refused as journal_reader::open.
  static result<std::unique_ptr<debugger>> open(const std::string& journal,
                                                const kind_registry& kinds, std::string version,
                                                const snapshot_limits& limits = {});

  // -- forward: all stop at breakpoints, watches and, with `check`, divergences ------------------
  replay_stop step(std::uint64_t records, const interrupt& stop);
  replay_stop go_on(const interrupt& stop);
  /// To behind record `order` of the run at hand, or its end; refused if that is past.
  result<replay_stop> until(std::uint64_t order, const interrupt& stop);
  /// To before the first record that is not earlier than `when`.
  result<replay_stop> until(instant when, const interrupt& stop);

  // -- anywhere: these stop nowhere else ---------------------------------------------------------
  result<replay_stop> back(std::uint64_t records, const interrupt& stop);
  result<replay_stop> go_to(std::uint64_t order, const interrupt& stop);
  result<replay_stop> go_to(instant when, const interrupt& stop);

  // -- what is here ------------------------------------------------------------------------------
  replay_stop where();
  bool at_end() const noexcept { return !player_.next(); }
  /// Refused (not_found) if there is no such service, it is not known here, or has no such field.
  result<json> state(const std::string& path, const std::string& field) const;
  /// Paths of the services that are known here, with their kinds.
  std::vector<std::pair<std::string, std::string>> tree() const;
  /// What is about to be taken, or `taken` last.
  result<message_view> message(bool taken) const;
  /// What led to an event, and what it led to so far; 0: the event taken last.
  result<std::vector<chain_link>> cause(std::uint64_t order, const interrupt& stop);

  // -- where it stops ----------------------------------------------------------------------------
  const breakpoint& add(breakpoint one) { return stops_.add(std::move(one)); }
  bool remove(std::int64_t number) { return stops_.remove(number); }
  const std::vector<breakpoint>& breakpoints() const noexcept { return stops_.all(); }
  void check(bool wanted) { player_.check(wanted); }
  bool checks() const noexcept { return player_.checks(); }
  std::size_t snapshots_kept() const noexcept { return player_.snapshots_kept(); }

private:
  debugger(const kind_registry& kinds, const std::string& journal, journal_reader reader,
           std::string version, const snapshot_limits& limits);

  replay_stop run(const replay_target& to, const interrupt& stop);
  result<replay_stop> move(const replay_target& to, const interrupt& stop);
  std::optional<std::int64_t> find_break();
  replay_stop stopped(stop_reason why, std::int64_t number = 0);

  std::string version_;
  replay_notes notes_;
  journal_player player_;
  cause_finder causes_;
  stop_conditions stops_;
  bool began_at_break_ = false; ///< It was told that the first record is at one.
};

} // namespace troupe::runtime
