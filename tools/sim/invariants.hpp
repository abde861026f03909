// INVARIANTS: the properties of a master that hold under all faults. Read this list first. Each is
// checked by the ledger at every commit, or at the end of a run, after it has quiesced.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace troupe::sim {

enum class invariant : int {
  // at every commit
  acknowledged_is_kept,      ///< A change that was acknowledged is stored, also after a crash.
  claimed_by_one_build,      ///< A request has at most one running build.
  completes_once,            ///< A complete record stays complete and keeps its result.
  request_ends_as_its_build, ///< With the result of its last build, if it has one.
  buildset_ends_with_its_requests, ///< When all are complete, with the worst of their results.
  collapses_into_the_same,    ///< Only into a newer request of its builder, for the same branch.
  builds_are_numbered,        ///< From 1, without gaps.
  max_builds,                 ///< A worker never runs more.
  right_worker,               ///< A build runs on a worker of its builder.
  locks_are_counted,          ///< A lock has no more holders than its maxCount.
  results_follow_the_algebra, ///< A build's result follows from its steps' (semantics.md 1).
  steps_follow_their_flags,   ///< After a step that halts, only those with alwaysRun run.
  step_ends_as_its_command,   ///< With the result of the command's exit code.
  log_is_a_prefix,            ///< A log holds the first lines of the output, none twice.
  nothing_runs_in_what_ended, ///< A complete build has no running step, a complete step no open
                              ///< log.
  // at the end, when faults have ceased
  change_is_scheduled_once, ///< Each scheduler made one buildset of each change.
  all_ends,                 ///< No request, build, step or log is left open.
  nothing_is_held,          ///< No lock, no room on a worker, no claim.
  tree_is_whole,            ///< Every configured service runs.
  log_is_whole,             ///< The log of a command that ended holds all its output.
  // at any time
  no_service_fails_by_itself, ///< Services fail by injected faults only.
  master_lives,               ///< It ends when told to, or after too many injected failures.
  store_agrees,               ///< A reopened store holds all committed records.
  same_again,                 ///< The same plan gives the same run.
};
constexpr auto names_of(invariant) {
  return std::array<std::string_view, 24>{"acknowledged_is_kept",
                                          "claimed_by_one_build",
                                          "completes_once",
                                          "request_ends_as_its_build",
                                          "buildset_ends_with_its_requests",
                                          "collapses_into_the_same",
                                          "builds_are_numbered",
                                          "max_builds",
                                          "right_worker",
                                          "locks_are_counted",
                                          "results_follow_the_algebra",
                                          "steps_follow_their_flags",
                                          "step_ends_as_its_command",
                                          "log_is_a_prefix",
                                          "nothing_runs_in_what_ended",
                                          "change_is_scheduled_once",
                                          "all_ends",
                                          "nothing_is_held",
                                          "tree_is_whole",
                                          "log_is_whole",
                                          "no_service_fails_by_itself",
                                          "master_lives",
                                          "store_agrees",
                                          "same_again"};
}

struct violation {
  invariant what;
  std::string message;
};

std::string as_words(const violation& x);

} // namespace troupe::sim
