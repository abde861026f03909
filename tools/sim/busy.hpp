// BUSY: the plan of a large master without faults, a benchmark of the simulator.
#pragma once

#include "tools/sim/plan.hpp"

namespace troupe::sim {

struct busy_day {
  std::int64_t builders = 200, workers = 200;
  std::int64_t builds_per_day = 100; ///< Of each builder.
  double hours = 2;
};

/// Each change is built by all builders, on any of ten workers each; a build has one step.
plan make_busy_plan(const busy_day& how);

} // namespace troupe::sim
