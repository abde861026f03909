// SHRINK: reduces a failing plan to a small one that fails in the same way. Each
// candidate is run in a process of its own (delta debugging: Zeller, Hildebrandt, "Simplifying and
// isolating failure-inducing input").
#pragma once

#include <functional>

#include "tools/sim/campaign.hpp"

namespace troupe::sim {

struct shrunk {
  plan what;
  run_report report;      ///< Of its run.
  std::int64_t tried = 0; ///< Candidates.
};

/// The invariant of a violation, which stays the same while shrinking.
std::string kind_of(const std::string& violation);

/// `report` is the one of `failing`. Ends when nothing can be left out, or after `limit`. `told` is
/// called with each smaller plan.
shrunk shrink(const plan& failing, const run_report& report, std::chrono::seconds limit,
              const std::function<void(const shrunk&)>& told = {});

} // namespace troupe::sim
