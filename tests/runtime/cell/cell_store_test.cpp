#include <doctest/doctest.h>

#include "tests/support/scribe_stage.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;
using namespace troupe::testing::scribing;
using namespace std::chrono_literals;
using ids = std::vector<std::int64_t>;

TEST_SUITE("cell and store") {

  TEST_CASE_FIXTURE(scribe_stage, "what was refused is taken again, before what waited") {
    begin();
    gate.refuse_next = 1;
    tell_note(1);
    tell_note(2);
    run_until_tried(1); // both were in it
    tell_note(3);
    advance(1s);
    CHECK(handled() == ids{1, 2, 1, 2, 3});
    CHECK(written() == ids{1, 2, 3});
    CHECK(stored() == ids{1, 2, 3});
    CHECK(known() == ids{1, 2, 3});
    CHECK(restarts() == 1);
    CHECK(address_of(path).at()->depth.load() == 0);
  }

  TEST_CASE_FIXTURE(scribe_stage, "what was sent after a refused one falls with it in order") {
    db_transactions_max = 1; // each is a commit of its own
    begin();
    gate.refuse_next = 1;
    for (std::int64_t id = 1; id <= 4; ++id)
      tell_note(id);
    advance(1s);
    CHECK(written() == ids{1, 2, 3, 4});
    CHECK(stored() == ids{1, 2, 3, 4});
    CHECK(known() == ids{1, 2, 3, 4});
    CHECK(gate.tried == 5); // of the first four, three were not even tried
    CHECK(address_of(path).at()->depth.load() == 0);
  }

  TEST_CASE_FIXTURE(scribe_stage, "what was stored before the refused one is not taken again") {
    db_transactions_max = 1;
    begin();
    tell_note(1);
    tell_note(2);
    run_until_tried(2);
    gate.refuse_next = 1;
    tell_note(3);
    tell_note(4);
    advance(1s);
    CHECK(handled() == ids{1, 2, 3, 4, 3, 4});
    CHECK(written() == ids{1, 2, 3, 4});
  }

  TEST_CASE_FIXTURE(scribe_stage, "a refusal that an asker has heard is not taken again") {
    begin();
    gate.refuse_next = 1;
    send(path, note{1, false, false, address_of("/ear")});
    tell_note(2);
    advance(1s);
    CHECK(refused() == ids{1});
    CHECK(handled() == ids{1, 2, 2});
    CHECK(stored() == ids{2});
    CHECK(known() == ids{2});
  }

  TEST_CASE_FIXTURE(scribe_stage,
                    "what is at fault itself is not taken again, what came after is") {
    begin();
    tell_note(1);
    send(path, note{2, false, true, {}});
    tell_note(3);
    advance(1s);
    CHECK(handled() == ids{1, 2, 3, 3});
    CHECK(written() == ids{1, 3});
    CHECK(stored() == ids{1, 3});
    CHECK(known() == ids{1, 3});
    CHECK(restarts() == 1);
    CHECK_FALSE(logged("commit failed")); // the store is well
  }

  TEST_CASE_FIXTURE(scribe_stage, "another owner's fault is nobody else's") {
    begin({"other"});
    send(path, note{1, false, true, {}});
    send("/other", note{2, false, false, {}});
    advance(1s);
    CHECK(stored() == ids{2});
    CHECK(restarts() == 1);
    CHECK(restarts("/other") == 0);
  }

  TEST_CASE_FIXTURE(scribe_stage, "what was held back is taken again once") {
    begin();
    gate.refuse_next = 1;
    hold_note(1);
    hold_note(2);
    tell_note(3);
    hold_note(4);
    advance(1s);
    send(path, write_down{});
    advance(1s);
    CHECK(handled() == ids{1, 2, 3, 4, 1, 2, 3, 4});
    CHECK(written() == ids{1, 2, 3, 4});
    CHECK(known() == ids{1, 2, 3, 4});
    CHECK(address_of(path).at()->depth.load() == 0);
  }

  TEST_CASE_FIXTURE(scribe_stage, "what is held back when a refusal comes is stored once") {
    begin();
    gate.refuse_next = 1;
    tell_note(1);
    run_until_tried(1);
    hold_note(2);
    hold_note(3);
    advance(1s);
    send(path, write_down{});
    advance(1s);
    CHECK(written() == ids{1, 2, 3});
    CHECK(known() == ids{1, 2, 3});
  }

  TEST_CASE_FIXTURE(scribe_stage, "what was held back and has been sent since is not done again") {
    begin();
    hold_note(1);
    hold_note(2);
    send(path, turn_page{3});
    send(path, tear_page{});
    advance(1s);
    CHECK(handled() == ids{1, 2, 3, 3});
    CHECK(written() == ids{1, 2});
    send(path, write_down{});
    advance(1s);
    CHECK(written() == ids{1, 2, 3});
  }

  TEST_CASE_FIXTURE(scribe_stage, "what was held back, sent and refused is taken again once") {
    begin();
    gate.refuse_next = 1;
    hold_note(1);
    hold_note(2);
    send(path, turn_page{3});
    advance(1s);
    CHECK(handled() == ids{1, 2, 3, 1, 2, 3});
    CHECK(written() == ids{1, 2});
    CHECK(address_of(path).at()->depth.load() == 0);
    send(path, write_down{});
    advance(1s);
    CHECK(known() == ids{1, 2, 3});
  }

  TEST_CASE("cell and store: nothing is lost or repeated when the owner fails with transactions on "
            "their way") {
    for (std::int64_t turns = 0; turns < 12; ++turns)
      for (bool refuse : {false, true}) {
        CAPTURE(turns);
        CAPTURE(refuse);
        scribe_stage stage;
        stage.begin();
        stage.gate.refuse_next = refuse;
        stage.fail(scribe_stage::path, turns);
        for (std::int64_t id = 1; id <= 5; ++id)
          stage.tell_note(id);
        stage.flush();
        CHECK(stage.written() == ids{1, 2, 3, 4, 5});
        CHECK(stage.known() == ids{1, 2, 3, 4, 5});
        CHECK(stage.address_of(scribe_stage::path).at()->depth.load() == 0);
      }
  }

  TEST_CASE("cell and store: nor when its handler fails between them") {
    for (std::int64_t before = 0; before <= 4; ++before) {
      CAPTURE(before);
      scribe_stage stage;
      stage.begin();
      stage.gate.refuse_next = 1;
      for (std::int64_t id = 1; id <= 4; ++id) {
        if (id == before + 1)
          stage.send(scribe_stage::path, tear_page{});
        stage.tell_note(id);
      }
      stage.flush();
      CHECK(stage.written() == ids{1, 2, 3, 4});
      CHECK(stage.known() == ids{1, 2, 3, 4});
    }
  }

  TEST_CASE("cell and store: nor when the owner is swapped with transactions on their way") {
    for (std::int64_t turns = 0; turns < 12; ++turns)
      for (bool refuse : {false, true}) {
        CAPTURE(turns);
        CAPTURE(refuse);
        scribe_stage stage;
        stage.begin();
        stage.gate.refuse_next = refuse;
        for (std::int64_t id = 1; id <= 5; ++id)
          stage.tell_note(id);
        stage.run_turns(static_cast<std::size_t>(turns));
        auto successor =
            child_of("scribe", "scribe", scribe_config{stage.address_of("/ear"), false});
        CHECK(stage.control(scribe_stage::path, swap_service{successor, "t"}).ok);
        stage.flush();
        CHECK(stage.written() == ids{1, 2, 3, 4, 5});
        CHECK(stage.known() == ids{1, 2, 3, 4, 5});
      }
  }

  TEST_CASE_FIXTURE(scribe_stage, "a service is idle also if the last that came was of the store") {
    idles = true;
    begin();
    tell_note(1);
    while (handled().empty())
      run_turns(1);
    hold_note(2);
    run_until_tried(1); // how it went is behind the second note
    REQUIRE(handled() == ids{1});
    run();
    CHECK(stored() == ids{1, 2});
  }

  TEST_CASE_FIXTURE(scribe_stage, "one that is stopped does not begin again because of a refusal") {
    begin();
    gate.refuses = true;
    tell_note(1);
    run_turns(1);
    CHECK(control("/", remove_child{"scribe", "t"}).ok);
    advance(1s);
    CHECK_FALSE(control(path, show_cell{"state", "s"}).ok);
    CHECK(handled().size() <= 2);
  }
}
