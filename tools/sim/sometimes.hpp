// SOMETIMES: situations that a full run of the simulator must reach at least once; without them it
// proves less than it seems to (after FoundationDB's and Antithesis's "sometimes" assertions).
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "storage/json.hpp"

namespace troupe::sim {

enum class situation : int {
  build_succeeds,
  build_fails,
  build_warns,
  build_is_retried,
  build_is_stopped,
  request_is_cancelled,
  request_is_collapsed,
  two_builds_at_once, ///< On one worker.
  step_halts_its_build,
  step_runs_after_a_halt,
  lock_is_shared,   ///< It has two holders at a time.
  log_is_cut_short, ///< Its worker was lost before the end of the output.
  commit_is_refused,
  commit_has_many_parts, ///< Several transactions share it.
  death_before_commit,
  death_after_commit,
  death_with_builds,
  builds_found_at_start, ///< A start finds builds that ran when the process crashed.
  change_is_refused,
  change_goes_unanswered, ///< The client was cut off; the change may be there or not.
  unanswered_change_is_kept,
  worker_comes_twice, ///< It connects while its former connection is half-open.
  silence_is_found_out,
  service_is_rebuilt,
  build_is_rebuilt, ///< A running build's service, with its state from the store.
  service_is_swapped,
  build_is_swapped,
  tree_above_is_restarted, ///< More failures than a supervisor tolerates.
  mail_waits_for_a_rebuild,
  reconfigured_under_load, ///< While builds run.
  reconfiguration_is_refused,
  reconfiguration_is_rolled_back,
  builder_retires, ///< It is removed from the configuration while it builds.
  clock_goes_back,
  stopped_under_load,
  several_changes_one_buildset,
  mischief_is_survived, ///< A build ends whose worker committed a byzantine fault.
};
inline constexpr std::size_t situations = 37;
constexpr auto names_of(situation) {
  return std::array<std::string_view, situations>{"build_succeeds",
                                                  "build_fails",
                                                  "build_warns",
                                                  "build_is_retried",
                                                  "build_is_stopped",
                                                  "request_is_cancelled",
                                                  "request_is_collapsed",
                                                  "two_builds_at_once",
                                                  "step_halts_its_build",
                                                  "step_runs_after_a_halt",
                                                  "lock_is_shared",
                                                  "log_is_cut_short",
                                                  "commit_is_refused",
                                                  "commit_has_many_parts",
                                                  "death_before_commit",
                                                  "death_after_commit",
                                                  "death_with_builds",
                                                  "builds_found_at_start",
                                                  "change_is_refused",
                                                  "change_goes_unanswered",
                                                  "unanswered_change_is_kept",
                                                  "worker_comes_twice",
                                                  "silence_is_found_out",
                                                  "service_is_rebuilt",
                                                  "build_is_rebuilt",
                                                  "service_is_swapped",
                                                  "build_is_swapped",
                                                  "tree_above_is_restarted",
                                                  "mail_waits_for_a_rebuild",
                                                  "reconfigured_under_load",
                                                  "reconfiguration_is_refused",
                                                  "reconfiguration_is_rolled_back",
                                                  "builder_retires",
                                                  "clock_goes_back",
                                                  "stopped_under_load",
                                                  "several_changes_one_buildset",
                                                  "mischief_is_survived"};
}

/// How often each was seen.
class sometimes {
public:
  void note(situation what) { counts_[static_cast<std::size_t>(what)]++; }
  void add(const sometimes& more) {
    for (std::size_t i = 0; i < situations; ++i)
      counts_[i] += more.counts_[i];
  }
  std::int64_t count(situation what) const { return counts_[static_cast<std::size_t>(what)]; }
  const std::array<std::int64_t, situations>& counts() const { return counts_; }
  std::array<std::int64_t, situations>& counts() { return counts_; }

private:
  std::array<std::int64_t, situations> counts_{};
};

} // namespace troupe::sim
