#include "tests/actors/schedulers/scheduler_stage.hpp"

using namespace troupe;
using namespace troupe::testing;
using namespace std::chrono_literals;

TEST_SUITE("change scheduler") {

  TEST_CASE_FIXTURE(scheduler_stage,
                    "a change scheduler builds each change at once without a timer") {
    begin(single());
    add("1");
    add("2");
    flush();
    CHECK(built() == "1 2");
    CHECK(stored() == progress{0, 2});
    auto set = storage::newest_buildsets(read(), 1).front();
    CHECK(set.scheduler == "all");
    CHECK(set.reason == "The SingleBranchScheduler scheduler named 'all' triggered this build");
    CHECK(set.properties.at("scheduler").value == json("all"));
    CHECK(storage::requests_of_buildset(read(), set.id).size() == 1);
  }

  TEST_CASE_FIXTURE(scheduler_stage,
                    "a change scheduler has been running when the first change comes, not before") {
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
    flush();
    CHECK(built() == "2");
  }

  TEST_CASE_FIXTURE(
      scheduler_stage,
      "a change scheduler waits until the tree was stable for its time, then builds all as one") {
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
    flush();
    CHECK(built() == "2");
    CHECK(stored() == progress{0, 2});
  }

  TEST_CASE_FIXTURE(scheduler_stage,
                    "ignores what its filter and its codebases exclude, and goes on from there") {
    auto definition = single();
    definition.change_filter.emplace();
    definition.change_filter->attributes["branch"].equal = {std::optional<std::string>{"main"}};
    begin(definition);
    add("1", "stable");
    add("2", "main", "code", "docs");
    add("3", "main");
    add("4", std::nullopt);
    flush();
    CHECK(built() == "3");
    CHECK(stored() == progress{0, 4});
  }

  TEST_CASE_FIXTURE(
      scheduler_stage,
      "a change scheduler does not begin to wait for an unimportant change, but builds it along") {
    begin(only_code(single(60s)));
    add("1", "main", "doc");
    run();
    advance(120s);
    CHECK(built().empty());
    CHECK(stored() == progress{1, 1});
    add("2");
    run();
    advance(61s);
    flush();
    CHECK(built() == "2");
    CHECK(stored() == progress{0, 2});
  }

  TEST_CASE_FIXTURE(
      scheduler_stage,
      "a change scheduler waits longer for an unimportant change that comes while it waits") {
    begin(only_code(single(60s)));
    add("1");
    run();
    advance(40s);
    add("2", "main", "doc");
    run();
    advance(40s);
    CHECK(built().empty());
    advance(21s);
    flush();
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
    flush();
    CHECK(built() == "2");
  }

  TEST_CASE_FIXTURE(scheduler_stage,
                    "a change scheduler has one timer for all branches if it is of a single one") {
    begin(single(60s));
    add("1", "main");
    add("2", "stable");
    run();
    advance(61s);
    flush();
    CHECK(built() == "2");
  }

  TEST_CASE_FIXTURE(scheduler_stage,
                    "a change scheduler has a timer for each branch if it is of any") {
    begin(any(60s));
    add("1", "main");
    run();
    advance(30s);
    add("2", "stable");
    run();
    advance(31s);
    CHECK(built() == "1");
    advance(30s);
    flush();
    CHECK(built() == "1 2");
  }

  TEST_CASE_FIXTURE(scheduler_stage,
                    "a scheduler that fails restarts the timers of its waiting changes") {
    begin(single(60s));
    add("1");
    run();
    advance(50s);
    fail(path, 0);
    flush();
    advance(50s);
    CHECK(built().empty());
    advance(10s);
    flush();
    CHECK(built() == "1");
    CHECK(stored() == progress{0, 1});
  }

  TEST_CASE_FIXTURE(scheduler_stage, "a change scheduler keeps its timer through a swap") {
    begin(single(60s));
    add("1");
    run();
    advance(50s);
    auto definition = single(60s);
    definition.scheduler.reason = "because";
    CHECK(control(path, runtime::swap_service{child_of("all", "change_scheduler", definition), "t"})
              .ok);
    advance(10s);
    flush();
    CHECK(built() == "1");
    CHECK(storage::newest_buildsets(read(), 1).front().reason == "because");
  }

  TEST_CASE_FIXTURE(scheduler_stage, "uses defaults for codebases without a change") {
    auto definition = single();
    definition.scheduler.codebases["docs"] = {"https://example.org/docs.git", "trunk", "77"};
    begin(definition);
    add("1");
    flush();
    auto sets = storage::newest_buildsets(read(), 10);
    REQUIRE(sets.size() == 1);
    CHECK(sets[0].sourcestamps.size() == 2);
    CHECK((built() == "1 77" || built() == "77 1"));
  }
}
