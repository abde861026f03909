#include "runtime/reconcile.hpp"

#include <map>

namespace troupe::runtime {

namespace {

/// Equal but for what runs below it.
bool same_node(const child_spec& a, const child_spec& b) {
  return a.config == b.config && a.restart == b.restart && a.significant == b.significant
         && a.start_patience == b.start_patience
         && a.stop_patience == b.stop_patience && a.mailbox_max == b.mailbox_max
         && a.detached == b.detached && a.children_policy == b.children_policy;
}

void compare(const std::string& path, const std::vector<child_spec>& running,
             const std::vector<child_spec>& wanted, tree_plan& plan,
             std::vector<tree_change>& swaps, std::vector<tree_change>& starts) {
  std::map<std::string_view, const child_spec*> present;
  for (const auto& one : running)
    present.emplace(one.name, &one);
  std::map<std::string_view, const child_spec*> future;
  for (const auto& one : wanted)
    future.emplace(one.name, &one);
  for (auto one = running.rbegin(); one != running.rend(); ++one) {
    auto next = future.find(one->name);
    if (next == future.end() || next->second->kind != one->kind)
      plan.changes.push_back({tree_act::stop, child_path(path, one->name), *one});
  }
  for (const auto& one : wanted) {
    auto here = child_path(path, one.name);
    auto now = present.find(one.name);
    if (now == present.end() || now->second->kind != one.kind) {
      starts.push_back({tree_act::start, here, one});
      continue;
    }
    if (same_node(*now->second, one))
      plan.kept++;
    else
      swaps.push_back({tree_act::swap, here, one});
    compare(here, now->second->children, one.children, plan, swaps, starts);
  }
}

} // namespace

std::vector<const tree_change*> tree_plan::of(tree_act act) const {
  std::vector<const tree_change*> found;
  for (const auto& one : changes)
    if (one.act == act)
      found.push_back(&one);
  return found;
}

tree_plan reconcile(const std::string& path, const std::vector<child_spec>& running,
                    const std::vector<child_spec>& wanted) {
  tree_plan plan;
  std::vector<tree_change> swaps, starts;
  compare(path, running, wanted, plan, swaps, starts);
  for (auto& one : swaps)
    plan.changes.push_back(std::move(one));
  for (auto& one : starts)
    plan.changes.push_back(std::move(one));
  return plan;
}

} // namespace troupe::runtime
