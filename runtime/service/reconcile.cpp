#include "runtime/service/reconcile.hpp"

#include <algorithm>
#include <map>

#include "runtime/service/kind.hpp"
#include "storage/json_difference.hpp"

namespace troupe::runtime {

namespace {

struct comparison {
  const plan_rules& rules;
  tree_plan plan;
  std::vector<tree_change> changed, starts;

  void compare(const std::string& path, const std::vector<child_spec>& running,
               const std::vector<child_spec>& wanted);
  void leave(const std::string& path, const child_spec& one);
};

void comparison::leave(const std::string& path, const child_spec& one) {
  if (auto retired = rules.retired ? rules.retired(one) : std::nullopt) {
    if (!same_node(*retired, one)) // else it is about to go already
      changed.push_back({tree_act::retire, path, std::move(*retired), alone(one)});
  } else
    plan.changes.push_back({tree_act::stop, path, one, alone(one)});
}

void comparison::compare(const std::string& path, const std::vector<child_spec>& running,
                         const std::vector<child_spec>& wanted) {
  std::map<std::string_view, const child_spec*> present, future;
  for (const auto& one : running)
    present.emplace(one.name, &one);
  for (const auto& one : wanted)
    future.emplace(one.name, &one);
  for (auto one = running.rbegin(); one != running.rend(); ++one) {
    auto next = future.find(one->name);
    if (next == future.end())
      leave(child_path(path, one->name), *one);
    else if (next->second->kind != one->kind)
      plan.changes.push_back({tree_act::stop, child_path(path, one->name), *one, alone(*one)});
  }
  for (const auto& one : wanted) {
    auto now = present.find(one.name);
    if (now == present.end() || now->second->kind != one.kind) {
      starts.push_back({tree_act::start, child_path(path, one.name), one, {}});
      continue;
    }
    bool same = same_node(*now->second, one);
    plan.kept += same;
    if (same && one.children.empty() && now->second->children.empty())
      continue;
    auto here = child_path(path, one.name);
    if (!same) {
      bool told = rules.in_place && rules.in_place(*rules.kinds, one.kind);
      changed.push_back(
          {told ? tree_act::tell : tree_act::swap, here, alone(one), alone(*now->second)});
    }
    compare(here, now->second->children, one.children);
  }
}

/// Of the specification, but for the configuration and what runs below.
json policy_view(const child_spec& spec) {
  auto shown = to_json(alone(spec)).as_object();
  for (auto name : {"name", "config", "children", "after", "dynamic"})
    shown.erase(name);
  return shown;
}

} // namespace

bool same_node(const child_spec& a, const child_spec& b) {
  return a.config == b.config && a.restart == b.restart && a.significant == b.significant
         && a.start_patience == b.start_patience && a.stop_patience == b.stop_patience
         && a.mailbox_max == b.mailbox_max && a.detached == b.detached
         && a.children_policy == b.children_policy;
}

child_spec alone(const child_spec& spec) {
  return {spec.name,
          spec.kind,
          spec.config,
          spec.restart,
          spec.significant,
          spec.start_patience,
          spec.stop_patience,
          spec.mailbox_max,
          spec.detached,
          spec.dynamic,
          spec.after,
          spec.children_policy,
          {}};
}

std::int64_t tree_plan::count(tree_act act) const {
  return std::count_if(changes.begin(), changes.end(),
                       [act](const auto& one) { return one.act == act; });
}

std::string summary_of(const tree_plan& plan) {
  return fmt::format("keeps {}, tells {}, swaps {}, starts {}, stops {}, retires {}", plan.kept,
                     plan.count(tree_act::tell), plan.count(tree_act::swap),
                     plan.count(tree_act::start), plan.count(tree_act::stop),
                     plan.count(tree_act::retire));
}

tree_plan reconcile(const std::string& path, const std::vector<child_spec>& running,
                    const std::vector<child_spec>& wanted, const plan_rules& rules) {
  comparison made{rules, {}, {}, {}};
  made.compare(path, running, wanted);
  auto& plan = made.plan;
  for (auto* part : {&made.changed, &made.starts})
    plan.changes.insert(plan.changes.end(), std::make_move_iterator(part->begin()),
                        std::make_move_iterator(part->end()));
  return std::move(plan);
}

std::vector<std::string> differing_keys(const tree_change& change, const kind_registry& kinds) {
  if (change.act == tree_act::start || change.act == tree_act::stop)
    return {};
  auto keys = differing_paths(policy_view(change.former), policy_view(change.spec));
  if (auto* kind = kinds.find(change.spec.kind))
    for (auto& key : differing_paths(kind->show_config(change.former.config),
                                     kind->show_config(change.spec.config)))
      keys.push_back(std::move(key));
  return keys;
}

} // namespace troupe::runtime
