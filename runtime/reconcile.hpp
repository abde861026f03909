// RECONCILE: what must be done to make the running tree the wanted one. Pure.
//
// Starting, reconfiguring and stopping are all this: a comparison of two trees of specifications.
// What is equal is not touched. A node of another kind under the same name is stopped and started;
// one of another configuration is swapped, its state handed over.
#pragma once

#include <string>
#include <vector>

#include "runtime/child_spec.hpp"

namespace troupe::runtime {

enum class tree_act : int { stop, swap, start };
constexpr auto names_of(tree_act) {
  return std::array<std::string_view, 3>{"stop", "swap", "start"};
}

struct tree_change {
  tree_act act = tree_act::swap;
  std::string path;
  child_spec spec; ///< As wanted; of a stop, as it ran.
  TROUPE_FIELDS(act, path, spec)
};

struct tree_plan {
  std::int64_t kept = 0;
  std::vector<tree_change> changes; ///< Stops deepest last first, then swaps, then starts.
  TROUPE_FIELDS(kept, changes)

  std::vector<const tree_change*> of(tree_act act) const;
};

/// `running` and `wanted` are the children of the node at `path`.
tree_plan reconcile(const std::string& path, const std::vector<child_spec>& running,
                    const std::vector<child_spec>& wanted);

} // namespace troupe::runtime
