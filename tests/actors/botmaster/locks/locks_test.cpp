#include "actors/botmaster/locks/locks.hpp"

#include "actors/botmaster/paths.hpp"
#include "storage/tables/state.hpp"
#include "tests/support/actor_stage.hpp"

using namespace troupe;
using namespace troupe::botmaster;
using runtime::child_of;
using testing::actor_stage;

namespace {

struct locks_stage : actor_stage {
  void begin(std::int64_t max_count = 1) {
    kinds.add(locks::static_kind());
    locks_config config;
    config.defined = {{.name = "db", .max_count = max_count}};
    start_with({testing::branch_of("botmaster", {child_of("locks", "locks", config)})});
    brd = listen(brd_path);
    for (int build = 0; build < 4; ++build)
      builds.push_back(listen("/build" + std::to_string(build)));
  }
  void acquire(std::int64_t build) {
    lock_wish wish;
    wish.party = {build_id{build}, "build"};
    wish.worker = "w1";
    wish.accesses = {{"db", false, 1}};
    wish.requester = address_of("/build" + std::to_string(build));
    send(locks_path, acquire_locks{wish});
  }
  void release(std::int64_t build) { send(locks_path, release_locks{{build_id{build}, {}}}); }
  std::size_t granted(std::size_t build) { return builds[build]->heard<locks_acquired>().size(); }
  std::size_t out() { return state_of(locks_path).at("table").at("held").as_array().size(); }

  std::shared_ptr<testing::listener> brd;
  std::vector<std::shared_ptr<testing::listener>> builds;
};

} // namespace

TEST_SUITE("locks") {

  TEST_CASE_FIXTURE(locks_stage,
                    "the lock service tells each of its grant when its turn has come") {
    begin();
    acquire(1);
    acquire(2);
    run();
    CHECK(granted(1) == 1);
    CHECK(granted(2) == 0);
    release(1);
    run();
    CHECK(granted(2) == 1);
  }

  TEST_CASE_FIXTURE(locks_stage, "the lock service has a grant stored when it tells it") {
    begin();
    acquire(1);
    run();
    auto stored = storage::find_service_state(read(), locks_path);
    REQUIRE(stored);
    CHECK(decode<locks_state>(stored->state).value().table.held.size() == 1);
  }

  TEST_CASE_FIXTURE(
      locks_stage, "the lock service tells the distributor of every change, and when it is asked") {
    begin();
    acquire(1);
    run();
    REQUIRE_FALSE(brd->heard<locks_are>().empty());
    CHECK(brd->heard<locks_are>().back().figures.at("db").held == 1);
    auto before = brd->heard<locks_are>().size();
    send(locks_path, report_locks{});
    run();
    CHECK(brd->heard<locks_are>().size() == before + 1);
  }

  TEST_CASE_FIXTURE(locks_stage,
                    "the lock service knows holders and waiters again after a failure") {
    begin();
    acquire(1);
    acquire(2);
    acquire(3);
    run();
    fail(locks_path, 0);
    flush();
    CHECK(out() == 1);
    release(1);
    run();
    CHECK(granted(2) == 1);
    CHECK(granted(3) == 0);
  }

  TEST_CASE_FIXTURE(locks_stage, "grants more when a new configuration counts further") {
    begin();
    acquire(1);
    acquire(2);
    run();
    locks_config config;
    config.defined = {{.name = "db", .max_count = 2}};
    CHECK(control(locks_path, runtime::swap_service{child_of("locks", "locks", config), "t"}).ok);
    run();
    CHECK(granted(2) == 1);
  }

  TEST_CASE("locks: never have too many out and forget nobody, wherever they fail") {
    for (std::string path : {std::string{locks_path}, std::string{"/db"}})
      for (std::int64_t turns = 0; turns < 16; ++turns) {
        CAPTURE(path);
        CAPTURE(turns);
        locks_stage stage;
        stage.begin();
        stage.fail(path, turns);
        for (std::int64_t build = 1; build <= 3; ++build)
          stage.acquire(build);
        stage.flush();
        CHECK(stage.granted(1) == 1);
        CHECK(stage.granted(2) == 0);
        stage.fail(path, turns);
        stage.release(1);
        stage.release(2); // gives up its place in the queue, or what it was granted a moment ago
        stage.flush();
        CHECK(stage.granted(3) == 1);
        CHECK(stage.out() == 1);
      }
  }
}
