// Why a scheduler orders nothing.
#pragma once

#include "runtime/observation/cause.hpp"

namespace troupe::schedulers {

enum class scheduler_cause : int {
  request_unanswered,
  request_refused,
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
};
constexpr auto names_of(scheduler_cause) {
  return std::array<std::string_view, 17>{"scheduler.request_unanswered",
                                          "scheduler.request_refused",
                                          "scheduler.changes_held",
                                          "scheduler.tree_not_stable",
                                          "scheduler.waits_for_important_change",
                                          "scheduler.buildset_impossible",
                                          "scheduler.builders_unknown",
                                          "scheduler.filter_says_no",
                                          "scheduler.filter_failed",
                                          "scheduler.codebase_unknown",
                                          "scheduler.change_unimportant",
                                          "scheduler.importance_failed",
                                          "scheduler.last_change_taken",
                                          "scheduler.no_change_seen",
                                          "scheduler.change_on_its_way",
                                          "scheduler.waits_for_person",
                                          "scheduler.force_refused"};
}
static_assert(names_of(scheduler_cause{}).size()
              == static_cast<std::size_t>(scheduler_cause::force_refused) + 1);

} // namespace troupe::schedulers
