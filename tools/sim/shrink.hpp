// SHRINK: from a plan whose run fails to one that fails in the same way and has little in it. Each
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

/// The part of a violation that must stay the same: the invariant.
std::string kind_of(const std::string& violation);

/// `failing` has been run, with `report`. Ends when nothing can be left out, or after `limit`.
/// `told` hears of each smaller plan.
shrunk shrink(const plan& failing, const run_report& report, std::chrono::seconds limit,
              const std::function<void(const shrunk&)>& told = {});

} // namespace troupe::sim
