// RECONCILE: what must be done to make the running tree the wanted one. Pure.
//
// Starting, reconfiguring and stopping are all this: a comparison of two trees of specifications.
// What is equal is not touched. A node of another kind under the same name is stopped and started;
// one of another configuration is told it if its kind takes it in place, else swapped: a successor
// takes over its state.
#pragma once

#include <string>
#include <vector>

#include "runtime/supervision/child_spec.hpp"

namespace troupe::runtime {

class kind_registry;

enum class tree_act : int {
  stop,
  retire, ///< No longer wanted; ends by itself when its work is done.
  tell,
  swap,
  start,
};
constexpr auto names_of(tree_act) {
  return std::array<std::string_view, 5>{"stop", "retire", "tell", "swap", "start"};
}

struct tree_change {
  tree_act act = tree_act::swap;
  std::string path;
  child_spec spec;   ///< As wanted; of a stop, as it ran.
  child_spec former; ///< As it ran, without its children; of a start, nothing.
  TROUPE_FIELDS(act, path, spec, former)
};

struct tree_plan {
  std::int64_t kept = 0;
  std::vector<tree_change> changes; ///< Stops, deepest last first; tells and swaps; starts.
  TROUPE_FIELDS(kept, changes)

  std::int64_t count(tree_act act) const;
};

/// "keeps 12, tells 1, swaps 0, starts 2, stops 0, retires 0".
std::string summary_of(const tree_plan& plan);

/// What the comparison has to know of kinds.
struct plan_rules {
  bool (*in_place)(const kind_registry&, std::string_view kind) = nullptr;
  /// What a node that is not wanted any more is to become, if it is not to be stopped.
  std::optional<child_spec> (*retired)(const child_spec& running) = nullptr;
  const kind_registry* kinds = nullptr;
};

/// `running` and `wanted` are the children of the node at `path`.
tree_plan reconcile(const std::string& path, const std::vector<child_spec>& running,
                    const std::vector<child_spec>& wanted, const plan_rules& rules = {});

/// Whether two nodes are equal, but for what runs below them.
bool same_node(const child_spec& a, const child_spec& b);

/// A copy of `spec` without its children.
child_spec alone(const child_spec& spec);

/// What differs between the node as it ran and as it is wanted, as paths into its configuration
/// ("builder.factory.steps[2].command") and names of its specification ("stop_patience").
std::vector<std::string> differing_keys(const tree_change& change, const kind_registry& kinds);

} // namespace troupe::runtime
