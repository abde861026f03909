// That every change is built once, whichever service fails, and whenever.
#include "tests/actors/schedulers/scheduler_stage.hpp"

using namespace troupe;
using namespace troupe::testing;
using namespace std::chrono_literals;

TEST_SUITE("change scheduler") {

  TEST_CASE("change scheduler: builds what came while it was away, and what waited, once") {
    auto disk = std::make_shared<test::temp_store>();
    {
      scheduler_stage former{disk};
      former.begin(single(60s));
      former.add("1");
      former.run();
      REQUIRE(former.stored() == progress{1, 1});
      former.control("/scheduler_manager", runtime::remove_child{"all", "t"});
      former.run();
      former.add("2");
      former.run();
      former.advance(100s);
      CHECK(former.built().empty());
    }
    for (int life = 0; life < 2; ++life) {
      scheduler_stage stage{disk};
      stage.begin(single(60s));
      stage.advance(70s);
      stage.flush();
      CHECK(stage.built() == "2");
      CHECK(stage.stored() == progress{0, 2});
    }
  }

  TEST_CASE_FIXTURE(scheduler_stage, "orders again what nobody took") {
    begin(single());
    auto brd = child_of("brd", "brd", distributor());
    CHECK(control("/botmaster", runtime::remove_child{"brd", "t"}).ok);
    add("1");
    add("2");
    flush();
    CHECK(built().empty());
    CHECK(control("/botmaster", runtime::add_child{brd, "t"}).ok);
    advance(10s);
    flush();
    CHECK(built() == "1 2");
    CHECK(stored() == progress{0, 2});
  }

  // An order given by a former incarnation and taken while the present one waits already.
  TEST_CASE_FIXTURE(scheduler_stage, "a change scheduler looks again at what is stored when its "
                                     "order is outdated, and loses nothing") {
    begin(single(60s));
    add("1");
    run();
    botmaster::add_buildset former;
    former.set.scheduler = "all";
    former.set.sourcestamps = {sourcestamp_id{1}};
    former.builder_names = {"b1"};
    former.number = 1;
    former.token = "former";
    former.along.erase<records::scheduler_change>(
        {storage::find_scheduler(read(), "all")->id, change_id{1}});
    former.requester = address_of(path);
    send("/botmaster/brd", former);
    flush();
    CHECK(built() == "1");
    add("2");
    run();
    advance(60s);
    flush();
    CHECK(built() == "1 2");
    CHECK(stored() == progress{0, 2});
    add("3");
    run();
    advance(60s);
    flush();
    CHECK(built() == "1 2 3");
  }

  TEST_CASE("change scheduler: builds each change once, whichever service fails, and whenever") {
    for (std::string who : {path, "/botmaster/brd", "/change_svc", "/db", "/scheduler_manager"})
      for (std::int64_t turns = 0; turns < 24; ++turns) {
        CAPTURE(who);
        CAPTURE(turns);
        scheduler_stage stage;
        stage.begin(single());
        stage.fail(who, turns);
        for (auto revision : {"1", "2", "3"})
          stage.add(revision);
        stage.flush();
        CHECK(stage.built() == "1 2 3");
        CHECK(stage.stored() == progress{0, 3});
      }
  }

  TEST_CASE(
      "change scheduler: builds waiting changes once, whichever service fails as the time is up") {
    for (std::string who : {path, "/botmaster/brd", "/change_svc", "/db"})
      for (std::int64_t turns = 0; turns < 12; ++turns) {
        CAPTURE(who);
        CAPTURE(turns);
        scheduler_stage stage;
        stage.begin(single(60s));
        stage.add("1");
        stage.run();
        stage.advance(60s - 1us);
        stage.send(path, tree_stable{"tree"});
        stage.fail(who, turns);
        stage.flush();
        stage.advance(200s);
        CHECK(stage.built() == "1");
        CHECK(stage.stored() == progress{0, 1});
      }
  }

  TEST_CASE("change scheduler: loses no change whose sourcestamps have to be found when others "
            "fail") {
    auto definition = single();
    definition.scheduler.codebases["docs"] = {"https://example.org/docs.git", "trunk", "77"};
    for (std::string who : {path, "/botmaster/brd", "/change_svc", "/db"})
      for (std::int64_t turns = 0; turns < 24; ++turns) {
        CAPTURE(who);
        CAPTURE(turns);
        scheduler_stage stage;
        stage.begin(definition);
        stage.fail(who, turns);
        stage.add("1");
        stage.add("2", "main", "code", "other"); // of no interest, but progress
        stage.flush();
        stage.flush();
        CHECK(storage::newest_buildsets(stage.read(), 10).size() == 1);
        CHECK(stage.stored() == progress{0, 2});
      }
  }
}
