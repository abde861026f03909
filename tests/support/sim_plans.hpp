// Small plans for the simulator.
#pragma once

#include "tools/sim/campaign.hpp"

namespace troupe::testing {

/// One worker, one builder with two steps, and a change after ten seconds.
inline sim::plan small_plan() {
  using std::chrono::seconds;
  sim::plan made;
  made.seed = 5;
  made.configured.workers = {{.name = "w0", .seconds_max = 2, .lines_max = 3, .failing = 0}};
  made.configured.schedulers = {{"main", "main", -1}};
  made.configured.builders = {{.name = "b0",
                               .workers = {"w0"},
                               .steps = {{.name = "s0"}, {.name = "s1"}},
                               .scheduler = "main"}};
  made.events = {{.at = seconds{10}, .what = sim::event_kind::change, .target = "main"}};
  made.faults_end = seconds{20};
  return made;
}

inline std::string words_of(const sim::run_report& x) {
  std::string message;
  for (const auto& one : x.violations)
    message += one + "\n";
  return message;
}

} // namespace troupe::testing
