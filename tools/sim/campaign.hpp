// CAMPAIGN: many seeds, each run twice, each in a process of its own, so that a crash is a finding
// like any other.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tools/sim/world.hpp"

namespace troupe::sim {

/// What a run reports from its process.
struct run_report {
  std::uint64_t seed = 0;
  std::vector<std::string> violations; ///< "invariant: what happened".
  std::uint64_t hash = 0;
  std::int64_t messages = 0, commits = 0, builds = 0, lives = 0, events_done = 0;
  span simulated{};
  span took{};
  std::vector<std::int64_t> seen; ///< Counts, by situation.
  TROUPE_FIELDS(seed, violations, hash, messages, commits, builds, lives, events_done, simulated,
                took, seen)

  bool good() const { return violations.empty(); }
};

/// Runs a plan here, in a folder of its own. `log`: as in driver_options.
run_report run_plan(const plan& what, const std::function<void(std::string_view)>& log = {});

/// Runs a plan in a process of its own, `times` times: more than one hash is a violation
/// (same_again), and so is a crash, or a run longer than `patience`.
run_report run_apart(const plan& what, int times = 1,
                     std::chrono::seconds patience = std::chrono::seconds{120});

struct campaign_options {
  std::uint64_t first = 1, last = 1000;
  int jobs = 1;
  int times = 2;
  std::chrono::seconds limit{0}; ///< No seed begins later; 0: none.
  std::size_t failures_max = 10; ///< No seed begins after so many.
};

/// Reports come in the order in which runs end.
void run_campaign(const campaign_options& how,
                  const std::function<void(const run_report&)>& report);

} // namespace troupe::sim
