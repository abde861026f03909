// INVARIANTS: what must hold of a master whatever happens to it. Read this list first; each is
// checked at every commit, by the ledger, or when everything is quiet at the end.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace troupe::sim {

enum class invariant : int {
  // at every commit
  acknowledged_is_kept,      ///< What a client was told is done is stored, also after a death.
  claimed_by_one_build,      ///< A request has at most one build that runs.
  completes_once,            ///< What is complete stays so, with the result that it had.
  request_ends_as_its_build, ///< With the result of its last build, unless nobody built it.
  buildset_ends_with_its_requests, ///< When all are complete, with the worst of their results.
  collapses_into_the_same,    ///< Only into a newer request of its builder, for the same branch.
  builds_are_numbered,        ///< From 1, without gaps.
  max_builds,                 ///< A worker never runs more.
  right_worker,               ///< A build runs on a worker of its builder.
  locks_are_counted,          ///< Never more holders than a lock has places.
  results_follow_the_algebra, ///< A build's result is folded from its steps' (semantics.md 1).
  steps_follow_their_flags,   ///< After a step that halts only those run that always do.
  step_ends_as_its_command,   ///< Its result is what the worker's exit code means.
  log_is_a_prefix,            ///< A log holds the first lines that the worker said, none twice.
  nothing_runs_in_what_ended, ///< A complete build has no step that runs, such a step no open log.
  // at the end, when faults have ceased
  change_is_scheduled_once, ///< Each scheduler made its buildset of each change, and one only.
  all_ends,                 ///< No request, build, step, log is left open: what can start has.
  nothing_is_held,          ///< No lock, no place at a worker, no claim.
  tree_is_whole,            ///< Every configured service runs.
  log_is_whole,             ///< A log of a command that ended holds all that it said.
  // at any time
  no_service_fails_by_itself, ///< Only what the simulator makes fail does.
  master_lives, ///< It ends when it is told to, or when it was made to fail too often.
  store_agrees, ///< A store that is opened again holds what was committed.
  same_again,   ///< The same plan gives the same run.
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
