#include "actors/botmaster/brd/messages.hpp"
#include "tests/support/build_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace {

constexpr auto b1_path = "/botmaster/builders/b1";

struct builder_stage : build_stage {
  std::size_t running_builds() { return state_of(b1_path).at("running").as_object().size(); }
  bool is_there() { return control(b1_path, runtime::show_cell{"info", "s"}).ok; }
  void retire() {
    retired = true;
    CHECK(control(b1_path, runtime::swap_service{builder(), "t"}).ok);
    run();
  }
  void configure_again() {
    retired = false;
    CHECK(control("/botmaster/builders", runtime::add_child{builder(), "t"}).ok);
    run();
  }
};

} // namespace

TEST_SUITE("builder") {

  TEST_CASE("builder: knows its builds after a failure, stored already or not") {
    for (std::string who : {b1_path, "/db"})
      for (std::int64_t turns = 0; turns < 12; ++turns) {
        CAPTURE(who);
        CAPTURE(turns);
        builder_stage stage;
        stage.add_step("a");
        stage.prepare();
        stage.fail(who, turns);
        stage.order(1);
        stage.fail(who, turns + 2);
        stage.order(2);
        stage.order(1); // said twice
        stage.flush();
        CHECK(stage.running_builds() == 2);
        CHECK(storage::find_build(stage.read(), build_id{1})->number == 1);
        CHECK(storage::find_build(stage.read(), build_id{2})->number == 2);
        stage.stop("no need");
        REQUIRE(stage.requester->heard<request_done>().size() == 1);
        CHECK(stage.requester->heard<request_done>()[0].ok);
      }
  }

  // A build that begins and ends in one turn: nothing but its commit tells of its number.
  TEST_CASE("builder: gives no number twice, whichever service fails") {
    for (std::string who : {b1_path, "/db"})
      for (std::int64_t turns = 0; turns < 12; ++turns) {
        CAPTURE(who);
        CAPTURE(turns);
        builder_stage stage;
        stage.do_build_if = json(false);
        stage.prepare();
        stage.fail(who, turns);
        for (std::int64_t id = 1; id <= 3; ++id)
          stage.order(id);
        stage.flush();
        CHECK(stage.running_builds() == 0);
        for (std::int64_t id = 1; id <= 3; ++id)
          CHECK(storage::find_build(stage.read(), build_id{id})->number == id);
      }
  }

  TEST_CASE_FIXTURE(builder_stage,
                    "a builder lets its builds end when it is no longer configured, then goes") {
    add_step("a");
    begin();
    retire();
    order(2);
    run();
    REQUIRE(overs().size() == 1); // handed back
    CHECK(overs()[0].build == build_id{2});
    CHECK_FALSE(overs()[0].results);
    ends(0);
    flush();
    CHECK(build().results == result_code::success);
    CHECK_FALSE(is_there());
  }

  TEST_CASE_FIXTURE(builder_stage,
                    "a builder goes also if it fails after its last build has ended") {
    add_step("a");
    begin();
    retire();
    fail(b1_path, 0);
    flush();
    CHECK(running_builds() == 1);
    ends(0);
    flush();
    CHECK_FALSE(is_there());
  }

  TEST_CASE_FIXTURE(builder_stage, "that is configured again while its build runs stays with it") {
    add_step("a");
    begin();
    retire();
    configure_again();
    CHECK(running_builds() == 1);
    CHECK(brd->heard<builder_registered>().size() == 1); // the distributor hears that it is back
    order(2);
    run();
    CHECK(running_builds() == 2);
    send(path, workers::command_complete{"1.1", true, "over"});
    flush();
    CHECK(is_there());
    CHECK(running_builds() == 1);
    CHECK(storage::find_build(read(), build_id{2})->number == 2);
  }

  TEST_CASE_FIXTURE(builder_stage,
                    "a builder stays when it is configured again as its last build ends") {
    add_step("a");
    begin();
    retire();
    send(path, workers::worker_lost{"w1", "gone"});
    configure_again();
    flush();
    CHECK(is_there());
    CHECK(running_builds() == 0);
    order(2);
    run();
    CHECK(storage::find_build(read(), build_id{2})->number == 2);
  }
}
