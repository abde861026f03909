#include "tests/support/brd_stage.hpp"

using namespace troupe;
using namespace troupe::testing;
using ids = std::vector<std::int64_t>;

TEST_SUITE("brd") {

  TEST_CASE_FIXTURE(
      brd_stage,
      "the distributor has a request claimed in the store when the builder hears of its build") {
    begin();
    worker_is("w1");
    ask({"b1"});
    flush();
    REQUIRE(orders("b1").size() == 1);
    auto order = orders("b1")[0];
    CHECK(order.worker == "w1");
    CHECK(order.build == build_id{1});
    REQUIRE(order.stamps.size() == 1);
    CHECK(order.stamps[0].revision == "1");
    CHECK(request(1).claimed_at);
    CHECK(request(1).claimed_by == master_id{1});
    CHECK_FALSE(request(1).complete);
    auto heard = requester->heard<buildset_added>();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].requests.at("b1") == buildrequest_id{1});
  }

  TEST_CASE_FIXTURE(brd_stage, "the distributor starts what waits as soon as a worker comes") {
    begin();
    ask({"b1"});
    flush();
    CHECK(orders("b1").empty());
    worker_is("w2");
    flush();
    CHECK(begun("b1") == ids{1});
  }

  TEST_CASE_FIXTURE(brd_stage, "serves higher priorities first, then the older request") {
    begin();
    ask({"b1"}, 0);
    ask({"b1"}, 5);
    ask({"b1"}, 5);
    flush();
    worker_is("w1");
    flush();
    for (int n = 0; n < 3; ++n) {
      REQUIRE(orders("b1").size() == static_cast<std::size_t>(n) + 1);
      build_ends(orders("b1").back(), "b1", result_code::success);
      flush();
    }
    CHECK(begun("b1") == ids{2, 3, 1});
  }

  TEST_CASE_FIXTURE(brd_stage, "serves the builder with the higher priority first") {
    begin();
    ask({"b1"}, 0);
    ask({"b2"}, 1);
    flush();
    worker_is("w1", true, 1);
    flush();
    CHECK(begun("b1").empty());
    CHECK(begun("b2") == ids{2});
  }

  TEST_CASE_FIXTURE(
      brd_stage,
      "the distributor runs one build of a builder on a worker, and those of others beside it") {
    begin();
    worker_is("w1");
    ask({"b1"});
    ask({"b1"});
    ask({"b2"});
    flush();
    CHECK(begun("b1") == ids{1});
    CHECK(begun("b2") == ids{3});
    worker_is("w2");
    flush();
    CHECK(begun("b1") == ids{1, 2});
  }

  TEST_CASE_FIXTURE(brd_stage,
                    "the distributor runs no more builds on a worker than its max_builds") {
    begin();
    worker_is("w1", true, 1);
    ask({"b1", "b2"});
    flush();
    CHECK(begun("b1").size() + begun("b2").size() == 1);
    auto waiting = begun("b1").empty() ? 1 : 2;
    CHECK(
        why_not(waiting).find("worker.full worker w1 runs as many builds as it may (max_builds is "
                              "1): ")
        == 0);
  }

  TEST_CASE_FIXTURE(brd_stage, "the distributor says of each worker why a request waits") {
    begin();
    worker_is("w1", false, {}, "repairs");
    ask({"b1"});
    flush();
    constexpr auto paused = "worker.paused worker w1 is paused: repairs";
    CHECK(why_not(1)
          == std::string{paused}
                 + "\nworker.unreported worker w2 has not told the distributor yet how it is");
    send(brd_path, explain_requests{"t", address_of("/asker")});
    run();
    REQUIRE(requester->heard<requests_explained>().size() == 1);
    CHECK(requester->heard<requests_explained>()[0].why_not.at(buildrequest_id{1})
          == "worker w1 is paused: repairs");
    worker_is("w2");
    ask({"b1"});
    flush();
    CHECK(why_not(2)
          == std::string{"worker.builds_for_builder worker w2 runs a build of builder b1 already, "
                         "for 3.0 s\n"}
                 + paused);
  }

  TEST_CASE_FIXTURE(brd_stage,
                    "the distributor keeps off a worker whose lock is held, and says by whom") {
    config.locks = {{.name = "db"}};
    config.builders[0].locks = parse_json(R"([{"lock":"db","mode":"exclusive"}])").value();
    begin();
    lock_figures held;
    held.held = 1;
    held.exclusive = true;
    held.holders = {{build_id{42}, 1, true, instant{std::chrono::seconds{1'700'000'000}}}};
    send(brd_path, locks_are{{{"db", held}}});
    worker_is("w1");
    ask({"b1"});
    flush();
    CHECK(begun("b1").empty());
    CHECK(why_not(1).find("lock.held lock db (wanted exclusively) is held, 1 of 1 units, by ")
          == 0);
    send(brd_path, locks_are{{}});
    flush();
    CHECK(begun("b1") == ids{1});
  }

  TEST_CASE_FIXTURE(
      brd_stage,
      "the distributor puts a request back when its build is to be retried or could not begin") {
    begin();
    worker_is("w1");
    ask({"b1"});
    flush();
    build_ends(orders("b1").back(), "b1", result_code::retry);
    flush();
    CHECK(begun("b1") == ids{1, 1});
    CHECK_FALSE(orders("b1")[0].build == orders("b1")[1].build);
    worker_is("w1", false);
    build_ends(orders("b1").back(), "b1", std::nullopt);
    flush();
    CHECK_FALSE(request(1).claimed_at);
    CHECK_FALSE(request(1).complete);
    CHECK_FALSE(set(1).complete);
  }

  TEST_CASE_FIXTURE(brd_stage, "the distributor tells a worker that nothing runs on it any more") {
    begin();
    worker_is("w1");
    ask({"b1", "b2"});
    flush();
    build_ends(orders("b1").back(), "b1", result_code::success);
    flush();
    CHECK(workers["w1"]->heard<worker_idle>().empty());
    build_ends(orders("b2").back(), "b2", result_code::success);
    flush();
    CHECK(workers["w1"]->heard<worker_idle>().size() == 1);
  }

  TEST_CASE_FIXTURE(
      brd_stage,
      "the distributor starts nothing while it holds, and says when the last build is over") {
    begin();
    worker_is("w1");
    ask({"b1"});
    flush();
    send(brd_path, hold_builds{true, address_of("/asker")});
    ask({"b2"});
    flush();
    CHECK(begun("b2").empty());
    CHECK(
        why_not(2).find(
            "request.master_shutting_down the master is shutting down and starts no more builds\n")
        == 0);
    CHECK(requester->heard<all_builds_done>().empty());
    build_ends(orders("b1").back(), "b1", result_code::success);
    flush();
    CHECK(requester->heard<all_builds_done>().size() == 1);
    send(brd_path, hold_builds{false, {}});
    flush();
    CHECK(begun("b2") == ids{2});
  }

  TEST_CASE_FIXTURE(
      brd_stage,
      "the distributor has all builds stopped at the end, also one claimed a moment ago") {
    begin();
    worker_is("w1");
    worker_is("w2");
    ask({"b1"});
    flush();
    add_buildset awaited;
    awaited.builder_names = {"b2"};
    awaited.waited_for = true;
    send(brd_path, awaited);
    run();
    send(brd_path, hold_builds{true, address_of("/asker"), true});
    flush();
    auto stops = builders["b1"]->heard<stop_build>();
    REQUIRE(stops.size() == 1);
    CHECK(stops[0].build == orders("b1")[0].build);
    CHECK(stops[0].reason == "Master Shutdown");
    CHECK(stops[0].results == result_code::retry);
    REQUIRE(builders["b2"]->mail.size() == 2); // its order first
    REQUIRE(builders["b2"]->heard<stop_build>().size() == 1);
    CHECK(builders["b2"]->heard<stop_build>()[0].results == result_code::cancelled);
    build_ends(orders("b1")[0], "b1", result_code::retry);
    flush();
    CHECK(requester->heard<all_builds_done>().empty());
    build_ends(orders("b2")[0], "b2", result_code::cancelled);
    flush();
    CHECK(requester->heard<all_builds_done>().size() == 1);
    CHECK(orders("b1").size() == 1); // what is retried waits for the next master
  }

  TEST_CASE_FIXTURE(brd_stage, "the distributor keeps its claims when it fails, also those whose "
                               "build has yet to be stored") {
    begin();
    worker_is("w1");
    worker_is("w2");
    ask({"b1"});
    flush();
    fail(brd_path, 0);
    flush();
    CHECK(workers["w1"]->heard<report_to_distributor>().size() > 0);
    worker_is("w1", true, 1);
    worker_is("w2", true, 1);
    ask({"b1"});
    ask({"b2"});
    flush();
    CHECK(begun("b1") == ids{1, 2});
    CHECK_FALSE(orders("b1")[0].build == orders("b1")[1].build);
    CHECK_FALSE(orders("b1")[0].worker == orders("b1")[1].worker);
    CHECK(begun("b2").empty()); // both workers have as much as they may
    build_ends(orders("b1")[0], "b1", result_code::success);
    flush();
    CHECK(request(1).complete);
    CHECK(begun("b2") == ids{3});
  }

  TEST_CASE("brd: starts each request once and gives no build's id twice, wherever it fails") {
    for (std::string who : {std::string{brd_path}, std::string{"/db"}, std::string{"/change_svc"}})
      for (std::int64_t turns = 0; turns < 20; ++turns) {
        CAPTURE(who);
        CAPTURE(turns);
        brd_stage stage;
        stage.begin();
        stage.worker_is("w1");
        stage.worker_is("w2");
        stage.run();
        stage.fail(who, turns);
        stage.ask({"b1"});
        stage.ask({"b2"});
        stage.flush();
        stage.worker_is("w1");
        stage.worker_is("w2");
        stage.flush();
        // A buildset may be refused to its requester when the distributor fails before it is
        // stored.
        auto added = stage.requester->heard<buildset_added>().size();
        CHECK(added + stage.requester->heard<buildset_refused>().size() == 2);
        CHECK(stage.begun("b1").size() + stage.begun("b2").size() == added);
        std::set<build_id> builds;
        for (auto name : {"b1", "b2"})
          for (const auto& one : stage.orders(name))
            builds.insert(one.build);
        CHECK(builds.size() == added);
      }
  }
}
