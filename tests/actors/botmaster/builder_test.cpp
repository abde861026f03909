#include "tests/support/build_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

namespace {

constexpr auto builder_path = "/botmaster/builders/b1";

struct builder_stage : build_stage {
  std::size_t running_builds() {
    return state_of(builder_path).at("running").as_object().size();
  }
};

} // namespace

TEST_SUITE("builder") {

TEST_CASE("builder: knows its builds after a failure, stored already or not") {
  for (std::string who : {builder_path, "/db"})
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
      stage.settle();
      CHECK(stage.running_builds() == 2);
      CHECK(storage::find_build(stage.read(), build_id{1})->number == 1);
      CHECK(storage::find_build(stage.read(), build_id{2})->number == 2);
      stage.stop("no need");
      REQUIRE(stage.asker->heard<request_done>().size() == 1);
      CHECK(stage.asker->heard<request_done>()[0].ok);
    }
}

// A build that begins and ends in one turn: nothing but its commit tells of its number.
TEST_CASE("builder: gives no number twice, whoever fails") {
  for (std::string who : {builder_path, "/db"})
    for (std::int64_t turns = 0; turns < 12; ++turns) {
      CAPTURE(who);
      CAPTURE(turns);
      builder_stage stage;
      stage.do_build_if = json(false);
      stage.prepare();
      stage.fail(who, turns);
      for (std::int64_t id = 1; id <= 3; ++id)
        stage.order(id);
      stage.settle();
      CHECK(stage.running_builds() == 0);
      for (std::int64_t id = 1; id <= 3; ++id)
        CHECK(storage::find_build(stage.read(), build_id{id})->number == id);
    }
}

}
