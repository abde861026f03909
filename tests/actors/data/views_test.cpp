// The shell's views, made of rows.
#include "actors/data/views.hpp"

#include "storage/tables/builds.hpp"
#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: views of the shell") {

  TEST_CASE_FIXTURE(data_stage, "a build has its sourcestamps, properties, steps and logs") {
    auto from = read();
    auto shown = data::build_view(from, storage::find_build(from, build_id{1}).value());
    CHECK(shown.at("builder") == "linux");
    CHECK(shown.at("init") == "2023-11-14T22:13:30.000000Z");
    CHECK(shown.at("seconds") == 80.0);
    CHECK(shown.at("reason") == "a change");
    CHECK(shown.at("sourcestamps").at(0).at("branch") == "main");
    CHECK(shown.at("sourcestamps").as_array().size() == 1);
    CHECK(print(shown.at("properties")) == R"({"count":1,"revision":"r1"})");
    CHECK(shown.at("steps").at(0).at("results") == "warnings");
    CHECK(shown.at("steps").at(1).at("logs").at(0).at("bytes") == 70);
  }

  TEST_CASE_FIXTURE(data_stage, "builders and workers have what runs and waits") {
    auto from = read();
    auto builders = data::builders_view(from);
    CHECK(builders.at(0).at("waiting") == 1);
    CHECK(builders.at(0).at("builds") == 2);
    CHECK(builders.at(0).at("last") == "failure");
    CHECK(builders.at(1).at("running") == 1);
    auto workers = data::workers_view(from, {"w2"});
    CHECK(workers.at(0).at("version") == "3.7");
    CHECK(workers.at(0).at("builds") == 1);
    CHECK(workers.at(1).at("attached") == true);
  }

  TEST_CASE_FIXTURE(data_stage, "lists show the newest first, and open requests by builder") {
    auto from = read();
    auto changes = data::changes_view(from, 2);
    REQUIRE(changes.as_array().size() == 2);
    CHECK(changes.at(0).at("id") == 3);
    CHECK(changes.at(0).at("when") == "2023-11-14T22:16:20.250000Z");
    CHECK(changes.at(0).at("files") == 2);
    CHECK(changes.at(0).at("comments") == "change 3");
    CHECK(data::builds_view(from, builder_id{1}, 1).at(0).at("number") == 2);
    auto requests = data::requests_view(from, {{buildrequest_id{2}, "no worker"}});
    CHECK(requests.at(0).at("why_not") == "no worker");
    CHECK(requests.at(1).at("id") == 3);
  }

  TEST_CASE_FIXTURE(data_stage, "what operators did has its words") {
    auto from = read();
    auto one = data::reconfigurations_view(from, 1).at(0);
    CHECK(one.at("changes").at(0) == "swap /botmaster/brd: builders, locks");
    CHECK(one.at("switched_ms") == 1.5);
    CHECK(one.at("after") == "00000000000000ff");
    CHECK(data::acts_view(from, 1).at(0).at("command") == "stop linux/2");
  }
}
