#include "storage/records/scheduler.hpp"
#include "tests/support/brd_stage.hpp"

using namespace troupe;
using namespace troupe::testing;
using ids = std::vector<std::int64_t>;

namespace {

struct collapsing_stage : brd_stage {
  collapsing_stage() { config.collapse_requests.reset(); }
};

} // namespace

TEST_SUITE("brd buildsets") {

  TEST_CASE_FIXTURE(
      brd_stage, "the distributor makes one request per known builder, in the order of their ids") {
    begin();
    ask({"b2", "nobody", "b1"});
    flush();
    auto heard = requester->heard<buildset_added>();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].requests.size() == 2);
    CHECK(heard[0].requests.at("b1") < heard[0].requests.at("b2"));
    CHECK(storage::requests_of_buildset(read(), heard[0].id).size() == 2);
  }

  TEST_CASE_FIXTURE(brd_stage, "completes a buildset for no builder at once") {
    begin();
    ask({"nobody"});
    flush();
    CHECK(set(1).complete);
    CHECK(set(1).results == result_code::success);
  }

  TEST_CASE_FIXTURE(brd_stage,
                    "completes a buildset with the worst of its results when all have ended") {
    begin();
    worker_is("w1");
    worker_is("w2");
    ask({"b1", "b2"});
    flush();
    build_ends(orders("b1").back(), "b1", result_code::failure);
    flush();
    CHECK(request(1).complete);
    CHECK(request(1).results == result_code::failure);
    CHECK_FALSE(set(1).complete);
    build_ends(orders("b2").back(), "b2", result_code::warnings);
    flush();
    CHECK(set(1).complete);
    CHECK(set(1).results == result_code::failure);
  }

  TEST_CASE_FIXTURE(brd_stage, "remembers results of a buildset that it found half done") {
    begin();
    worker_is("w1");
    ask({"b1", "b2"});
    flush();
    build_ends(orders("b1").back(), "b1", result_code::failure);
    flush();
    fail(brd_path, 0);
    flush();
    build_ends(orders("b2").back(), "b2", result_code::success);
    flush();
    CHECK(set(1).complete);
    CHECK(set(1).results == result_code::failure);
  }

  TEST_CASE_FIXTURE(
      brd_stage,
      "the distributor hears of the end of a build twice and completes its request once") {
    begin();
    worker_is("w1");
    ask({"b1"});
    flush();
    auto order = orders("b1").back();
    build_ends(order, "b1", result_code::success);
    build_ends(order, "b1", result_code::failure);
    flush();
    CHECK(request(1).results == result_code::success);
  }

  TEST_CASE_FIXTURE(brd_stage,
                    "the distributor stores what comes along in the commit of the buildset") {
    begin();
    add_buildset order;
    order.builder_names = {"b1"};
    records::scheduler scheduler;
    scheduler.id = scheduler_id{1};
    scheduler.name = "all";
    order.along.put(scheduler);
    order.requester = address_of("/asker");
    send(brd_path, order);
    // Something that cannot be stored takes the whole buildset with it.
    auto bad = order;
    bad.along.append_log(log_id{1}, instant{}, 0, "one\ntwo\n");
    bad.along.append_log(log_id{1}, instant{}, 1, "three\n"); // in the middle of others
    send(brd_path, bad);
    flush();
    CHECK(storage::find_buildset(read(), buildset_id{1}));
    CHECK_FALSE(storage::find_buildset(read(), buildset_id{2}));
    CHECK(requester->heard<buildset_added>().size() == 1);
    CHECK(requester->heard<buildset_refused>().size() == 1);
    ask({"b1"});
    flush();
    CHECK(storage::requests_of_buildset(read(), buildset_id{2}).size() == 1);
  }

  TEST_CASE("brd buildsets: accepts a numbered request once, also after a restart") {
    auto disk = std::make_shared<test::temp_store>();
    add_buildset order;
    order.builder_names = {"b1"};
    order.set.scheduler = "all";
    order.number = 1;
    order.token = "first";
    {
      brd_stage stage{disk};
      stage.begin();
      order.requester = stage.address_of("/asker");
      auto outdated = order;
      outdated.token = "second";
      stage.send(brd_path, order);
      stage.send(brd_path, order);
      stage.send(brd_path, outdated);
      stage.flush();
      CHECK(stage.requester->heard<buildset_added>().size() == 1); // the second is on its way then
      REQUIRE(stage.requester->heard<buildset_request_outdated>().size() == 1);
      CHECK(stage.requester->heard<buildset_request_outdated>()[0].token == "second");
      stage.send(brd_path, order);
      stage.flush();
      auto heard = stage.requester->heard<buildset_added>();
      REQUIRE(heard.size() == 2);
      CHECK(heard[1].id == heard[0].id);
      CHECK(heard[1].requests == heard[0].requests);
      stage.fail(brd_path, 0);
      stage.send(brd_path, order);
      stage.send(brd_path, outdated);
      stage.flush();
      CHECK(stage.requester->heard<buildset_added>().size() == 3);
      CHECK(stage.requester->heard<buildset_request_outdated>().size() == 2);
    }
    brd_stage next{disk};
    next.begin();
    order.requester = next.address_of("/asker");
    next.send(brd_path, order);
    next.flush();
    CHECK(next.requester->heard<buildset_added>().size() == 1);
    order.number = 2;
    next.send(brd_path, order);
    next.flush();
    CHECK(storage::newest_buildsets(next.read(), 10).size() == 2);
  }

  TEST_CASE(
      "brd buildsets: loses no request that waits for its sourcestamps, whichever service fails") {
    for (std::string who : {std::string{brd_path}, std::string{"/change_svc"}, std::string{"/db"}})
      for (std::int64_t turns = 0; turns < 12; ++turns) {
        CAPTURE(who);
        CAPTURE(turns);
        brd_stage stage;
        stage.begin();
        stage.fail(who, turns);
        stage.ask({"b1"}, 0, "1");
        stage.ask({"b1"}, 0, "2");
        stage.flush();
        CHECK(stage.requester->heard<buildset_added>().size() == 2);
        CHECK(storage::newest_buildsets(stage.read(), 10).size() == 2);
      }
  }

  TEST_CASE_FIXTURE(brd_stage, "cancels a request that waits, and its buildset with it") {
    begin();
    ask({"b1"});
    flush();
    send(brd_path, cancel_request{buildrequest_id{1}, "no need", "c", address_of("/asker")});
    flush();
    REQUIRE(requester->heard<request_done>().size() == 1);
    CHECK(requester->heard<request_done>()[0].ok);
    CHECK(request(1).complete);
    CHECK(request(1).claimed_at);
    CHECK(request(1).results == result_code::cancelled);
    CHECK(set(1).results == result_code::cancelled);
    worker_is("w1");
    flush();
    CHECK(orders("b1").empty());
  }

  TEST_CASE_FIXTURE(
      brd_stage,
      "the distributor has the build of a claimed request stopped, and waits for its end") {
    begin();
    worker_is("w1");
    ask({"b1"});
    flush();
    send(brd_path, cancel_request{buildrequest_id{1}, "no need", "c", address_of("/asker")});
    flush();
    auto stops = builders["b1"]->heard<stop_build>();
    REQUIRE(stops.size() == 1);
    CHECK(stops[0].build == orders("b1")[0].build);
    CHECK(stops[0].reason == "no need");
    CHECK_FALSE(request(1).complete);
    build_ends(orders("b1")[0], "b1", result_code::cancelled);
    flush();
    CHECK(request(1).results == result_code::cancelled);
  }

  TEST_CASE_FIXTURE(brd_stage,
                    "the distributor stops the right build also after it has failed itself") {
    begin();
    worker_is("w1");
    ask({"b1"});
    flush();
    fail(brd_path, 0);
    flush();
    send(brd_path, cancel_request{buildrequest_id{1}, "no need", "c", address_of("/asker")});
    flush();
    auto stops = builders["b1"]->heard<stop_build>();
    REQUIRE(stops.size() == 1);
    CHECK(stops[0].build == orders("b1")[0].build);
  }

  TEST_CASE_FIXTURE(brd_stage,
                    "the distributor refuses to cancel what is complete or was never there") {
    begin();
    send(brd_path, cancel_request{buildrequest_id{7}, "", "c", address_of("/asker")});
    flush();
    REQUIRE(requester->heard<request_done>().size() == 1);
    CHECK_FALSE(requester->heard<request_done>()[0].ok);
    CHECK(requester->heard<request_done>()[0].message == "no open build request 7");
  }

  TEST_CASE_FIXTURE(collapsing_stage, "collapses an older request for the same into a newer one") {
    begin();
    ask({"b1", "b2"});
    flush();
    ask({"b1"});
    flush();
    CHECK(request(1).complete);
    CHECK(request(1).results == result_code::skipped);
    CHECK_FALSE(request(2).complete);
    CHECK_FALSE(request(3).complete);
    CHECK_FALSE(set(1).complete); // b2 is still wanted
  }

  TEST_CASE_FIXTURE(collapsing_stage,
                    "the distributor does not collapse other revisions without changes") {
    begin();
    ask({"b1"}, 0, "1");
    flush();
    ask({"b1"}, 0, "2");
    flush();
    CHECK_FALSE(request(1).complete);
  }

  TEST_CASE_FIXTURE(collapsing_stage,
                    "collapses other revisions if both have changes, in the same branch") {
    begin();
    auto add = [&](std::int64_t id, std::string revision, std::string branch) {
      change_svc::add_change order;
      order.what.author = "ada";
      order.what.revision = std::move(revision);
      order.what.branch = std::move(branch);
      send("/change_svc", order);
      flush();
      add_buildset wanted;
      wanted.set.sourcestamps = {sourcestamp_id{id}};
      wanted.builder_names = {"b1"};
      send(brd_path, wanted);
      flush();
    };
    add(1, "1", "main");
    add(2, "2", "stable");
    CHECK_FALSE(request(1).complete);
    add(3, "3", "main");
    CHECK(request(1).results == result_code::skipped);
    CHECK_FALSE(request(2).complete);
  }

  TEST_CASE_FIXTURE(collapsing_stage, "compares the properties of schedulers, and of nobody else") {
    begin();
    auto with = [](std::string value, std::string source) {
      return records::property_map{{"p", {json(value), source}},
                                   {"scheduler", {json(value), "Scheduler"}}};
    };
    ask({"b1"}, 0, "1", with("1", "Scheduler"));
    ask({"b1"}, 0, "1", with("2", "Scheduler"));
    flush();
    CHECK_FALSE(request(1).complete);
    ask({"b2"}, 0, "1", with("1", "Force Build Form"));
    flush();
    ask({"b2"}, 0, "1", with("2", "Force Build Form"));
    flush();
    CHECK(request(3).results == result_code::skipped);
  }

  TEST_CASE_FIXTURE(collapsing_stage,
                    "never collapses a request that is claimed, nor if the builder forbids it") {
    config.builders[1].collapse_requests = json(false);
    begin();
    worker_is("w1");
    ask({"b1"});
    flush();
    ask({"b1"});
    worker_is("w1", false);
    ask({"b2"});
    flush();
    ask({"b2"});
    flush();
    CHECK_FALSE(request(1).complete);
    CHECK_FALSE(request(3).complete);
  }
}
