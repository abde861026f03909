#include "actors/scheduler_manager/change_scheduler.hpp"

#include "actors/botmaster/brd.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/changes.hpp"
#include "tests/actors/config/config_stage.hpp"
#include "tests/support/actor_stage.hpp"

using namespace troupe;
using namespace troupe::schedulers;
using namespace std::chrono_literals;
using runtime::child_of;
using testing::actor_stage;
using testing::named;

namespace {

constexpr auto path = "/scheduler_manager/all";

model::scheduler single(std::optional<span> timer = {}) {
  model::scheduler made;
  made.kind = "SingleBranchScheduler";
  made.name = "all";
  made.builder_names = boost::json::array{"b1"};
  made.codebases[""] = {};
  made.tree_stable_timer = timer;
  return made;
}

model::scheduler any(std::optional<span> timer = {}) {
  auto made = single(timer);
  made.kind = "AnyBranchScheduler";
  return made;
}

/// With fileIsImportant: whatever does not call itself a document.
model::scheduler only_code(model::scheduler made) {
  test::config_stage lua;
  made.file_is_important = lua.value_of("function(change) return change.comments ~= 'doc' end");
  return made;
}

botmaster::distributor_config distributor() {
  botmaster::distributor_config brd;
  brd.builders = {{.name = "b1"}};
  brd.collapse_requests = json(false);
  return brd;
}

struct scheduler_stage : actor_stage {
  using actor_stage::actor_stage;
  /// The store knows the builder and the scheduler already, so that the first change counts.
  void begin(model::scheduler definition) {
    for (const auto* kind : {&change_svc::change_manager_kind(), &scheduler_manager_kind(),
                             &change_scheduler_kind(), &botmaster::distributor_kind()})
      kinds.add(*kind);
    if (!storage::find_builder(read(), "b1"))
      put(storage::batch{}.put(testing::a_builder(1, "b1")));
    change_svc::change_manager_config changes;
    changes.listeners_parent = named("/scheduler_manager");
    auto manager = child_of("scheduler_manager", "scheduler_manager", scheduler_manager_config{});
    manager.children = {child_of("all", "change_scheduler", change_scheduler_config{definition})};
    manager.children_policy.restarts_max = 1000;
    start_with({child_of("change_svc", "change_svc", changes), manager,
                testing::branch_of("botmaster", {child_of("brd", "brd", distributor())})});
    settle();
    REQUIRE(running(path));
  }
  void add(std::string revision, std::optional<std::string> branch = "main",
           std::string comments = "code", std::string codebase = "") {
    change_svc::add_change order;
    order.what.author = "ada";
    order.what.revision = std::move(revision);
    order.what.branch = std::move(branch);
    order.what.comments = std::move(comments);
    order.what.codebase = std::move(codebase);
    tell("/change_svc", order);
  }
  /// The revision that each buildset is of, oldest first.
  std::string built() {
    std::string out;
    auto from = read();
    auto sets = storage::newest_buildsets(from, 100);
    for (auto set = sets.rbegin(); set != sets.rend(); ++set)
      for (auto id : set->sourcestamps) {
        auto stamp = storage::find_sourcestamp(from, id);
        out += (out.empty() ? "" : " ") + stamp->revision.value_or("-");
      }
    return out;
  }
  /// How many changes the store holds back for it, and the newest that it has seen.
  std::pair<std::size_t, std::int64_t> stored() {
    auto from = read();
    auto record = storage::find_scheduler(from, "all").value();
    return {storage::changes_of_scheduler(from, record.id).size(), record.last_change.value};
  }
};

using progress = std::pair<std::size_t, std::int64_t>;

} // namespace

TEST_SUITE("change scheduler") {

TEST_CASE_FIXTURE(scheduler_stage, "builds each change at once without a timer") {
  begin(single());
  add("1");
  add("2");
  settle();
  CHECK(built() == "1 2");
  CHECK(stored() == progress{0, 2});
  auto set = storage::newest_buildsets(read(), 1).front();
  CHECK(set.scheduler == "all");
  CHECK(set.reason == "The SingleBranchScheduler scheduler named 'all' triggered this build");
  CHECK(set.properties.at("scheduler").value == json("all"));
  CHECK(storage::requests_of_buildset(read(), set.id).size() == 1);
}

TEST_CASE_FIXTURE(scheduler_stage, "has been running when the first change comes, not before") {
  change_svc::add_change order;
  order.what.author = "ada";
  records::change old;
  old.id = change_id{1};
  old.sourcestamp = sourcestamp_id{1};
  records::sourcestamp stamp;
  stamp.id = sourcestamp_id{1};
  put(storage::batch{}.put(old).put(stamp));
  begin(single());
  add("2");
  settle();
  CHECK(built() == "2");
}

TEST_CASE_FIXTURE(scheduler_stage,
                  "waits until the tree was stable for its time, then builds all as one") {
  begin(single(60s));
  add("1");
  run();
  advance(40s);
  add("2");
  run();
  advance(59s);
  CHECK(built().empty());
  CHECK(stored() == progress{2, 2});
  advance(1s);
  settle();
  CHECK(built() == "2");
  CHECK(stored() == progress{0, 2});
}

TEST_CASE_FIXTURE(scheduler_stage,
                  "ignores what its filter and its codebases exclude, and goes on from there") {
  auto definition = single();
  definition.filter = model::change_filter{};
  definition.filter->attributes["branch"].equal = {std::optional<std::string>{"main"}};
  begin(definition);
  add("1", "stable");
  add("2", "main", "code", "docs");
  add("3", "main");
  add("4", std::nullopt);
  settle();
  CHECK(built() == "3");
  CHECK(stored() == progress{0, 4});
}

TEST_CASE_FIXTURE(scheduler_stage,
                  "does not begin to wait for an unimportant change, but builds it along") {
  begin(only_code(single(60s)));
  add("1", "main", "doc");
  run();
  advance(120s);
  CHECK(built().empty());
  CHECK(stored() == progress{1, 1});
  add("2");
  run();
  advance(61s);
  settle();
  CHECK(built() == "2");
  CHECK(stored() == progress{0, 2});
}

TEST_CASE_FIXTURE(scheduler_stage,
                  "waits longer for an unimportant change that comes while it waits") {
  begin(only_code(single(60s)));
  add("1");
  run();
  advance(40s);
  add("2", "main", "doc");
  run();
  advance(40s);
  CHECK(built().empty());
  advance(21s);
  settle();
  CHECK(built() == "2");
}

TEST_CASE_FIXTURE(scheduler_stage,
                  "drops unimportant changes when only important ones are wanted") {
  auto definition = only_code(single(60s));
  definition.only_important = true;
  begin(definition);
  add("1", "main", "doc");
  run();
  CHECK(stored() == progress{0, 1});
}

TEST_CASE_FIXTURE(scheduler_stage, "never builds an unimportant change alone without a timer") {
  begin(only_code(single()));
  add("1", "main", "doc");
  add("2");
  settle();
  CHECK(built() == "2");
}

TEST_CASE_FIXTURE(scheduler_stage, "has one timer for all branches if it is of a single one") {
  begin(single(60s));
  add("1", "main");
  add("2", "stable");
  run();
  advance(61s);
  settle();
  CHECK(built() == "2");
}

TEST_CASE_FIXTURE(scheduler_stage, "has a timer for each branch if it is of any") {
  begin(any(60s));
  add("1", "main");
  run();
  advance(30s);
  add("2", "stable");
  run();
  advance(31s);
  CHECK(built() == "1");
  advance(30s);
  settle();
  CHECK(built() == "1 2");
}

TEST_CASE_FIXTURE(scheduler_stage, "begins to wait anew for what waits in it when it fails") {
  begin(single(60s));
  add("1");
  run();
  advance(50s);
  fail(path, 0);
  settle();
  advance(50s);
  CHECK(built().empty());
  advance(10s);
  settle();
  CHECK(built() == "1");
  CHECK(stored() == progress{0, 1});
}

TEST_CASE_FIXTURE(scheduler_stage, "keeps its timer through a swap") {
  begin(single(60s));
  add("1");
  run();
  advance(50s);
  auto definition = single(60s);
  definition.reason = "because";
  CHECK(control(path,
                runtime::swap_service{
                    child_of("all", "change_scheduler", change_scheduler_config{definition}), "t"})
            .ok);
  advance(10s);
  settle();
  CHECK(built() == "1");
  CHECK(storage::newest_buildsets(read(), 1).front().reason == "because");
}

TEST_CASE_FIXTURE(scheduler_stage, "uses defaults for codebases without a change") {
  auto definition = single();
  definition.codebases["docs"] = {"https://example.org/docs.git", "trunk", "77"};
  begin(definition);
  add("1");
  settle();
  auto sets = storage::newest_buildsets(read(), 10);
  REQUIRE(sets.size() == 1);
  CHECK(sets[0].sourcestamps.size() == 2);
  CHECK((built() == "1 77" || built() == "77 1"));
}

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
    stage.settle();
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
  settle();
  CHECK(built().empty());
  CHECK(control("/botmaster", runtime::add_child{brd, "t"}).ok);
  advance(10s);
  settle();
  CHECK(built() == "1 2");
  CHECK(stored() == progress{0, 2});
}

// An order given by a former incarnation and taken while the present one waits already.
TEST_CASE_FIXTURE(scheduler_stage,
                  "looks again at what is stored when its order is outdated, and loses nothing") {
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
  former.asker = at(path);
  tell("/botmaster/brd", former);
  settle();
  CHECK(built() == "1");
  add("2");
  run();
  advance(60s);
  settle();
  CHECK(built() == "1 2");
  CHECK(stored() == progress{0, 2});
  add("3");
  run();
  advance(60s);
  settle();
  CHECK(built() == "1 2 3");
}

TEST_CASE("change scheduler: builds each change once, whoever fails, whenever") {
  for (std::string who : {path, "/botmaster/brd", "/change_svc", "/db", "/scheduler_manager"})
    for (std::int64_t turns = 0; turns < 24; ++turns) {
      CAPTURE(who);
      CAPTURE(turns);
      scheduler_stage stage;
      stage.begin(single());
      stage.fail(who, turns);
      for (auto revision : {"1", "2", "3"})
        stage.add(revision);
      stage.settle();
      CHECK(stage.built() == "1 2 3");
      CHECK(stage.stored() == progress{0, 3});
    }
}

TEST_CASE("change scheduler: builds changes that wait once, whoever fails as the time is up") {
  for (std::string who : {path, "/botmaster/brd", "/change_svc", "/db"})
    for (std::int64_t turns = 0; turns < 12; ++turns) {
      CAPTURE(who);
      CAPTURE(turns);
      scheduler_stage stage;
      stage.begin(single(60s));
      stage.add("1");
      stage.run();
      stage.advance(60s - 1us);
      stage.tell(path, tree_stable{"tree"});
      stage.fail(who, turns);
      stage.settle();
      stage.advance(200s);
      CHECK(stage.built() == "1");
      CHECK(stage.stored() == progress{0, 1});
    }
}

TEST_CASE("change scheduler: loses no change whose sourcestamps have to be found when others "
          "fail") {
  auto definition = single();
  definition.codebases["docs"] = {"https://example.org/docs.git", "trunk", "77"};
  for (std::string who : {path, "/botmaster/brd", "/change_svc", "/db"})
    for (std::int64_t turns = 0; turns < 24; ++turns) {
      CAPTURE(who);
      CAPTURE(turns);
      scheduler_stage stage;
      stage.begin(definition);
      stage.fail(who, turns);
      stage.add("1");
      stage.add("2", "main", "code", "other"); // of no interest, but progress
      stage.settle();
      stage.settle();
      CHECK(storage::newest_buildsets(stage.read(), 10).size() == 1);
      CHECK(stage.stored() == progress{0, 2});
    }
}
}
