#include <doctest/doctest.h>

#include "tests/support/replay_stage.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;
using namespace troupe::testing::counting;
using namespace std::chrono_literals;

TEST_SUITE("replayed cell") {

  TEST_CASE_FIXTURE(replay_stage, "a service that fails and is rebuilt is played") {
    begin();
    say("/a", add{5});
    say("/a", break_down{"boom"});
    say("/a", add{6});
    say("/t", add{1});
    CHECK(address_of("/a").at()->restarts.load() == 1);
    CHECK(control("/a", crash_service{"on purpose", "k"}).ok);
    run();
    say("/a", add{1});
    CHECK(control("/a", restart_service{"k"}).ok);
    run();
    say("/a", add{2});
    say("/a", say_total{address_of("/t")});
    check_again();
  }

  TEST_CASE_FIXTURE(replay_stage, "a service is told in the replay why it terminated") {
    begin();
    auto heard = listen("/u");
    say("/t", add{1});
    CHECK(control("/t", crash_service{"on purpose", "k"}).ok);
    run();
    say("/t", add{1});
    REQUIRE(heard->heard<chatter>().size() == 1);
    CHECK(heard->heard<chatter>()[0].text == "on purpose");
    check_again();
  }

  TEST_CASE_FIXTURE(replay_stage, "a swap hands the state over in the replay, too") {
    begin();
    say("/a", add{5});
    CHECK(control("/a",
                  swap_service{counter_child("a", {.step = 100, .told = address_of("/t")}), "k"})
              .ok);
    say("/a", add{5});
    say("/a", say_total{address_of("/t")});
    CHECK(sum("/a") == 510);
    check_again();
  }

  TEST_CASE_FIXTURE(replay_stage, "a swap that is undone leaves the predecessor") {
    begin();
    say("/a", add{5});
    auto refusing =
        counter_child("a", {.step = 9, .refuse_to_start = true, .told = address_of("/t")});
    CHECK(!control("/a", swap_service{refusing, "k"}).ok);
    say("/a", add{1});
    say("/a", say_total{address_of("/t")});
    CHECK(sum("/a") == 12);
    check_again();
  }

  TEST_CASE_FIXTURE(replay_stage, "a configuration that is taken in place is played") {
    begin();
    say("/a", say_total{address_of("/t")});
    CHECK(control("/t", swap_service{t_with({.draws = true}), "k"}).ok);
    say("/a", add{2});
    say("/a", say_total{address_of("/t")});
    CHECK(state_of("/t").at("luck").as_int64() > 0);
    // One that is refused, and one that is offered and never taken.
    CHECK(!control("/t", swap_service{t_with({.refuse = true}), "k"}).ok);
    say("/a", say_total{address_of("/t")});
    CHECK(control("/t", prepare_member{4, t_with({}), false, "k"}).ok);
    CHECK(control("/t", cancel_member{4, "k"}).ok);
    say("/a", say_total{address_of("/t")});
    check_again();
  }

  TEST_CASE_FIXTURE(replay_stage, "reminders come when they came") {
    begin();
    say("/a", remind_me{5});
    say("/a", add{1});
    advance(10s);
    say("/a", remind_me{3600});
    say("/a", remind_me{1});
    advance(2s);
    check_again();
    CHECK(state_of("/a").at("reminders").as_int64() == 2);
  }

  TEST_CASE_FIXTURE(replay_stage, "a reminder is found among what its event said") {
    begin();
    say("/t", remind_me{5});
    advance(6s);
    CHECK(state_of("/t").at("luck").as_int64() == 4);
    check_again();
    std::vector<std::uint64_t> places;
    for (const auto& one : records_of(frames()))
      if (one.doing == type_name<add>())
        places.push_back(one.cause.place);
    CHECK(places == std::vector<std::uint64_t>{1, 2, 3});
    CHECK(figures.compared >= 3);
  }

  TEST_CASE_FIXTURE(
      replay_stage,
      "an event that draws no random number any more is found, whatever drew before") {
    begin({.draws = true});
    say("/a", say_total{address_of("/t")});
    replay again{kinds};
    CHECK(!play(again));
    bytes event;
    put_message(event, encode(remind_me{1}), true);
    put_prng(event, 5);
    put_said(event, 3);
    auto found =
        again.feed(record_kind::event, {1000, {}, "/t", type_name<remind_me>(), {}, {}}, event);
    REQUIRE(found);
    CHECK(found->what == "whether it draws random numbers");
    CHECK(found->recorded.as_string() == "it drew");
    CHECK(found->order == 1000);
  }

  TEST_CASE_FIXTURE(replay_stage, "a flood is left out, and its cell is known again behind it") {
    auto u = t_with({});
    u.name = "u";
    start_with({t_with({}), u, counter_child("a", {.told = address_of("/t")})});
    std::string text(1 << 20, 'x');
    for (int i = 0; i < 20; ++i)
      say("/t", chatter{text});
    say("/t", chatter{"pass it on"}); // nobody can play this; its messages must be in the record
    advance(1500ms);
    say("/t", add{1});
    say("/a", say_total{address_of("/t")});
    int dropped = 0, states = 0;
    for (const auto& one : records_of(frames())) {
      if (one.kind == record_kind::event && get_event(one.body).value().dropped)
        ++dropped;
      if (one.kind == record_kind::participant && one.doing == participants::state
          && one.cell == "/t" && dropped)
        ++states;
    }
    CHECK(dropped > 0);
    CHECK(dropped < 20);
    CHECK(states == 1);
    check_again();
    CHECK(figures.passed_over == static_cast<std::uint64_t>(dropped));
    CHECK(state_of("/u").at("sum").as_int64() == 2 * by_value_bytes_max);
  }

  TEST_CASE_FIXTURE(replay_stage, "chance falls as it fell") {
    begin({.draws = true});
    for (int i = 0; i < 20; ++i) {
      say("/a", add{i});
      say("/a", say_total{address_of("/t")});
    }
    CHECK(state_of("/t").at("luck").as_int64() > 0);
    check_again();
  }

  TEST_CASE_FIXTURE(replay_stage, "children and what is outside answer as they answered") {
    begin();
    say("/t", add{1});
    say("/t", have_child{counter_child("one")});
    say("/t", add{1});
    CHECK(state_of("/t").at("seen").as_array().size() == 1);
    CHECK(state_of("/t").at("luck").as_int64() == 8);
    check_again();
  }

  TEST_CASE_FIXTURE(replay_stage, "a cell that has ended is forgotten") {
    begin();
    auto passing = counter_child("one");
    passing.restart = restart_policy::temporary;
    say("/t", have_child{passing});
    say("/t/one", add{1});
    say("/t/one", leave{});
    CHECK(records_of(frames()).back().doing == participants::gone);
    replay again{kinds};
    CHECK(!play(again));
    CHECK(again.find("/t/one") == nullptr);
    CHECK(again.count().passed_over == 0);
    CHECK(again.find("/t") != nullptr);
  }

  TEST_CASE_FIXTURE(replay_stage, "an event that was left out makes its cell unknown") {
    begin();
    say("/a", add{1});
    replay again{kinds};
    CHECK(!play(again));
    REQUIRE(again.find("/a"));
    bytes event;
    put_dropped(event);
    CHECK(!again.feed(record_kind::event, {1000, {}, "/a", type_name<add>(), {}, {}}, event));
    CHECK(again.find("/a") == nullptr);
    CHECK(again.find("/t") != nullptr);
  }

} // TEST_SUITE
