#include "actors/build_master/master.hpp"

#include "actors/botmaster/paths.hpp"
#include "tests/support/actor_stage.hpp"

using namespace troupe;
using namespace troupe::master;
using namespace std::chrono_literals;

namespace {

struct master_stage : testing::stage {
  std::shared_ptr<testing::listener> brd, requester;

  master_stage() {
    kinds.add(build_master::static_kind());
    start(runtime::child_of("", "master", master_config{"/folder", master_id{1}, "host:/folder"}));
    brd = listen(botmaster::brd_path);
    requester = listen("/asker");
  }
  void stop(bool clean) {
    send("/", stop_master{clean, "t", address_of("/asker")});
    run();
  }
};

} // namespace

TEST_SUITE("master") {

  TEST_CASE_FIXTURE(master_stage, "the master ends when its builds have been stopped") {
    stop(false);
    CHECK(requester->heard<stop_taken>().size() == 1);
    auto heard = brd->heard<botmaster::hold_builds>();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].hold);
    CHECK(heard[0].stop_running);
    advance(4s);
    CHECK_FALSE(ended());
    send("/", botmaster::all_builds_done{});
    run();
    REQUIRE(ended());
    CHECK(ended()->empty());
  }

  TEST_CASE_FIXTURE(master_stage, "the master waits five seconds for builds that do not end") {
    stop(false);
    stop(false);
    CHECK(brd->heard<botmaster::hold_builds>().size() == 1);
    advance(5s);
    CHECK(ended());
  }

  TEST_CASE_FIXTURE(master_stage,
                    "the master waits for its builds at a clean stop, until it is cut short") {
    stop(true);
    advance(60s);
    CHECK_FALSE(ended());
    for (const auto& one : brd->heard<botmaster::hold_builds>())
      CHECK_FALSE(one.stop_running);
    SUBCASE("they end") {
      send("/", botmaster::all_builds_done{});
      run();
    }
    SUBCASE("it is cut short") {
      stop(false);
      CHECK(brd->heard<botmaster::hold_builds>().back().stop_running);
      advance(5s);
    }
    CHECK(ended());
  }
}
