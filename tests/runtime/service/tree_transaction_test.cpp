#include "runtime/service/tree_transaction.hpp"

#include "tests/support/conductor.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing::counting;
using namespace std::chrono_literals;
using troupe::testing::conducted;

TEST_SUITE("tree transaction") {

  TEST_CASE_FIXTURE(conducted, "switches all members, then starts, then stops") {
    begin({counter_child("a"), counter_child("b"), counter_child("old")});
    send("/a", add{5});
    send("/b", add{7});
    run();
    change_to({counter_child("a", {.step = 10}), counter_child("b", {.step = 100}),
               counter_child("new")});
    CHECK(troubles() == std::string{});
    CHECK(verdict() == "pending"); // it settles
    for (auto path : {"/a", "/b", "/new"})
      send(path, add{1});
    run();
    CHECK(sum("/a") == 15);
    CHECK(sum("/b") == 107);
    CHECK(sum("/new") == 1);
    CHECK_FALSE(control("/old", show_cell{"state", "t"}).ok);
    advance(1s);
    CHECK(verdict() == "done");
    CHECK(troubles().empty());
  }

  TEST_CASE_FIXTURE(conducted, "a successor that refuses in prepare leaves all as it was") {
    begin({counter_child("a"), counter_child("b"), counter_child("old")});
    send("/a", add{5});
    run();
    auto wanted =
        std::vector{counter_child("a", {.step = 10}), counter_child("b"), counter_child("new")};
    wanted[1].config = "no configuration at all";
    change_to(wanted);
    CHECK(verdict() == "refused");
    REQUIRE(!troubles().empty());
    CHECK(troubles().rfind("/b <- ", 0) == 0);
    send("/a", add{1});
    run();
    CHECK(sum("/a") == 6);
    CHECK(address_of("/a").at()->swaps.load() == 0);
    CHECK(phase_of("/old") == cell_phase::running);
    CHECK_FALSE(control("/new", show_cell{"state", "t"}).ok);
  }

  TEST_CASE_FIXTURE(conducted, "what is to start and cannot be read is refused at once") {
    begin({counter_child("a")});
    auto bad = counter_child("new");
    bad.children = {child_of("x", "unheard of", counter_config{})};
    change_to({counter_child("a", {.step = 10}), bad});
    CHECK(verdict() == "refused");
    CHECK(troubles() == std::string{"/new/x: no such kind of service: unheard of"});
    CHECK(address_of("/a").at()->swaps.load() == 0);
  }

  // `code_change` throws: the first has switched by then, and what it said must not be heard.
  TEST_CASE_FIXTURE(conducted, "a successor that refuses in the switch undoes it for all") {
    begin({counter_child("a"), counter_child("b"), counter_child("old")});
    send("/a", add{5});
    run();
    change_to({counter_child("a", {.step = 10}),
               counter_child("b", {.step = 2, .refuse_to_start = true})});
    CHECK(verdict() == "refused");
    CHECK(troubles() == std::string{"/b <- not with this configuration"});
    send("/a", add{1});
    send("/b", add{1});
    send("/old", add{1});
    run();
    CHECK(sum("/a") == 6);
    CHECK(sum("/b") == 1);
    CHECK(sum("/old") == 1);
    CHECK(phase_of("/a") == cell_phase::running);
    CHECK(phase_of("/old") == cell_phase::running);
  }

  TEST_CASE_FIXTURE(conducted, "mail waits while a cell is held, and follows in order") {
    begin({counter_child("a"), counter_child("b")});
    send("/conductor", be_deaf{});
    run();
    change_to(
        {counter_child("a", {.step = 10}), counter_child("b")}); // prepared; no answer is heard
    CHECK(control("/a", switch_member{1, "t"}).ok);
    CHECK(phase_of("/a") == cell_phase::suspended);
    for (int i = 0; i < 5; ++i)
      send("/a", add{1});
    run();
    CHECK(address_of("/a").at()->depth.load() == 5);
    CHECK(control("/a", release_member{1, 0s, "t"}).ok);
    run();
    CHECK(sum("/a") == 50);
    CHECK(address_of("/a").at()->depth.load() == 0);
  }

  TEST_CASE_FIXTURE(conducted, "a member that fails while it settles takes all back") {
    begin({counter_child("a"), counter_child("b"), counter_child("old", {.step = 3})});
    send("/a", add{5});
    run();
    change_to(
        {counter_child("a", {.step = 10}), counter_child("b", {.step = 10}), counter_child("new")});
    send("/b", break_down{"no such host"});
    run();
    CHECK(verdict() == "failed");
    CHECK(troubles()
          == std::string{fmt::format("/b <- {} <- no such host", type_name<break_down>())});
    go_back();
    CHECK(verdict() == "done");
    for (auto path : {"/a", "/b", "/old"})
      send(path, add{1});
    run();
    CHECK(sum("/a") == 6);
    CHECK(sum("/b") == 1); // it had failed: from the store, which knows nothing of it
    CHECK(sum("/old") == 3);
    CHECK_FALSE(control("/new", show_cell{"state", "t"}).ok);
  }

  TEST_CASE_FIXTURE(conducted, "a failure after the time to settle is no business of it") {
    begin({counter_child("a")});
    change_to({counter_child("a", {.step = 10})});
    advance(2s);
    CHECK(verdict() == "done");
    send("/a", break_down{"later"});
    run();
    CHECK(verdict() == "done");
  }

  TEST_CASE_FIXTURE(conducted, "what was about to stop stays if a new child cannot start") {
    begin({counter_child("a"), counter_child("old")});
    change_to({counter_child("a", {.step = 10}), counter_child("new", {.refuse_to_start = true})});
    CHECK(verdict() == "failed");
    CHECK(troubles() == std::string{"/new <- init <- no port"});
    go_back();
    send("/a", add{1});
    send("/old", add{1});
    advance(1min);
    CHECK(sum("/a") == 1);
    CHECK(sum("/old") == 1);
    CHECK_FALSE(control("/new", show_cell{"state", "t"}).ok);
  }

  TEST_CASE_FIXTURE(conducted, "a path where nobody is refuses") {
    begin({counter_child("a"), counter_child("b")});
    auto silent = listen("/b"); // in the place of the cell: it answers nothing
    change_to({counter_child("a", {.step = 10}), counter_child("b", {.step = 10})});
    CHECK(verdict() == "refused"); // nobody takes commands there
    CHECK(troubles() == std::string{"/b <- nobody is at /b"});
    send("/a", add{1});
    run();
    CHECK(sum("/a") == 1);
  }

  TEST_CASE_FIXTURE(conducted, "a coordinator that falls silent leaves nobody waiting") {
    begin({counter_child("a")});
    send("/conductor", be_deaf{});
    run();
    change_to({counter_child("a", {.step = 10})});
    CHECK(control("/a", switch_member{1, "t"}).ok);
    send("/a", add{1});
    run();
    CHECK(phase_of("/a") == cell_phase::suspended);
    advance(2min);
    CHECK(phase_of("/a") == cell_phase::running);
    CHECK(sum("/a") == 1); // by the predecessor
  }

  TEST_CASE_FIXTURE(conducted, "a member that fails while it is held undoes the switch") {
    begin({counter_child("a"), counter_child("b")});
    send("/conductor", be_deaf{});
    run();
    change_to({counter_child("a", {.step = 10})});
    CHECK(control("/a", switch_member{1, "t"}).ok);
    CHECK(control("/a", crash_service{"struck", "t"}).ok);
    run();
    CHECK(verdict() == "refused");
    advance(1s);
    send("/a", add{1});
    run();
    CHECK(sum("/a") == 1); // rebuilt, as it was configured before
  }

  TEST_CASE_FIXTURE(conducted, "reminders keep their times through a transaction and its undoing") {
    begin({counter_child("a"), counter_child("b")});
    send("/a", remind_me{60});
    send("/b", remind_me{60});
    run();
    advance(30s);
    change_to({counter_child("a", {.step = 10}), counter_child("b")});
    advance(29s);
    CHECK(state_of("/a").at("reminders").as_int64() == 0);
    advance(1s);
    CHECK(state_of("/a").at("reminders").as_int64() == 1);
    CHECK(state_of("/b").at("reminders").as_int64() == 1);
  }

  TEST_CASE_FIXTURE(conducted, "a node of another kind under the same name starts afresh") {
    begin({counter_child("a")});
    send("/a", add{5});
    run();
    change_to({child_of("a", "conductor", conductor_config{})});
    CHECK(address_of("/a").at()->kind.load() == std::string_view{"conductor"});
    send("/conductor", break_down{"nobody hears this"});
    advance(1s);
    CHECK(verdict() == "done");
  }

  TEST_CASE_FIXTURE(conducted, "a suspended service stays so through a swap") {
    begin({counter_child("a")});
    CHECK(control("/a", suspend_service{"t"}).ok);
    send("/a", add{1});
    run();
    change_to({counter_child("a", {.step = 10})});
    CHECK(phase_of("/a") == cell_phase::suspended);
    CHECK(control("/a", resume_service{"t"}).ok);
    CHECK(sum("/a") == 10);
  }
}
