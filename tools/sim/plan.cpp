#include "tools/sim/plan.hpp"

#include <fmt/format.h>

#include "tools/sim/dice.hpp"

namespace troupe::sim {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::vector<std::string> names(const char* prefix, std::int64_t count) {
  std::vector<std::string> all;
  for (std::int64_t i = 0; i < count; ++i)
    all.push_back(fmt::format("{}{}", prefix, i));
  return all;
}

planned_builder make_builder(std::string name, const setting& in, dice& chance) {
  planned_builder made;
  made.name = std::move(name);
  for (const auto& one : in.workers)
    if (chance.happens(60))
      made.workers.push_back(one.name);
  if (made.workers.empty())
    made.workers.push_back(in.workers.front().name);
  auto steps = chance.from(1, 4);
  for (std::int64_t i = 0; i < steps; ++i) {
    planned_step step;
    step.name = fmt::format("s{}", i);
    step.halt_on_failure = chance.happens(30);
    step.flunk_on_failure = chance.happens(70);
    step.warn_on_failure = chance.happens(30);
    step.always_run = i > 0 && chance.happens(20);
    if (!in.locks.empty() && chance.happens(20)) {
      step.lock = chance.one_of(in.locks).name;
      step.counting = chance.happens(60);
    }
    made.steps.push_back(std::move(step));
  }
  if (!in.locks.empty() && chance.happens(35)) {
    made.lock = chance.one_of(in.locks).name;
    made.counting = chance.happens(60);
    for (auto& step : made.steps) // a build that waits for what it holds is refused when loaded
      step.lock.clear();
  }
  made.collapse = chance.happens(60);
  made.scheduler = chance.one_of(in.schedulers).name;
  return made;
}

setting make_setting(dice& chance) {
  setting made;
  bool mischief = chance.happens(40);
  for (auto& name : names("w", chance.from(1, 4))) {
    planned_worker one;
    one.name = std::move(name);
    one.max_builds = chance.from(1, 3);
    one.seconds_max = chance.happens(30) ? 300 : chance.from(0, 30);
    one.lines_max = chance.happens(15) ? 2000 : chance.from(0, 30);
    one.line_bytes = chance.happens(10) ? 3000 : 40;
    one.failing = chance.from(0, 300);
    one.mischievous = mischief && chance.happens(60) ? chance.from(20, 300) : 0;
    made.workers.push_back(std::move(one));
  }
  for (auto& name : names("l", chance.from(0, 2)))
    made.locks.push_back({std::move(name), chance.happens(60), chance.from(1, 2)});
  made.schedulers.push_back({"main", "main", chance.happens(50) ? chance.from(1, 120) : -1});
  if (chance.happens(60))
    made.schedulers.push_back({"any", "", chance.happens(30) ? chance.from(1, 60) : -1});
  for (auto& name : names("b", chance.from(1, 4)))
    made.builders.push_back(make_builder(std::move(name), made, chance));
  return made;
}

/// What happens in a plan, and how often against the other things.
struct kind_of_event {
  deed what;
  std::int64_t weight;
};

std::vector<kind_of_event> choose_kinds(dice& chance) {
  std::vector<kind_of_event> all{{deed::change, chance.from(10, 40)},
                                 {deed::shell, chance.from(2, 15)}};
  for (auto what : {deed::reconfigure, deed::cut, deed::cut_after, deed::silence, deed::leave,
                    deed::fail, deed::restart, deed::swap, deed::stall, deed::refuse_commits,
                    deed::die, deed::die_before_commit, deed::die_after_commit, deed::stop,
                    deed::set_clock})
    if (chance.happens(40)) {
      bool grave = what == deed::die || what == deed::die_before_commit
                   || what == deed::die_after_commit || what == deed::stop;
      all.push_back({what, grave ? chance.from(1, 2) : chance.from(1, 8)});
    }
  return all;
}

const std::vector<std::string>& shell_lines() {
  static const std::vector<std::string> all{
    "force force {builder}", "force force {builder}", "force force {builder}",
    "stop {builder}/last planned", "stop {builder}/last planned", "cancel {request} planned",
    "worker {worker} pause planned", "worker {worker} unpause", "worker {worker} stop",
    "worker {worker} kill", "why {builder}/last", "status", "builds", "health",
    "log {builder}/last s0", "requests", "tree"};
  return all;
}

/// Services that are made to fail, are swapped and built anew.
const std::vector<std::string>& services() {
  static const std::vector<std::string> all{
    "/botmaster/brd", "/botmaster/brd", "/botmaster/locks", "/botmaster/builders/*",
    "/botmaster/builders/*", "/botmaster/builders/*/*", "/botmaster/builders/*/*",
    "/botmaster/builders/*/*", "/botmaster/workers/*", "/botmaster/workers/*", "/workers",
    "/workers/*", "/workers/*", "/change_svc", "/change_svc/*", "/scheduler_manager",
    "/scheduler_manager/*", "/scheduler_manager/*", "/db", "/db", "/config", "/status",
    "/pbmanager", "/pbmanager/*", "/metrics", "/caches", "/debug"};
  return all;
}

event make_event(deed what, const setting& in, dice& chance) {
  event made;
  made.what = what;
  made.turns = chance.happens(50) ? 0 : chance.from(1, 400);
  made.amount = chance.from(0, 1'000'000);
  auto worker = chance.one_of(in.workers).name;
  switch (what) {
    case deed::change:
      made.target = chance.happens(70) ? "main" : "topic";
      break;
    case deed::shell:
      made.text = chance.one_of(shell_lines());
      break;
    case deed::reconfigure:
      made.amount = chance.happens(30) ? 0 : made.amount;
      if (chance.happens(10))
        made.text = "c.nonsense = 1\n";
      break;
    case deed::cut:
      made.target = chance.happens(15) ? "" : worker;
      break;
    case deed::cut_after:
      made.target = worker;
      made.amount = chance.happens(50) ? chance.from(1, 3000) : -chance.from(1, 3000);
      break;
    case deed::silence:
      made.target = worker;
      break;
    case deed::leave:
      made.target = worker;
      made.amount = chance.from(1, 600);
      break;
    case deed::fail:
    case deed::restart:
    case deed::swap:
      made.target = chance.one_of(services());
      break;
    case deed::stall:
      made.target = chance.happens(50) ? "/db" : chance.one_of(services());
      made.amount = chance.from(1, 5000);
      break;
    case deed::refuse_commits:
      made.target = chance.happens(60) ? "full" : "io";
      made.amount = chance.happens(60) ? chance.from(1, 300) : chance.from(1, 30'000);
      break;
    case deed::set_clock:
      made.amount = chance.happens(50) ? chance.from(1, 7200) : -chance.from(1, 600);
      break;
    default:
      break;
  }
  return made;
}

/// What makes an event worse: failures in a row, a failure while a reconfiguration settles.
void add_followers(const event& after, std::vector<event>& into, dice& chance) {
  auto more = after;
  if (after.what == deed::fail && chance.happens(10)) {
    bool storm = chance.happens(20); // more than the root bears
    auto count = storm ? 120 : chance.from(3, 40);
    for (std::int64_t i = 0; i < count; ++i) {
      more.at += std::chrono::milliseconds{chance.from(1, storm ? 200 : 1500)};
      into.push_back(more);
    }
  } else if (after.what == deed::reconfigure && chance.happens(30)) {
    more.what = deed::fail;
    more.target = chance.one_of(services());
    more.text.clear();
    more.at += std::chrono::milliseconds{chance.from(1, 1200)};
    into.push_back(more);
  }
}

} // namespace

bool is_fault(deed what) {
  return what != deed::change && what != deed::shell && what != deed::reconfigure;
}

plan make_plan(std::uint64_t seed) {
  dice chance{seed};
  plan made;
  made.seed = seed;
  made.shuffled = chance.happens(80);
  made.network.delay_us = chance.from(50, 5'000);
  made.network.jitter_us = chance.happens(50) ? chance.from(1, 200'000) : 0;
  made.network.piece_bytes = chance.happens(25) ? chance.from(1, 300) : 0;
  made.configured = make_setting(chance);
  if (made.network.piece_bytes > 0) // a message for every piece
    for (auto& one : made.configured.workers) {
      one.lines_max = std::min<std::int64_t>(one.lines_max, 30);
      one.line_bytes = std::min<std::int64_t>(one.line_bytes, 4 * made.network.piece_bytes + 10);
    }
  auto kinds = choose_kinds(chance);
  std::int64_t weights = 0;
  for (const auto& one : kinds)
    weights += one.weight;
  auto length = seconds{chance.from(60, 900)};
  auto count = chance.from(5, 60);
  made.faults_end = length + seconds{5};
  // Storms: several things at one time.
  span at{};
  for (std::int64_t i = 0; i < count; ++i) {
    auto drawn = chance.from(1, weights);
    auto kind = kinds.begin();
    while ((drawn -= kind->weight) > 0)
      ++kind;
    if (!chance.happens(25))
      at = span{chance.from(0, span{length}.count())};
    auto one = make_event(kind->what, made.configured, chance);
    one.at = at;
    add_followers(one, made.events, chance);
    made.events.push_back(std::move(one));
  }
  std::stable_sort(made.events.begin(), made.events.end(),
                   [](const event& a, const event& b) { return a.at < b.at; });
  return made;
}

} // namespace troupe::sim
