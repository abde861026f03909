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

#include "runtime/replay/breakpoint.hpp"
#include "runtime/replay/cause_finder.hpp"
#include "runtime/replay/snapshots.hpp"

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
  bool at_end() const noexcept { return !next_; }
  /// Refused (not_found) if there is no such service, it is not known here, or has no such field.
  result<json> state(const std::string& path, const std::string& field) const;
  /// Paths of the services that are known here, with their kinds.
  std::vector<std::pair<std::string, std::string>> tree() const;
  /// What is about to be taken, or `taken` last.
  result<message_view> message(bool taken) const;
  /// What led to an event, and what it led to so far; 0: the event taken last.
  result<std::vector<chain_link>> cause(std::uint64_t order, const interrupt& stop);

  const breakpoint& add(breakpoint one);
  bool remove(std::int64_t number);
  const std::vector<breakpoint>& breakpoints() const noexcept { return breaks_; }
  void check(bool wanted) { again_.check(wanted); }
  bool checks() const noexcept { return again_.checks(); }
  std::size_t snapshots_kept() const noexcept { return kept_.count(); }

private:
  /// A place to go to: reached when what comes next is behind it.
  struct target {
    std::function<bool(const debugger& at)> reached;
    std::function<bool(const replay_point& point)> not_behind; ///< It may be gone to from there.
  };
  debugger(const kind_registry& kinds, const std::string& journal, journal_reader reader,
           std::string version, const snapshot_limits& limits);
  static target to_position(std::uint64_t position);
  target to_order(std::uint64_t order) const;
  static target to_time(instant when);
  replay_stop run(const target& to, const interrupt& stop);
  result<replay_stop> move(const target& to, const interrupt& stop);
  void read_next();
  /// Plays what comes next, and reads what comes then.
  std::optional<divergence> feed();
  result<void> restore(const snapshot& from);
  void keep_snapshot();
  void look_at_watched();
  std::optional<field_change> find_change();
  breakpoint* find_break();
  void note(std::string message);
  replay_stop stopped(stop_reason why, std::int64_t number = 0);
  json shown_message(const any_message& what) const;
  json fields_of(const any_message& what) const;
  std::uint64_t run_at_hand() const { return next_ ? next_->run : point_.run; }

  journal_reader reader_;
  const kind_registry& kinds_;
  mutable replay again_; ///< Asking what is there changes nothing.
  std::string version_;
  cause_finder causes_;
  snapshots kept_;
  replay_point point_;
  std::optional<record_view> last_, next_;
  any_message last_message_;
  std::uint64_t run_ = 0; ///< Of the record that was read last.
  std::optional<std::pair<instant, std::int64_t>> run_mark_;
  std::string last_version_, next_version_; ///< Of the programs that wrote them.
  std::vector<breakpoint> breaks_;
  std::int64_t next_break_ = 1;
  bool began_at_break_ = false; ///< It was told that the first record is at one.
  watched_fields watched_;
  std::vector<std::string> noted_;
  std::size_t told_ = 0; ///< Of them.
};

} // namespace troupe::runtime
