#include "tools/sim/busy.hpp"

#include <fmt/format.h>

namespace troupe::sim {

namespace {

constexpr std::int64_t workers_each = 10;

} // namespace

plan make_busy_plan(const busy_day& how) {
  plan made;
  made.shuffled = false;
  auto& setting = made.configured;
  for (std::int64_t i = 0; i < how.workers; ++i) {
    planned_worker one;
    one.name = fmt::format("w{}", i);
    one.seconds_max = 240;
    one.failing = 50;
    setting.workers.push_back(std::move(one));
  }
  setting.schedulers.push_back({"main", "main", -1});
  for (std::int64_t i = 0; i < how.builders; ++i) {
    planned_builder one;
    one.name = fmt::format("b{}", i);
    for (std::int64_t k = 0; k < std::min(workers_each, how.workers); ++k)
      one.workers.push_back(setting.workers[static_cast<std::size_t>((i + k) % how.workers)].name);
    planned_step test;
    test.name = "test";
    one.steps = {test};
    one.scheduler = "main";
    setting.builders.push_back(std::move(one));
  }
  auto every = std::chrono::seconds{86'400 / std::max<std::int64_t>(1, how.builds_per_day)};
  auto end = std::chrono::duration_cast<span>(std::chrono::duration<double>{how.hours * 3600});
  for (span at = std::chrono::seconds{60}; at < end; at += every) {
    event change;
    change.at = at;
    change.target = "main";
    made.events.push_back(std::move(change));
  }
  made.faults_end = end;
  return made;
}

} // namespace troupe::sim
