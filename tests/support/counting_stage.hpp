// A service that adds up, fails, has children and leaves as it is told, and a stage for it: what
// tests of cells and their children are made of.
#pragma once

#include "tests/support/stage.hpp"

namespace troupe::testing {

namespace counting {

using namespace runtime;

struct add {
  std::int64_t amount = 0;
  TROUPE_FIELDS(amount)
};
struct break_down {
  std::string why;
  TROUPE_FIELDS(why)
};
struct say_total {
  address to;
  TROUPE_FIELDS(to)
};
struct total {
  std::int64_t value = 0;
  std::int64_t step = 0;
  TROUPE_FIELDS(value, step)
};
struct remind_me {
  std::int64_t seconds = 0;
  TROUPE_FIELDS(seconds)
};
struct reminded {
  TROUPE_FIELDS()
};
struct leave {
  TROUPE_FIELDS()
};
struct have_child {
  child_spec spec;
  TROUPE_FIELDS(spec)
};

struct counter_config {
  std::int64_t step = 1;
  bool refuse_to_start = false;
  bool stays = false; ///< Does not stop when asked.
  address told;       ///< Hears "total" when it starts and when it stops.
  TROUPE_FIELDS(step, refuse_to_start, stays, told)
};
struct counter_state {
  std::int64_t sum = 0;
  std::int64_t reminders = 0;
  TROUPE_FIELDS(sum, reminders)
};

class counter : public service<counter, counter_config, counter_state> {
public:
  using hears = messages<add, break_down, say_total, remind_me, reminded, leave, have_child>;
  static const service_kind& static_kind();
  void init() override {
    if (config().refuse_to_start)
      throw std::runtime_error("no port");
    send(config().told, total{0, config().step});
  }
  void code_change() override {
    if (config().refuse_to_start)
      throw std::runtime_error("not with this configuration");
  }
  bool shutdown_requested() override {
    send(config().told, total{-1, config().step});
    return !config().stays;
  }
  void on(const add& x) { state().sum += x.amount * config().step; }
  void on(const break_down& x) {
    send(config().told, total{-99, 0}); // must never be heard: the handler fails
    throw std::runtime_error(x.why);
  }
  void on(const say_total& x) { send(x.to, total{state().sum, config().step}); }
  void on(const remind_me& x) { start_timer("r", std::chrono::seconds{x.seconds}, reminded{}); }
  void on(const reminded&) { state().reminders++; }
  void on(const leave&) { finish({}); }
  void on(const have_child& x) { start_child(x.spec); }
};

const service_kind& counter_kind();

inline child_spec counter_child(std::string name, counter_config config = {}) {
  return child_of(std::move(name), "counter", config);
}

} // namespace counting

struct counting_stage : stage {
  counting_stage() { kinds.add(counting::counter_kind()); }
  void start_with(std::vector<runtime::child_spec> children, runtime::supervision how = {}) {
    auto root = counting::counter_child("");
    root.children = std::move(children);
    root.children_policy = how;
    start(std::move(root));
  }
  std::int64_t sum(std::string_view path) { return state_of(path).at("sum").as_int64(); }
};

} // namespace troupe::testing
