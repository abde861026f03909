#include "actors/schedulers/explanation.hpp"

#include "actors/botmaster/paths.hpp"
#include "actors/schedulers/buildset_builder.hpp"
#include "actors/schedulers/change_classifier.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::schedulers {

namespace {

using namespace botmaster;
using enum scheduler_cause;
using records::change;

thing the_scheduler(const std::string& name) {
  return {thing_kind::scheduler, name, 0};
}
thing the_change(change_id which) {
  return {thing_kind::change, std::to_string(which.value), which.value};
}
thing the_timer(const std::string& group) {
  return {thing_kind::timer, group, 0};
}

std::string counted(std::size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

cause waiting_order(const pending_request& order, instant now) {
  auto newest = order.changes.back().id.value;
  if (!order.refusal.empty())
    return {request_refused,
            fmt::format("its order for change {} was refused and is given again in {}: {}", newest,
                        lasting(order.again_at - now), order.refusal),
            the_service(brd_path), order.since, order.again_at};
  return {
      request_unanswered,
      fmt::format("its order for change {} has been without an answer for {}; it is given again "
                  "in {}",
                  newest, lasting(now - order.since), lasting(order.again_at - now)),
      the_service(brd_path), order.since, order.again_at};
}

// Changes that wait, in the order in which their time comes.
void explain_groups(const change_scheduler_state& is, instant now, causes& all) {
  std::vector<std::pair<instant, cause>> in_time;
  for (const auto& [group, changes] : is.groups) {
    auto important = std::count_if(changes.begin(), changes.end(),
                                   [](const auto& one) { return one.second.important; });
    auto waits =
        fmt::format("{}, {} of them important,", counted(changes.size(), "change"), important);
    auto timer = is.timers_due.find(group);
    if (is.due.contains(group)) {
      continue; // held back, as the order before it is out
    } else if (timer != is.timers_due.end()) {
      in_time.emplace_back(
          timer->second,
          cause{tree_not_stable,
                fmt::format("the tree has to be stable for another {}: {} in timer group {} wait",
                            lasting(timer->second - now), waits, group),
                the_timer(group),
                {},
                timer->second});
    } else if (important == 0) {
      in_time.emplace_back(instant::max(),
                           cause{waits_for_important_change,
                                 fmt::format("{} in timer group {} wait for one that is important",
                                             counted(changes.size(), "change"), group),
                                 the_timer(group)});
    } else {
      in_time.emplace_back(instant::max(),
                           cause{tree_not_stable,
                                 fmt::format("{} in timer group {} wait, and no treeStableTimer "
                                             "runs for them any more",
                                             waits, group),
                                 the_timer(group)});
    }
  }
  std::stable_sort(in_time.begin(), in_time.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [at, one] : in_time)
    all.push_back(std::move(one));
}

void explain_builders(const std::string& scheduler, const std::vector<std::string>& named,
                      const std::set<std::string>& builders, causes& all) {
  std::vector<std::string> unknown;
  for (const auto& name : named)
    if (!builders.contains(name))
      unknown.push_back(name);
  if (unknown.empty())
    return;
  all.push_back({builders_unknown,
                 fmt::format("scheduler {} names {} not configured: {}", scheduler,
                             unknown.size() == 1 ? "a builder that is" : "builders that are",
                             listed(unknown)),
                 the_builder(unknown.front())});
}

/// The builders that an order for these changes names.
std::vector<std::string> builders_for(const change_scheduler_config& wanted,
                                      const change_scheduler_state& is,
                                      const std::vector<change>& changes,
                                      model::function_host& functions) {
  add_buildset order;
  auto composed = compose(wanted.scheduler, changes, is.last_of_codebase, functions, order);
  return composed ? order.builder_names : std::vector<std::string>{};
}

// Nothing waits in it: what it made of the last change that it has seen.
void explain_last(const change_scheduler_config& wanted, const change_scheduler_state& is,
                  const std::optional<change>& last, model::function_host& functions, causes& all) {
  if (!last) {
    all.push_back({no_change_seen,
                   fmt::format("scheduler {} has seen no change yet", wanted.scheduler.name),
                   the_scheduler(wanted.scheduler.name)});
    return;
  }
  // One that has just begun was told where, and may have seen what came before as another one.
  auto known_as = fmt::format("change {}, {},", last->id.value,
                              is.seen > 0 ? "the last that it has seen" : "after which it began");
  auto verdict = why_not_for_it(judge(wanted, *last, functions), wanted, *last, known_as);
  if (is.last_taken != last->id && !verdict.empty())
    all.push_back(std::move(verdict.front()));
  else
    all.push_back({last_change_taken,
                   fmt::format("nothing waits: {} {}", known_as,
                               is.last_taken == last->id ? "was taken" : "is for it"),
                   the_change(last->id)});
}

/// The changes that it orders a build of next, if any wait.
std::vector<change> next_ones(const change_scheduler_state& is) {
  if (is.out)
    return is.out->changes;
  auto next = is.groups.begin();
  for (auto group = is.groups.begin(); group != is.groups.end(); ++group) {
    auto due = [&](const auto& one) {
      auto timer = is.timers_due.find(one->first);
      return timer == is.timers_due.end() ? instant::max() : timer->second;
    };
    if (due(group) < due(next))
      next = group;
  }
  std::vector<change> changes;
  if (next != is.groups.end())
    for (const auto& [id, one] : next->second)
      changes.push_back(one.change);
  return changes;
}

} // namespace

causes why_it_requests_nothing(const change_scheduler_config& wanted,
                               const change_scheduler_state& is, const scheduler_context& around,
                               model::function_host& functions, instant now) {
  causes all;
  if (is.out)
    all.push_back(waiting_order(*is.out, now));
  if (!is.held.empty())
    all.push_back({changes_held,
                   fmt::format("{}, from change {} on, wait for the answer to the order before",
                               counted(is.held.size(), "change"), is.held.front().id.value),
                   the_change(is.held.front().id)});
  for (const auto& group : is.due)
    all.push_back({changes_held,
                   fmt::format("the tree is stable, but the changes in timer group {} wait for the "
                               "answer to the order before",
                               group),
                   the_timer(group)});
  explain_groups(is, now, all);
  bool waits = !all.empty();
  if (is.impossible && (is.impossible->change == is.last_taken || waits))
    all.push_back({buildset_impossible,
                   fmt::format("no buildset could be made for change {}: {}",
                               is.impossible->change.value, is.impossible->message),
                   the_change(is.impossible->change), is.impossible->at});
  auto concerned = next_ones(is);
  if (concerned.empty() && around.last)
    concerned.push_back(*around.last);
  explain_builders(wanted.scheduler.name, builders_for(wanted, is, concerned, functions),
                   around.builders, all);
  if (!waits && around.newest > is.record.last_change)
    all.insert(all.begin(), {change_on_its_way,
                             fmt::format("change {} is stored and has not reached scheduler {} yet",
                                         around.newest.value, wanted.scheduler.name),
                             the_change(around.newest)});
  if (!waits)
    explain_last(wanted, is, around.last, functions, all);
  return all;
}

causes why_it_forces_nothing(const force_scheduler_config& wanted, const force_scheduler_state& is,
                             const scheduler_context& around, instant now) {
  causes all;
  std::vector<std::string> named;
  if (from_json(named, wanted.builder_names))
    explain_builders(wanted.name, named, around.builders, all);
  all.push_back({waits_for_person,
                 fmt::format("scheduler {} waits for somebody to force it", wanted.name),
                 the_scheduler(wanted.name)});
  if (is.refused_at)
    all.push_back({force_refused,
                   fmt::format("the last who tried was refused {} ago: {}",
                               lasting(now - *is.refused_at), is.last_refusal),
                   the_scheduler(wanted.name), is.refused_at});
  return all;
}

scheduler_context scheduler_context_of(const storage::snapshot& from, change_id last) {
  scheduler_context around{storage::find_change(from, last), storage::max_change_id(from), {}};
  for (const auto& one : storage::all_builders(from))
    if (!one.masters.empty())
      around.builders.insert(one.name);
  return around;
}

} // namespace troupe::schedulers
