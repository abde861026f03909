// PLAN: the whole environment of a simulated master as one value: its configuration, its workers,
// and the events with their times. A run is a function of its plan. A failing plan is shrunk
// (shrink.hpp) and kept as JSON.
#pragma once

#include <string>
#include <vector>

#include "storage/codec.hpp"
#include "storage/json.hpp"
#include "tools/sim/network.hpp"

namespace troupe::sim {

struct planned_step {
  std::string name;
  bool halt_on_failure = false, flunk_on_failure = true, warn_on_failure = false;
  bool always_run = false;
  std::string lock; ///< A step lock's name.
  bool counting = true;
  TROUPE_FIELDS(name, halt_on_failure, flunk_on_failure, warn_on_failure, always_run, lock,
                counting)
};
struct planned_builder {
  std::string name;
  std::vector<std::string> workers;
  std::vector<planned_step> steps;
  std::string lock; ///< A build lock's name.
  bool counting = true;
  bool collapse = true;
  std::string scheduler; ///< Of changes; "force" can force all builders.
  TROUPE_FIELDS(name, workers, steps, lock, counting, collapse, scheduler)
};
struct planned_lock {
  std::string name;
  bool of_master = true;
  std::int64_t max_count = 1;
  TROUPE_FIELDS(name, of_master, max_count)
};
struct planned_scheduler {
  std::string name;
  std::string branch;             ///< Empty: any.
  std::int64_t stable_timer = -1; ///< Seconds; none if below 0.
  TROUPE_FIELDS(name, branch, stable_timer)
};
/// `failing` and `mischievous` are in a thousand commands; the latter commit byzantine faults.
struct planned_worker {
  std::string name;
  std::int64_t max_builds = 1;
  std::int64_t seconds_max = 20; ///< Of a command.
  std::int64_t lines_max = 20;
  std::int64_t line_bytes = 40;
  std::int64_t failing = 100;
  std::int64_t mischievous = 0;
  TROUPE_FIELDS(name, max_builds, seconds_max, lines_max, line_bytes, failing, mischievous)
};

struct setting {
  std::vector<planned_worker> workers;
  std::vector<planned_lock> locks;
  std::vector<planned_scheduler> schedulers;
  std::vector<planned_builder> builders;
  TROUPE_FIELDS(workers, locks, schedulers, builders)
};

enum class event_kind : int {
  change,      ///< `target` is the branch.
  shell,       ///< `text` is sent; `amount` chooses {worker}, {builder}.
  reconfigure, ///< To the variant `amount` of the setting; 0 is the first again.
               ///< `text` is appended to the configuration.
  cut,         ///< The connection of worker `target`; of all workers if empty.
  cut_after,   ///< After `amount` more bytes, to the master; below 0: to the worker.
  silence,     ///< The connection goes half-open.
  leave,       ///< The worker's process dies and returns after `amount` seconds.
  fail,        ///< A failure of the service at `target`; "*" stands for any child.
  restart,
  swap,
  stall,          ///< Its messages wait for `amount` milliseconds. For /db: a slow disk.
  refuse_commits, ///< Commits fail for `amount` milliseconds, with `target`: full or io.
  die,            ///< The process dies.
  die_before_commit,
  die_after_commit,
  stop,      ///< It is shut down, and started again.
  set_clock, ///< The wall clock jumps by `amount` seconds.
};
constexpr auto names_of(event_kind) {
  return std::array<std::string_view, 17>{"change",
                                          "shell",
                                          "reconfigure",
                                          "cut",
                                          "cut_after",
                                          "silence",
                                          "leave",
                                          "fail",
                                          "restart",
                                          "swap",
                                          "stall",
                                          "refuse_commits",
                                          "die",
                                          "die_before_commit",
                                          "die_after_commit",
                                          "stop",
                                          "set_clock"};
}

/// Happens `turns` messages after `at`, or as soon as no message is ready.
struct event {
  span at{};
  std::int64_t turns = 0;
  event_kind what = event_kind::change;
  std::string target;
  std::int64_t amount = 0;
  std::string text;
  TROUPE_FIELDS(at, turns, what, target, amount, text)
};

struct plan {
  std::uint64_t seed = 0; ///< Of all that the plan does not fix.
  bool shuffled = true;   ///< Services with mail go on in any order; else in that of arrival.
  std::string planted;    ///< For self-tests: a log line with it is a violation.
  network_conditions network;
  setting configured;
  span faults_end{};         ///< The run quiesces here: what can end must.
  std::vector<event> events; ///< By time.
  TROUPE_FIELDS(seed, shuffled, planted, network, configured, faults_end, events)
};

/// The plan of a seed. Seeds differ in kinds and number of events.
plan make_plan(std::uint64_t seed);

/// The setting with the differences of a variant; 0 has none.
setting variant(setting from, std::int64_t number);

/// As master.lua.
std::string as_lua(const setting& what);

bool is_fault(event_kind what);

} // namespace troupe::sim
