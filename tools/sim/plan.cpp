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

planned_builder make_builder(std::string name, const setting& in, dice& prng) {
  planned_builder made;
  made.name = std::move(name);
  for (const auto& one : in.workers)
    if (prng.happens(60))
      made.workers.push_back(one.name);
  if (made.workers.empty())
    made.workers.push_back(in.workers.front().name);
  auto steps = prng.from(1, 4);
  for (std::int64_t i = 0; i < steps; ++i) {
    planned_step step;
    step.name = fmt::format("s{}", i);
    step.halt_on_failure = prng.happens(30);
    step.flunk_on_failure = prng.happens(70);
    step.warn_on_failure = prng.happens(30);
    step.always_run = i > 0 && prng.happens(20);
    if (!in.locks.empty() && prng.happens(20)) {
      step.lock = prng.one_of(in.locks).name;
      step.counting = prng.happens(60);
    }
    made.steps.push_back(std::move(step));
  }
  if (!in.locks.empty() && prng.happens(35)) {
    made.lock = prng.one_of(in.locks).name;
    made.counting = prng.happens(60);
    for (auto& step : made.steps) // a configuration that deadlocks on its own lock is refused
      step.lock.clear();
  }
  made.collapse = prng.happens(60);
  made.scheduler = prng.one_of(in.schedulers).name;
  return made;
}

setting make_setting(dice& prng) {
  setting made;
  bool byzantine_fault = prng.happens(40);
  for (auto& name : names("w", prng.from(1, 4))) {
    planned_worker one;
    one.name = std::move(name);
    one.max_builds = prng.from(1, 3);
    one.seconds_max = prng.happens(30) ? 300 : prng.from(0, 30);
    one.lines_max = prng.happens(15) ? 2000 : prng.from(0, 30);
    one.line_bytes = prng.happens(10) ? 3000 : 40;
    one.failing = prng.from(0, 300);
    one.mischievous = byzantine_fault && prng.happens(60) ? prng.from(20, 300) : 0;
    made.workers.push_back(std::move(one));
  }
  for (auto& name : names("l", prng.from(0, 2)))
    made.locks.push_back({std::move(name), prng.happens(60), prng.from(1, 2)});
  made.schedulers.push_back({"main", "main", prng.happens(50) ? prng.from(1, 120) : -1});
  if (prng.happens(60))
    made.schedulers.push_back({"any", "", prng.happens(30) ? prng.from(1, 60) : -1});
  for (auto& name : names("b", prng.from(1, 4)))
    made.builders.push_back(make_builder(std::move(name), made, prng));
  return made;
}

/// Kinds of events, with their weights.
struct kind_of_event {
  event_kind what;
  std::int64_t weight;
};

std::vector<kind_of_event> choose_kinds(dice& prng) {
  std::vector<kind_of_event> all{{event_kind::change, prng.from(10, 40)},
                                 {event_kind::shell, prng.from(2, 15)}};
  for (auto what : {event_kind::reconfigure, event_kind::cut, event_kind::cut_after,
                    event_kind::silence, event_kind::leave, event_kind::fail, event_kind::restart,
                    event_kind::swap, event_kind::stall, event_kind::refuse_commits,
                    event_kind::die, event_kind::die_before_commit, event_kind::die_after_commit,
                    event_kind::stop, event_kind::set_clock})
    if (prng.happens(40)) {
      bool grave = what == event_kind::die || what == event_kind::die_before_commit
                   || what == event_kind::die_after_commit || what == event_kind::stop;
      all.push_back({what, grave ? prng.from(1, 2) : prng.from(1, 8)});
    }
  return all;
}

const std::vector<std::string>& shell_lines() {
  static const std::vector<std::string> all{"force force {builder}",
                                            "force force {builder}",
                                            "force force {builder}",
                                            "stop {builder}/last planned",
                                            "stop {builder}/last planned",
                                            "cancel {request} planned",
                                            "worker {worker} pause planned",
                                            "worker {worker} unpause",
                                            "worker {worker} stop",
                                            "worker {worker} kill",
                                            "why {builder}/last",
                                            "status",
                                            "builds",
                                            "health",
                                            "log {builder}/last s0",
                                            "requests",
                                            "tree"};
  return all;
}

/// Targets of failures, swaps and restarts.
const std::vector<std::string>& services() {
  static const std::vector<std::string> all{"/botmaster/brd",
                                            "/botmaster/brd",
                                            "/botmaster/locks",
                                            "/botmaster/builders/*",
                                            "/botmaster/builders/*",
                                            "/botmaster/builders/*/*",
                                            "/botmaster/builders/*/*",
                                            "/botmaster/builders/*/*",
                                            "/botmaster/workers/*",
                                            "/botmaster/workers/*",
                                            "/workers",
                                            "/workers/*",
                                            "/workers/*",
                                            "/change_svc",
                                            "/change_svc/*",
                                            "/scheduler_manager",
                                            "/scheduler_manager/*",
                                            "/scheduler_manager/*",
                                            "/db",
                                            "/db",
                                            "/config",
                                            "/status",
                                            "/pbmanager",
                                            "/pbmanager/*",
                                            "/metrics",
                                            "/caches",
                                            "/debug"};
  return all;
}

event make_event(event_kind what, const setting& in, dice& prng) {
  event made;
  made.what = what;
  made.turns = prng.happens(50) ? 0 : prng.from(1, 400);
  made.amount = prng.from(0, 1'000'000);
  auto worker = prng.one_of(in.workers).name;
  switch (what) {
  case event_kind::change:
    made.target = prng.happens(70) ? "main" : "topic";
    break;
  case event_kind::shell:
    made.text = prng.one_of(shell_lines());
    break;
  case event_kind::reconfigure:
    made.amount = prng.happens(30) ? 0 : made.amount;
    if (prng.happens(10))
      made.text = "c.nonsense = 1\n";
    break;
  case event_kind::cut:
    made.target = prng.happens(15) ? "" : worker;
    break;
  case event_kind::cut_after:
    made.target = worker;
    made.amount = prng.happens(50) ? prng.from(1, 3000) : -prng.from(1, 3000);
    break;
  case event_kind::silence:
    made.target = worker;
    break;
  case event_kind::leave:
    made.target = worker;
    made.amount = prng.from(1, 600);
    break;
  case event_kind::fail:
  case event_kind::restart:
  case event_kind::swap:
    made.target = prng.one_of(services());
    break;
  case event_kind::stall:
    made.target = prng.happens(50) ? "/db" : prng.one_of(services());
    made.amount = prng.from(1, 5000);
    break;
  case event_kind::refuse_commits:
    made.target = prng.happens(60) ? "full" : "io";
    made.amount = prng.happens(60) ? prng.from(1, 300) : prng.from(1, 30'000);
    break;
  case event_kind::set_clock:
    made.amount = prng.happens(50) ? prng.from(1, 7200) : -prng.from(1, 600);
    break;
  default:
    break;
  }
  return made;
}

/// Aggravates an event: failures in a row, a failure while a reconfiguration settles.
void add_followers(const event& after, std::vector<event>& into, dice& prng) {
  auto more = after;
  if (after.what == event_kind::fail && prng.happens(10)) {
    bool storm = prng.happens(20); // more than the root supervisor tolerates
    auto count = storm ? 120 : prng.from(3, 40);
    for (std::int64_t i = 0; i < count; ++i) {
      more.at += std::chrono::milliseconds{prng.from(1, storm ? 200 : 1500)};
      into.push_back(more);
    }
  } else if (after.what == event_kind::reconfigure && prng.happens(30)) {
    more.what = event_kind::fail;
    more.target = prng.one_of(services());
    more.text.clear();
    more.at += std::chrono::milliseconds{prng.from(1, 1200)};
    into.push_back(more);
  }
}

} // namespace

bool is_fault(event_kind what) {
  return what != event_kind::change && what != event_kind::shell && what != event_kind::reconfigure;
}

plan make_plan(std::uint64_t seed) {
  dice prng{seed};
  plan made;
  made.seed = seed;
  made.shuffled = prng.happens(80);
  made.network.delay_us = prng.from(50, 5'000);
  made.network.jitter_us = prng.happens(50) ? prng.from(1, 200'000) : 0;
  made.network.piece_bytes = prng.happens(25) ? prng.from(1, 300) : 0;
  made.configured = make_setting(prng);
  if (made.network.piece_bytes > 0) // a message for every piece
    for (auto& one : made.configured.workers) {
      one.lines_max = std::min<std::int64_t>(one.lines_max, 30);
      one.line_bytes = std::min<std::int64_t>(one.line_bytes, 4 * made.network.piece_bytes + 10);
    }
  auto kinds = choose_kinds(prng);
  std::int64_t weights = 0;
  for (const auto& one : kinds)
    weights += one.weight;
  auto length = seconds{prng.from(60, 900)};
  auto count = prng.from(5, 60);
  made.faults_end = length + seconds{5};
  // Storms: several events at one time.
  span at{};
  for (std::int64_t i = 0; i < count; ++i) {
    auto drawn = prng.from(1, weights);
    auto kind = kinds.begin();
    while ((drawn -= kind->weight) > 0)
      ++kind;
    if (!prng.happens(25))
      at = span{prng.from(0, span{length}.count())};
    auto one = make_event(kind->what, made.configured, prng);
    one.at = at;
    add_followers(one, made.events, prng);
    made.events.push_back(std::move(one));
  }
  std::stable_sort(made.events.begin(), made.events.end(),
                   [](const event& a, const event& b) { return a.at < b.at; });
  return made;
}

} // namespace troupe::sim
