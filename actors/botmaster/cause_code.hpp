// The kinds of causes (cause.hpp), for programs: people have the words.
#pragma once

#include <array>
#include <string_view>

namespace troupe::botmaster {

enum class cause_code : int {
  // what does not start
  waits_for_store,
  shutting_down,
  builder_unconfigured,
  buildset_over,
  another_goes_first,
  next_build_chose_none,
  next_build_chose_another,
  next_build_failed,
  next_worker_chose_none,
  next_worker_chose_another,
  next_worker_failed,
  can_start_build_says_no,
  can_start_build_failed,
  lock_held,
  lock_wanted_before,
  lock_too_small,
  // workers
  no_worker_configured,
  worker_unreported,
  worker_never_connected,
  worker_not_connected,
  worker_unserved,
  worker_attaching,
  worker_paused,
  worker_graceful,
  worker_quarantined,
  worker_full,
  worker_builds_for_builder,
  worker_lacks_builder,
  worker_silent,
  worker_unused,
  worker_building,
  nothing_waits,
  // what does not end
  being_built,
  order_on_its_way,
  build_engaging,
  build_preparing,
  build_waits_for_locks,
  step_waits_for_locks,
  step_waits_between_tries,
  step_waits_for_files,
  command_running,
  command_ending,
  // what is over
  build_finished,
  request_complete,
  request_collapsed,
  request_cancelled,
  // schedulers
  order_unanswered,
  order_refused,
  changes_held,
  tree_not_stable,
  waits_for_important_change,
  buildset_impossible,
  builders_unknown,
  filter_says_no,
  filter_failed,
  codebase_unknown,
  change_unimportant,
  importance_failed,
  last_change_taken,
  no_change_seen,
  change_on_its_way,
  waits_for_person,
  force_refused,
  // services
  service_silent,
  service_absent,
};
constexpr auto names_of(cause_code) {
  return std::array<std::string_view, 65>{
      "waits_for_store", "shutting_down", "builder_unconfigured", "buildset_over",
      "another_goes_first", "next_build_chose_none", "next_build_chose_another",
      "next_build_failed", "next_worker_chose_none", "next_worker_chose_another",
      "next_worker_failed", "can_start_build_says_no", "can_start_build_failed", "lock_held",
      "lock_wanted_before", "lock_too_small", "no_worker_configured", "worker_unreported",
      "worker_never_connected", "worker_not_connected", "worker_unserved", "worker_attaching",
      "worker_paused", "worker_graceful", "worker_quarantined", "worker_full",
      "worker_builds_for_builder", "worker_lacks_builder", "worker_silent", "worker_unused",
      "worker_building", "nothing_waits", "being_built", "order_on_its_way", "build_engaging",
      "build_preparing", "build_waits_for_locks", "step_waits_for_locks",
      "step_waits_between_tries", "step_waits_for_files", "command_running", "command_ending",
      "build_finished", "request_complete", "request_collapsed", "request_cancelled",
      "order_unanswered", "order_refused", "changes_held", "tree_not_stable",
      "waits_for_important_change", "buildset_impossible", "builders_unknown", "filter_says_no",
      "filter_failed", "codebase_unknown", "change_unimportant", "importance_failed",
      "last_change_taken", "no_change_seen", "change_on_its_way", "waits_for_person",
      "force_refused", "service_silent", "service_absent"};
}
static_assert(names_of(cause_code{}).size()
              == static_cast<std::size_t>(cause_code::service_absent) + 1);

} // namespace troupe::botmaster
