#include <doctest/doctest.h>

#include "tests/support/counting_stage.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing::counting;
using namespace std::chrono_literals;
using troupe::testing::counting_stage;

TEST_SUITE("supervisor") {

  TEST_CASE_FIXTURE(counting_stage, "a cell starts children in order and stops them in reverse") {
    stage* self = this;
    auto root = counter_child("");
    self->kinds.add(counter_kind());
    start_with({});
    auto ear = listen("/ear");
    auto branch = counter_child("branch");
    branch.children = {counter_child("a", {.step = 1, .told = address_of("/ear")}),
                       counter_child("b", {.step = 2, .told = address_of("/ear")}),
                       counter_child("c", {.step = 3, .told = address_of("/ear")})};
    send("/", have_child{branch});
    run();
    CHECK(control("/", remove_child{"branch", "t"}).ok);
    run();
    std::vector<std::pair<std::int64_t, std::int64_t>> order;
    for (const auto& one : ear->heard<total>())
      order.emplace_back(one.value, one.step);
    CHECK(order
          == std::vector<std::pair<std::int64_t, std::int64_t>>{
              {0, 1}, {0, 2}, {0, 3}, {-1, 3}, {-1, 2}, {-1, 1}});
  }

  TEST_CASE_FIXTURE(counting_stage, "one_for_one restarts only the child that failed") {
    start_with({counter_child("a"), counter_child("b")});
    send("/b", add{4});
    send("/a", break_down{"x"});
    run();
    CHECK(sum("/b") == 4);
    CHECK(address_of("/a").at()->restarts.load() == 1);
  }

  TEST_CASE_FIXTURE(counting_stage, "rest_for_one restarts later siblings and no earlier ones") {
    start_with({counter_child("a"), counter_child("b"), counter_child("c")},
               {.strategy = restart_strategy::rest_for_one});
    for (auto path : {"/a", "/b", "/c"})
      send(path, add{4});
    run();
    send("/b", break_down{"x"});
    run();
    CHECK(sum("/a") == 4);
    CHECK(sum("/b") == 0);
    CHECK(sum("/c") == 0);
  }

  TEST_CASE_FIXTURE(counting_stage, "one_for_all restarts all siblings") {
    start_with({counter_child("a"), counter_child("b"), counter_child("c")},
               {.strategy = restart_strategy::one_for_all});
    for (auto path : {"/a", "/b", "/c"})
      send(path, add{4});
    run();
    send("/c", break_down{"x"});
    run();
    CHECK(sum("/a") == 0);
    CHECK(sum("/b") == 0);
    CHECK(sum("/c") == 0);
  }

  TEST_CASE_FIXTURE(counting_stage, "pauses between restarts within a period grow") {
    start_with({counter_child("a")}, {.restarts_max = 10, .pause_min = 1s, .pause_max = 60s});
    send("/a", break_down{"1"});
    run();
    CHECK(phase_of("/a") == cell_phase::running); // the first comes at once
    send("/a", break_down{"2"});
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
      send("/branch/leaf", break_down{"disk on fire"});
      advance(1s);
    }
    REQUIRE(ended());
    CHECK(
        *ended()
        == "more than 0 restarts within 30 s <- branch <- more than 1 restarts within 30 s <- leaf "
           "<- "
           "disk on fire");
  }

  TEST_CASE_FIXTURE(counting_stage,
                    "a child that cannot start stops the others and ends the root") {
    start_with({counter_child("a"), counter_child("b", {.refuse_to_start = true})});
    advance(1s);
    REQUIRE(ended());
    CHECK(*ended() == "b could not start <- no port");
  }

  TEST_CASE_FIXTURE(counting_stage, "a temporary child that fails is removed") {
    auto child = counter_child("t");
    child.restart = restart_policy::temporary;
    start_with({});
    send("/", have_child{child});
    run();
    CHECK(phase_of("/t") == cell_phase::running);
    send("/t", break_down{"x"});
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
    send("/p/s", leave{});
    run();
    CHECK_FALSE(control("/p/other", show_cell{"state", "t"}).ok);
    CHECK_FALSE(control("/p", show_cell{"state", "t"}).ok);
    CHECK(phase_of("/q") == cell_phase::running);
  }

  TEST_CASE_FIXTURE(counting_stage, "a child is terminated and restarted by command") {
    start_with({counter_child("a"), counter_child("b")});
    CHECK(control("/", terminate_child{"a", {}}).message.empty());
    CHECK_FALSE(control("/a", show_cell{"state", "t"}).ok);
    CHECK(control("/", restart_child{"b", {}}).message == "'b' is not terminated");
    CHECK(control("/", restart_child{"a", {}}).message.empty());
    CHECK(phase_of("/a") == cell_phase::running);
    send("/a", add{3});
    run();
    CHECK(sum("/a") == 3);
  }

  TEST_CASE_FIXTURE(counting_stage, "a swap puts the new supervision of the children in force") {
    auto parent = counter_child("p");
    parent.children = {counter_child("a"), counter_child("b")};
    start_with({parent});
    parent.children_policy.strategy = restart_strategy::one_for_all;
    CHECK(control("/p", swap_service{parent, {}}).message.empty());
    send("/p/b", add{3});
    send("/p/a", break_down{"x"});
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

  TEST_CASE_FIXTURE(counting_stage, "a child that is added again takes over from itself") {
    start_with({counter_child("a")});
    send("/a", add{5});
    run();
    CHECK(control("/", add_child{counter_child("a", {.step = 100}), "t"}).ok);
    send("/a", add{1});
    run();
    CHECK(sum("/a") == 105);
    auto refused = control("/", add_child{counter_child("a", {.refuse_to_start = true}), "t"});
    CHECK_FALSE(refused.ok);
    CHECK(refused.message == "not with this configuration");
    CHECK(control("/", remove_child{"a", "t", encode(counter_config{.step = 7})}).message
          == "'a' has another configuration by now");
    CHECK(sum("/a") == 105);
    CHECK(control("/", remove_child{"a", "t", encode(counter_config{.step = 100})}).ok);
    run();
    CHECK_FALSE(control("/a", show_cell{"state", "t"}).ok);
  }

  TEST_CASE_FIXTURE(counting_stage, "a child added while its predecessor stops waits for its end") {
    start_with({counter_child("a", {.stays = true})});
    send("/a", add{5});
    run();
    CHECK(control("/", remove_child{"a", "t"}).ok);
    run();
    CHECK(phase_of("/a") == cell_phase::stopping);
    CHECK(control("/", add_child{counter_child("a"), "t"}).ok);
    advance(6s);
    CHECK(phase_of("/a") == cell_phase::running);
    CHECK(sum("/a") == 0);
  }
}
