#include <doctest/doctest.h>

#include "tests/support/stage.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace std::chrono_literals;
using troupe::testing::stage;

namespace {

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
  const service_kind& kind() const override;
  void started() override {
    if (config().refuse_to_start)
      throw std::runtime_error("no port");
    tell(config().told, total{0, config().step});
  }
  void taken_over() override {
    if (config().refuse_to_start)
      throw std::runtime_error("not with this configuration");
  }
  bool stopping() override {
    tell(config().told, total{-1, config().step});
    return !config().stays;
  }
  void on(const add& x) { state().sum += x.amount * config().step; }
  void on(const break_down& x) {
    tell(config().told, total{-99, 0}); // must never be heard: the handler fails
    throw std::runtime_error(x.why);
  }
  void on(const say_total& x) { tell(x.to, total{state().sum, config().step}); }
  void on(const remind_me& x) { remind("r", std::chrono::seconds{x.seconds}, reminded{}); }
  void on(const reminded&) { state().reminders++; }
  void on(const leave&) { finish({}); }
  void on(const have_child& x) { start_child(x.spec); }
};

const service_kind counter_kind = make_kind<counter>("counter", "adds up");
const service_kind& counter::kind() const {
  return counter_kind;
}

child_spec counter_child(std::string name, counter_config config = {}) {
  return child_of(std::move(name), "counter", config);
}

struct hoarder_state {
  std::int64_t held = 0;
  TROUPE_FIELDS(held)
};

/// Says what it was given only when it has nothing else to do.
class hoarder : public service<hoarder, counter_config, hoarder_state> {
public:
  using hears = messages<add, break_down>;
  const service_kind& kind() const override;
  void on(const add& x) { state().held += x.amount; }
  void on(const break_down& x) { throw std::runtime_error(x.why); }
  bool settled() const override { return state().held == 0; }
  void idle() override { settle(); }
  void settle() override {
    if (auto held = std::exchange(state().held, 0))
      tell(config().told, total{held, 0});
  }
};

const service_kind hoarder_kind = make_kind<hoarder>("hoarder", "holds back");
const service_kind& hoarder::kind() const {
  return hoarder_kind;
}

/// Says so much at once to `told`, and counts what comes back.
class pusher : public service<pusher, counter_config, hoarder_state> {
public:
  using hears = messages<add, mail_refused>;
  const service_kind& kind() const override;
  void on(const add& x) {
    for (std::int64_t n = 0; n < x.amount; ++n)
      tell(config().told, add{1});
  }
  void on(const mail_refused& x) {
    if (x.to == config().told && x.what.as<add>())
      state().held++;
  }
};

const service_kind pusher_kind = make_kind<pusher>("pusher", "says too much");
const service_kind& pusher::kind() const {
  return pusher_kind;
}

struct counting_stage : stage {
  counting_stage() {
    kinds.add(pusher_kind);
    kinds.add(counter_kind);
    kinds.add(hoarder_kind);
  }
  void start_with(std::vector<child_spec> children, supervision how = {}) {
    auto root = counter_child("");
    root.children = std::move(children);
    root.children_policy = how;
    start(std::move(root));
  }
  std::int64_t sum(std::string_view path) {
    return state_of(path).at("sum").as_int64();
  }
};

} // namespace

TEST_SUITE("cell") {

TEST_CASE_FIXTURE(counting_stage, "delivers mail in order and keeps the state described") {
  start_with({counter_child("a")});
  tell("/a", add{2});
  tell("/a", add{3});
  run();
  CHECK(sum("/a") == 5);
  CHECK(phase_of("/a") == cell_phase::running);
}

TEST_CASE_FIXTURE(counting_stage, "a message behind a failure reaches the next incarnation") {
  start_with({counter_child("a")});
  auto ear = listen("/ear");
  tell("/a", add{1});
  tell("/a", break_down{"boom"});
  tell("/a", add{10});
  tell("/a", say_total{at("/ear")});
  run();
  REQUIRE(ear->heard<total>().size() == 1);
  CHECK(ear->heard<total>()[0].value == 10);
  CHECK(at("/a").at()->restarts.load() == 1);
  CHECK(logged("break_down: boom"));
}

TEST_CASE_FIXTURE(counting_stage, "what was held back when a later message failed is done again") {
  start_with({});
  auto ear = listen("/ear");
  tell("/", have_child{child_of("h", "hoarder", counter_config{.told = at("/ear")})});
  run();
  for (auto amount : {1, 2})
    tell("/h", add{amount});
  tell("/h", break_down{"boom"});
  tell("/h", add{4});
  tell("/h", break_down{"again"});
  tell("/h", add{8});
  run();
  advance(1s);
  std::int64_t sum = 0;
  for (const auto& one : ear->heard<total>())
    sum += one.value;
  CHECK(sum == 15);
  CHECK(at("/h").at()->restarts.load() == 2);
  CHECK(at("/h").at()->depth.load() == 0);
}

TEST_CASE_FIXTURE(counting_stage, "what a failing handler said is never heard") {
  auto root = counter_child("");
  start_with({});
  auto ear = listen("/ear");
  tell("/", have_child{counter_child("a", {.told = at("/ear")})});
  run();
  tell("/a", break_down{"boom"});
  run();
  for (const auto& one : ear->heard<total>())
    CHECK(one.value != -99);
}

TEST_CASE_FIXTURE(counting_stage, "a swap hands the state over and keeps what waits") {
  start_with({counter_child("a")});
  tell("/a", add{5});
  run();
  auto answer = control("/a", swap_service{counter_child("a", {.step = 100}), "t"});
  CHECK(answer.ok);
  tell("/a", add{1});
  run();
  CHECK(sum("/a") == 105);
  CHECK(at("/a").at()->swaps.load() == 1);
}

TEST_CASE_FIXTURE(counting_stage, "a refused swap leaves the predecessor as it was") {
  start_with({counter_child("a")});
  tell("/a", add{5});
  run();
  auto answer =
      control("/a", swap_service{counter_child("a", {.step = 9, .refuse_to_start = true}), "t"});
  CHECK_FALSE(answer.ok);
  CHECK(answer.words == "not with this configuration");
  tell("/a", add{1});
  run();
  CHECK(sum("/a") == 6);
}

TEST_CASE_FIXTURE(counting_stage, "reminders survive a swap and not a failure") {
  start_with({counter_child("a"), counter_child("b")});
  tell("/a", remind_me{60});
  tell("/b", remind_me{60});
  run();
  CHECK(control("/a", swap_service{counter_child("a", {.step = 2}), "t"}).ok);
  tell("/b", break_down{"x"});
  run();
  advance(59s);
  CHECK(state_of("/a").at("reminders").as_int64() == 0);
  advance(2s);
  CHECK(state_of("/a").at("reminders").as_int64() == 1);
  CHECK(state_of("/b").at("reminders").as_int64() == 0);
}

TEST_CASE_FIXTURE(counting_stage, "a child that is added again takes over from itself") {
  start_with({counter_child("a")});
  tell("/a", add{5});
  run();
  CHECK(control("/", add_child{counter_child("a", {.step = 100}), "t"}).ok);
  tell("/a", add{1});
  run();
  CHECK(sum("/a") == 105);
  auto refused = control("/", add_child{counter_child("a", {.refuse_to_start = true}), "t"});
  CHECK_FALSE(refused.ok);
  CHECK(refused.words == "not with this configuration");
  CHECK(control("/", remove_child{"a", "t", encode(counter_config{.step = 7})}).words
        == "'a' is configured anew");
  CHECK(sum("/a") == 105);
  CHECK(control("/", remove_child{"a", "t", encode(counter_config{.step = 100})}).ok);
  run();
  CHECK_FALSE(control("/a", show_cell{"state", "t"}).ok);
}

TEST_CASE_FIXTURE(counting_stage, "a child added while its predecessor stops waits for its end") {
  start_with({counter_child("a", {.stays = true})});
  tell("/a", add{5});
  run();
  CHECK(control("/", remove_child{"a", "t"}).ok);
  run();
  CHECK(phase_of("/a") == cell_phase::stopping);
  CHECK(control("/", add_child{counter_child("a"), "t"}).ok);
  advance(6s);
  CHECK(phase_of("/a") == cell_phase::running);
  CHECK(sum("/a") == 0);
}

TEST_CASE_FIXTURE(counting_stage, "a full mailbox takes no more, and its sender is told") {
  auto full = counter_child("full");
  full.mailbox_max = 3;
  start_with({full});
  tell("/", have_child{child_of("p", "pusher", counter_config{.told = at("/full")})});
  run();
  tell("/p", add{10});
  run();
  CHECK(sum("/full") == 3);
  CHECK(state_of("/p").at("held").as_int64() == 7);
  CHECK(at("/full").at()->refused.load() == 7);
  tell("/p", add{2});
  run();
  CHECK(sum("/full") == 5);
}

TEST_CASE_FIXTURE(counting_stage, "mail to a path without anybody is lost and does no harm") {
  start_with({});
  tell("/nobody", add{1});
  run();
  CHECK(control("/nobody", show_cell{"state", "t"}).words == "nobody is at /nobody");
}

}

TEST_SUITE("supervisor") {

TEST_CASE_FIXTURE(counting_stage, "starts children in order and stops them in reverse") {
  stage* self = this;
  auto root = counter_child("");
  self->kinds.add(counter_kind);
  start_with({});
  auto ear = listen("/ear");
  auto branch = counter_child("branch");
  branch.children = {counter_child("a", {.step = 1, .told = at("/ear")}),
                     counter_child("b", {.step = 2, .told = at("/ear")}),
                     counter_child("c", {.step = 3, .told = at("/ear")})};
  tell("/", have_child{branch});
  run();
  CHECK(control("/", remove_child{"branch", "t"}).ok);
  run();
  std::vector<std::pair<std::int64_t, std::int64_t>> order;
  for (const auto& one : ear->heard<total>())
    order.emplace_back(one.value, one.step);
  CHECK(order == std::vector<std::pair<std::int64_t, std::int64_t>>{
          {0, 1}, {0, 2}, {0, 3}, {-1, 3}, {-1, 2}, {-1, 1}});
}

TEST_CASE_FIXTURE(counting_stage, "one_for_one restarts only the child that failed") {
  start_with({counter_child("a"), counter_child("b")});
  tell("/b", add{4});
  tell("/a", break_down{"x"});
  run();
  CHECK(sum("/b") == 4);
  CHECK(at("/a").at()->restarts.load() == 1);
}

TEST_CASE_FIXTURE(counting_stage, "rest_for_one begins later siblings anew, earlier ones not") {
  start_with({counter_child("a"), counter_child("b"), counter_child("c")},
             {.strategy = restart_strategy::rest_for_one});
  for (auto path : {"/a", "/b", "/c"})
    tell(path, add{4});
  run();
  tell("/b", break_down{"x"});
  run();
  CHECK(sum("/a") == 4);
  CHECK(sum("/b") == 0);
  CHECK(sum("/c") == 0);
}

TEST_CASE_FIXTURE(counting_stage, "one_for_all begins all siblings anew") {
  start_with({counter_child("a"), counter_child("b"), counter_child("c")},
             {.strategy = restart_strategy::one_for_all});
  for (auto path : {"/a", "/b", "/c"})
    tell(path, add{4});
  run();
  tell("/c", break_down{"x"});
  run();
  CHECK(sum("/a") == 0);
  CHECK(sum("/b") == 0);
  CHECK(sum("/c") == 0);
}

TEST_CASE_FIXTURE(counting_stage, "pauses between restarts within a period grow") {
  start_with({counter_child("a")}, {.restarts_max = 10, .pause_min = 1s, .pause_max = 60s});
  tell("/a", break_down{"1"});
  run();
  CHECK(phase_of("/a") == cell_phase::running); // the first comes at once
  tell("/a", break_down{"2"});
  run();
  CHECK(phase_of("/a") == cell_phase::parked);
  advance(1s);
  CHECK(phase_of("/a") == cell_phase::running);
}

TEST_CASE_FIXTURE(counting_stage, "too many restarts end the root with the chain of reasons") {
  auto branch = counter_child("branch");
  branch.children = {counter_child("leaf")};
  branch.children_policy.restarts_max = 1;
  start_with({branch}, {.restarts_max = 0});
  for (int i = 0; i < 3; ++i) {
    tell("/branch/leaf", break_down{"disk on fire"});
    advance(1s);
  }
  REQUIRE(ended());
  CHECK(*ended()
        == "more than 0 restarts within 30 s <- branch <- more than 1 restarts within 30 s <- leaf "
           "<- "
           "disk on fire");
}

TEST_CASE_FIXTURE(counting_stage, "a child that cannot start stops the others and ends the root") {
  start_with({counter_child("a"), counter_child("b", {.refuse_to_start = true})});
  advance(1s);
  REQUIRE(ended());
  CHECK(*ended() == "b could not start <- no port");
}

TEST_CASE_FIXTURE(counting_stage, "a temporary child that fails is removed") {
  auto child = counter_child("t");
  child.restart = restart_policy::temporary;
  start_with({});
  tell("/", have_child{child});
  run();
  CHECK(phase_of("/t") == cell_phase::running);
  tell("/t", break_down{"x"});
  run();
  CHECK_FALSE(control("/t", show_cell{"state", "t"}).ok);
}

TEST_CASE_FIXTURE(counting_stage, "the orderly end of a significant child ends its parent") {
  auto parent = counter_child("p");
  parent.restart = restart_policy::transient;
  parent.children_policy.auto_shutdown = shutdown_rule::any_significant;
  auto child = counter_child("s");
  child.restart = restart_policy::transient;
  child.significant = true;
  parent.children = {child, counter_child("other")};
  start_with({parent, counter_child("q")});
  tell("/p/s", leave{});
  run();
  CHECK_FALSE(control("/p/other", show_cell{"state", "t"}).ok);
  CHECK_FALSE(control("/p", show_cell{"state", "t"}).ok);
  CHECK(phase_of("/q") == cell_phase::running);
}

TEST_CASE_FIXTURE(counting_stage, "a child is terminated and restarted by command") {
  start_with({counter_child("a"), counter_child("b")});
  CHECK(control("/", terminate_child{"a", {}}).words.empty());
  CHECK_FALSE(control("/a", show_cell{"state", "t"}).ok);
  CHECK(control("/", restart_child{"b", {}}).words == "'b' is not terminated");
  CHECK(control("/", restart_child{"a", {}}).words.empty());
  CHECK(phase_of("/a") == cell_phase::running);
  tell("/a", add{3});
  run();
  CHECK(sum("/a") == 3);
}

TEST_CASE_FIXTURE(counting_stage, "a swap puts the new supervision of the children in force") {
  auto parent = counter_child("p");
  parent.children = {counter_child("a"), counter_child("b")};
  start_with({parent});
  parent.children_policy.strategy = restart_strategy::one_for_all;
  CHECK(control("/p", swap_service{parent, {}}).words.empty());
  tell("/p/b", add{3});
  tell("/p/a", break_down{"x"});
  run();
  CHECK(sum("/p/b") == 0);
}

TEST_CASE_FIXTURE(counting_stage, "a child that does not stop within its patience is killed") {
  auto child = counter_child("a", {.stays = true});
  child.stop_patience = 3s;
  start_with({child});
  CHECK(control("/", remove_child{"a", "t"}).ok);
  run();
  CHECK(phase_of("/a") == cell_phase::stopping);
  advance(3s);
  CHECK(logged("'a' did not stop within its patience: killed"));
  CHECK_FALSE(control("/a", show_cell{"state", "t"}).ok);
}

}
