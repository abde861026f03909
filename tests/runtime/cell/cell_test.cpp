#include <doctest/doctest.h>

#include "tests/support/counting_stage.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing::counting;
using namespace std::chrono_literals;
using troupe::testing::counting_stage;

namespace {

struct hoarder_state {
  std::int64_t held = 0;
  TROUPE_FIELDS(held)
};

/// Says what it was given only when it has nothing else to do.
class hoarder : public service<hoarder, counter_config, hoarder_state> {
public:
  using hears = messages<add, break_down>;
  static const service_kind& static_kind();
  void on(const add& x) { state().held += x.amount; }
  void on(const break_down& x) { throw std::runtime_error(x.why); }
  bool flushed() const override { return state().held == 0; }
  void mailbox_drained() override { flush(); }
  void flush() override {
    if (auto held = std::exchange(state().held, 0))
      send(config().told, total{held, 0});
  }
};

const service_kind hoarder_kind = make_kind<hoarder>("hoarder", "holds back");
const service_kind& hoarder::static_kind() {
  return hoarder_kind;
}

/// Says so much at once to `told`, and counts what comes back.
class pusher : public service<pusher, counter_config, hoarder_state> {
public:
  using hears = messages<add, mail_refused>;
  static const service_kind& static_kind();
  void on(const add& x) {
    for (std::int64_t n = 0; n < x.amount; ++n)
      send(config().told, add{1});
  }
  void on(const mail_refused& x) {
    if (x.to == config().told && x.what.as<add>())
      state().held++;
  }
};

const service_kind pusher_kind = make_kind<pusher>("pusher", "says too much");
const service_kind& pusher::static_kind() {
  return pusher_kind;
}

struct doubter_state {
  bool sum = false;
  TROUPE_FIELDS(sum)
};

/// Cannot take over what a counter counted.
class doubter : public service<doubter, counter_config, doubter_state> {
public:
  using hears = messages<>;
  static const service_kind& static_kind();
};

const service_kind doubter_kind = make_kind<doubter>("doubter", "knows but yes and no");
const service_kind& doubter::static_kind() {
  return doubter_kind;
}

struct cell_stage : counting_stage {
  cell_stage() {
    kinds.add(pusher_kind);
    kinds.add(doubter_kind);
    kinds.add(hoarder_kind);
  }
};

} // namespace

TEST_SUITE("cell") {

  TEST_CASE_FIXTURE(cell_stage, "delivers mail in order and keeps the state described") {
    start_with({counter_child("a")});
    send("/a", add{2});
    send("/a", add{3});
    run();
    CHECK(sum("/a") == 5);
    CHECK(phase_of("/a") == cell_phase::running);
  }

  TEST_CASE_FIXTURE(cell_stage, "a message behind a failure reaches the next incarnation") {
    start_with({counter_child("a")});
    auto ear = listen("/ear");
    send("/a", add{1});
    send("/a", break_down{"boom"});
    send("/a", add{10});
    send("/a", say_total{address_of("/ear")});
    run();
    REQUIRE(ear->heard<total>().size() == 1);
    CHECK(ear->heard<total>()[0].value == 10);
    CHECK(address_of("/a").at()->restarts.load() == 1);
    CHECK(logged("break_down: boom"));
  }

  TEST_CASE_FIXTURE(cell_stage, "what was held back when a later message failed is done again") {
    start_with({});
    auto ear = listen("/ear");
    send("/", have_child{child_of("h", "hoarder", counter_config{.told = address_of("/ear")})});
    run();
    for (auto amount : {1, 2})
      send("/h", add{amount});
    send("/h", break_down{"boom"});
    send("/h", add{4});
    send("/h", break_down{"again"});
    send("/h", add{8});
    run();
    advance(1s);
    std::int64_t sum = 0;
    for (const auto& one : ear->heard<total>())
      sum += one.value;
    CHECK(sum == 15);
    CHECK(address_of("/h").at()->restarts.load() == 2);
    CHECK(address_of("/h").at()->depth.load() == 0);
  }

  TEST_CASE_FIXTURE(cell_stage, "what a failing handler said is never heard") {
    auto root = counter_child("");
    start_with({});
    auto ear = listen("/ear");
    send("/", have_child{counter_child("a", {.told = address_of("/ear")})});
    run();
    send("/a", break_down{"boom"});
    run();
    for (const auto& one : ear->heard<total>())
      CHECK(one.value != -99);
  }

  TEST_CASE_FIXTURE(cell_stage, "a swap hands the state over and keeps what waits") {
    start_with({counter_child("a")});
    send("/a", add{5});
    run();
    auto answer = control("/a", swap_service{counter_child("a", {.step = 100}), "t"});
    CHECK(answer.ok);
    send("/a", add{1});
    run();
    CHECK(sum("/a") == 105);
    CHECK(address_of("/a").at()->swaps.load() == 1);
  }

  TEST_CASE_FIXTURE(cell_stage, "a refused swap leaves the predecessor as it was") {
    start_with({counter_child("a")});
    send("/a", add{5});
    run();
    auto answer =
        control("/a", swap_service{counter_child("a", {.step = 9, .refuse_to_start = true}), "t"});
    CHECK_FALSE(answer.ok);
    CHECK(answer.message == "not with this configuration");
    send("/a", add{1});
    run();
    CHECK(sum("/a") == 6);
  }

  TEST_CASE_FIXTURE(cell_stage, "a state that cannot be read refuses the swap, by type and field") {
    start_with({counter_child("a")});
    send("/a", add{5000});
    run();
    auto answer = control("/a", swap_service{child_of("a", "doubter", counter_config{}), "t"});
    CHECK_FALSE(answer.ok);
    CHECK(answer.message.ends_with("doubter_state: sum: its stored form is damaged"));
    CHECK(sum("/a") == 5000);
  }

  TEST_CASE_FIXTURE(cell_stage, "reminders survive a swap and not a failure") {
    start_with({counter_child("a"), counter_child("b")});
    send("/a", remind_me{60});
    send("/b", remind_me{60});
    run();
    CHECK(control("/a", swap_service{counter_child("a", {.step = 2}), "t"}).ok);
    send("/b", break_down{"x"});
    run();
    advance(59s);
    CHECK(state_of("/a").at("reminders").as_int64() == 0);
    advance(2s);
    CHECK(state_of("/a").at("reminders").as_int64() == 1);
    CHECK(state_of("/b").at("reminders").as_int64() == 0);
  }

  TEST_CASE_FIXTURE(cell_stage, "a full mailbox takes no more, and its sender is told") {
    auto full = counter_child("full");
    full.mailbox_max = 3;
    start_with({full});
    send("/", have_child{child_of("p", "pusher", counter_config{.told = address_of("/full")})});
    run();
    send("/p", add{10});
    run();
    CHECK(sum("/full") == 3);
    CHECK(state_of("/p").at("held").as_int64() == 7);
    CHECK(address_of("/full").at()->refused.load() == 7);
    send("/p", add{2});
    run();
    CHECK(sum("/full") == 5);
  }

  TEST_CASE_FIXTURE(cell_stage, "mail to a path without anybody is lost and does no harm") {
    start_with({});
    send("/nobody", add{1});
    run();
    CHECK(control("/nobody", show_cell{"state", "t"}).message == "nobody is at /nobody");
  }
}
