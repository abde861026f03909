#include "actors/change_svc/change_manager.hpp"
#include "actors/schedulers/periodic/periodic.hpp"

#include "actors/botmaster/paths.hpp"
#include "storage/tables/state.hpp"
#include "tests/actors/schedulers/scheduler_stage.hpp"

using namespace troupe;
using namespace troupe::testing;
using namespace std::chrono_literals;

namespace {

struct periodic_stage : scheduler_stage {
  using scheduler_stage::scheduler_stage;

  static constexpr auto scheduler = "/scheduler_manager/often";

  static periodic_config every(span interval) {
    periodic_config made;
    made.scheduler.class_name = "Periodic";
    made.scheduler.name = "often";
    made.scheduler.builder_names = boost::json::array{"b1"};
    made.scheduler.codebases[""] = {"https://example.org/x.git", "main", {}};
    made.scheduler.reason = "every so often";
    made.periodic_build_timer = interval;
    return made;
  }
  static runtime::child_spec child(const periodic_config& config) {
    return child_of("often", "periodic", config);
  }
  void begin(span interval) {
    for (const auto* kind :
         {&change_svc::change_manager::static_kind(), &scheduler_manager::static_kind(),
          &periodic::static_kind(), &botmaster::distributor::static_kind()})
      kinds.add(*kind);
    if (!storage::find_builder(read(), "b1"))
      put(storage::batch{}.put(a_builder(1, "b1")));
    auto manager = child_of("scheduler_manager", "scheduler_manager", scheduler_manager_config{});
    manager.children = {child(every(interval))};
    manager.children_policy.restarts_max = 1000;
    change_svc::change_manager_config changes;
    changes.listeners_parent = named("/scheduler_manager");
    start_with({child_of("change_svc", "change_svc", changes), manager,
                branch_of("botmaster", {child_of("brd", "brd", distributor())})});
    pass(0s);
    REQUIRE(running(scheduler));
  }
  /// Time passes, and a few milliseconds more, in which what came of it is stored.
  void pass(span time) {
    advance(time);
    for (int i = 0; i < 5; ++i)
      advance(1ms);
  }
  std::size_t sets() { return storage::newest_buildsets(read(), 100).size(); }
};

} // namespace

TEST_SUITE("periodic scheduler") {

  TEST_CASE_FIXTURE(periodic_stage, "Periodic builds at once and then every interval") {
    begin(60s);
    CHECK(sets() == 1);
    pass(59s);
    CHECK(sets() == 1);
    pass(1s);
    CHECK(sets() == 2);
    pass(60s);
    CHECK(sets() == 3);
    auto set = storage::newest_buildsets(read(), 1).front();
    CHECK(set.scheduler == "often");
    CHECK(set.reason == "every so often");
    auto stamp = storage::find_sourcestamp(read(), set.sourcestamps.at(0));
    CHECK(stamp->repository == "https://example.org/x.git");
    CHECK(stamp->branch == "main");
  }

  TEST_CASE_FIXTURE(periodic_stage, "Periodic keeps its rhythm when it is rebuilt") {
    begin(60s);
    pass(40s);
    REQUIRE(control(scheduler, runtime::crash_service{"for a test", "t"}).ok);
    pass(0s);
    CHECK(sets() == 1);
    pass(19s);
    CHECK(sets() == 1);
    pass(1s);
    CHECK(sets() == 2);
  }

  TEST_CASE_FIXTURE(periodic_stage, "Periodic makes up once for the times that were missed") {
    begin(60s);
    REQUIRE(control(scheduler, runtime::suspend_service{"t"}).ok);
    pass(600s);
    CHECK(sets() == 1);
    REQUIRE(control(scheduler, runtime::resume_service{"t"}).ok);
    pass(0s);
    CHECK(sets() == 2);
    pass(59s);
    CHECK(sets() == 2);
  }

  TEST_CASE_FIXTURE(periodic_stage, "Periodic takes another interval from its last build on") {
    begin(600s);
    pass(100s);
    REQUIRE(control(scheduler, runtime::swap_service{child(every(120s)), "t"}).ok);
    pass(0s);
    CHECK(sets() == 1);
    pass(20s);
    CHECK(sets() == 2);
  }

  TEST_CASE_FIXTURE(periodic_stage,
                    "Periodic asks again while the distributor is away, and builds once") {
    begin(60s);
    auto away = listen(botmaster::brd_path);
    auto before = address_of(botmaster::brd_path).at();
    pass(60s);
    pass(25s);
    auto asked = away->heard<botmaster::add_buildset>();
    REQUIRE(asked.size() == 3);
    CHECK(asked[0].token == asked[2].token);
    CHECK(asked[0].number == asked[2].number);
    CHECK(sets() == 1);
  }

  TEST_CASE_FIXTURE(periodic_stage, "an interval of nothing is refused") {
    test::config_stage lua;
    CHECK(lua.errors_with("c.schedulers[2] = schedulers.Periodic{ 'p', builderNames = { 'b1' }, "
                          "periodicBuildTimer = 0 }")
          == "master.lua:6: c.schedulers[2].periodicBuildTimer: seconds, more than 0, expected, "
             "found 0");
  }
}
