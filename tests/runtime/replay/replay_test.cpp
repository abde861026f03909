#include <doctest/doctest.h>

#include "tests/support/replay_stage.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;
using namespace troupe::testing::counting;
using namespace std::chrono_literals;

TEST_SUITE("replay") {

  TEST_CASE_FIXTURE(replay_stage, "what is played again is as it was recorded") {
    begin();
    say_all_sorts();
    check_again();
    CHECK(figures.events > 300);
    CHECK(figures.messages >= 302);
    CHECK(figures.compared >= 2); // the totals that "/a" said
    CHECK(figures.checksums > 0);
    CHECK(figures.passed_over == 0);
  }

  TEST_CASE_FIXTURE(replay_stage,
                    "a service that does the same in another way is not told from it") {
    begin();
    say_all_sorts();
    CHECK(!play_otherwise(change::none));
  }

  TEST_CASE_FIXTURE(replay_stage, "another message is found where it is taken, with both sides") {
    begin();
    say_all_sorts();
    auto found = play_otherwise(change::says);
    REQUIRE(found);
    CHECK(found->cell == "/t");
    CHECK(found->doing == type_name<total>());
    CHECK(found->what.starts_with("what event "));
    auto total_of_a = sum("/a");
    CHECK(found->recorded.at("fields").at("value").as_int64() == total_of_a);
    CHECK(found->now.at("fields").at("value").as_int64() == total_of_a + 1);
    auto taken = record(found->order);
    CHECK(taken.cell == "/t");
    CHECK(taken.at == found->at);
    CHECK(record(taken.cause.event).doing == type_name<say_total>());
  }

  TEST_CASE_FIXTURE(replay_stage, "another state is found by its digest") {
    begin();
    say_all_sorts();
    auto found = play_otherwise(change::counts);
    REQUIRE(found);
    CHECK(found->cell == "/a");
    CHECK(found->what == "its state is another");
    CHECK(record(found->order).kind == record_kind::checksum);
    CHECK(found->now.at("sum").as_int64() > 0);
    // The first digest behind the first seven.
    auto all = records_of(frames());
    std::uint64_t first = 0;
    bool seven = false;
    for (const auto& one : all) {
      if (one.cell == "/a" && one.doing == type_name<add>()) {
        auto event = get_event(one.body).value();
        seven = seven || decode<add>(event.message.value().data).value().amount == 7;
      }
      if (seven && first == 0 && one.cell == "/a" && one.kind == record_kind::checksum)
        first = one.order;
    }
    CHECK(found->order == first);
  }

  TEST_CASE_FIXTURE(replay_stage, "what an event does otherwise is found in that event") {
    begin();
    say("/a", add{3});
    say("/a", add{7});
    say("/a", say_total{address_of("/t")});
    say("/a", have_child{counter_child("c")});
    say("/a", break_down{"boom"});
    struct {
      change how;
      std::string_view doing, what, recorded, now;
    } cases[] = {
        {change::fails, type_name<add>(), "how it ended", "returned", "failed: seven"},
        {change::fails_otherwise, type_name<break_down>(), "how it ended", "failed: boom",
         "failed: otherwise"},
        {change::draws, type_name<add>(), "whether it draws random numbers", "it does not",
         "it draws"},
        {change::says_more, type_name<say_total>(), "how many messages it says", "", ""},
        {change::starts, type_name<have_child>(), "what it does to the outside", "", ""},
    };
    for (const auto& one : cases) {
      CAPTURE(one.doing);
      auto found = play_otherwise(one.how);
      REQUIRE(found);
      CHECK(found->cell == "/a");
      CHECK(found->doing == one.doing);
      CHECK(found->what == one.what);
      auto record_found = record(found->order);
      CHECK(record_found.doing == one.doing);
      CHECK(record_found.cell == "/a");
      CHECK(found->recorded != found->now);
      if (!one.recorded.empty()) {
        CHECK(found->recorded.as_string() == one.recorded);
        CHECK(found->now.as_string() == one.now);
      }
      if (one.doing == type_name<add>()) {
        auto event = get_event(record_found.body).value();
        CHECK(decode<add>(event.message.value().data).value().amount == 7);
      }
    }
  }

  TEST_CASE_FIXTURE(replay_stage, "without check what differs between services is carried on") {
    begin();
    say("/a", say_total{address_of("/t")});
    changed = change::says;
    replay again{others, false};
    CHECK(!play(again));
    CHECK(again.find("/t")->service()->state_json().at("sum").as_int64() == 1);
  }

  TEST_CASE_FIXTURE(replay_stage, "a replay may begin at a later epoch") {
    begin({.draws = true});
    say("/a", remind_me{60});
    say_all_sorts();
    send("/a", say_total{address_of("/t")});
    run_turns(1); // what was said before is taken behind it
    sink->verdicts = {frame_sink::verdict::segment_full};
    auto frames_before = frames().size();
    REQUIRE(frames_before == 1);
    say("/a", add{8});
    advance(61s);
    say_all_sorts();
    REQUIRE(frames().size() == 2);
    check_again();

    replay later{kinds};
    auto found = play(later, 1);
    CHECK_MESSAGE(!found, found->cell, " ", found->doing, ": ", found->what);
    for (const char* path : {"/a", "/t"}) {
      REQUIRE(later.find(path));
      CHECK(later.find(path)->service()->state_json() == state_of(path));
    }
    CHECK(later.count().passed_over == 0);
    CHECK(later.count().events > 300);
  }

  TEST_CASE_FIXTURE(replay_stage, "what an event said behind which an epoch began is there whole") {
    start_with({t_with({}), child_of("u", "tallier", tallier_config{})});
    sink->verdicts = {frame_sink::verdict::segment_full};
    meanwhile = [&] { sys().journal().flush(); };
    say("/t", chatter{"pass it on"});
    meanwhile = nullptr;
    replay later{kinds};
    CHECK(!play(later, 1));
    REQUIRE(later.find("/u"));
    CHECK(later.find("/u")->service()->state_json() == state_of("/u"));
  }

  TEST_CASE_FIXTURE(replay_stage, "what was forgotten is passed over until its state comes again") {
    begin();
    say("/a", add{1});
    sink->verdicts = {frame_sink::verdict::segment_full};
    frames();
    say("/a", add{2});
    replay again{kinds};
    auto passed = again.count().passed_over;
    CHECK(passed == 0);
    CHECK(!play(again, 1));
    again.forget();
    CHECK(again.known().empty());
    auto last = records_of(frames()).back();
    record_head head{last.order + 1, last.at, "/a", type_name<add>(), "/test", {}};
    bytes event;
    put_message(event, encode(add{1}), true);
    CHECK(!again.feed(record_kind::event, head, event));
    CHECK(again.count().passed_over == 1);
  }

} // TEST_SUITE
