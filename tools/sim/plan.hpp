// PLAN: everything that happens to a simulated master from outside, as one value: how it is
// configured, how its workers are, what comes when. A run is a function of its plan; a failing one
// is made smaller by taking events away (shrink.hpp) and kept as JSON.
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
  std::string scheduler; ///< Of changes, besides that which may force all.
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
/// Shares are in a thousand commands.
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
  shell,       ///< `text` is typed; {worker}, {builder} are chosen by `amount`.
  reconfigure, ///< To another variant of the setting, made from `amount`; 0 is the first again.
               ///< `text` is put at the end of the configuration.
  cut,         ///< The connection of worker `target`; of everybody if empty.
  cut_after,   ///< After `amount` more bytes, to the master; below 0: to the worker.
  silence,     ///< The connection goes half-open.
  leave,       ///< The worker's process dies and comes again after `amount` seconds.
  fail,        ///< The service at `target` is made to fail; "*" stands for a child of it.
  restart,
  swap,
  stall,          ///< Its messages wait for `amount` milliseconds. Of /db: a slow disk.
  refuse_commits, ///< Commits fail for `amount` milliseconds; `target` says full or io.
  die,            ///< The process dies.
  die_before_commit,
  die_after_commit,
  stop,      ///< It is stopped in order, and started again.
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

/// One thing that happens: `turns` messages after `at`, or as soon as nobody has anything to do.
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
  std::uint64_t seed = 0; ///< Of all that is not written here.
  bool shuffled = true;   ///< Who has mail goes in any order; else in that of arrival.
  std::string planted;    ///< For tests of this: a log line with it is a violation.
  weather network;
  setting configured;
  span faults_end{};         ///< From here on everything is well, and what can end must.
  std::vector<event> events; ///< By time.
  TROUPE_FIELDS(seed, shuffled, planted, network, configured, faults_end, events)
};

/// The plan of a seed: what is in it and how much of it differs from seed to seed.
plan make_plan(std::uint64_t seed);

/// The setting with another variant's differences; 0 is none.
setting variant(setting from, std::int64_t number);

/// As master.lua.
std::string as_lua(const setting& what);

bool is_fault(event_kind what);

} // namespace troupe::sim
