#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: builds") {

  TEST_CASE_FIXTURE(data_stage, "a build has the fields of REST") {
    CHECK(row("builds/1")
          == parse_json(
                 R"({"buildid":1,"number":1,"builderid":1,"buildrequestid":1,"workerid":1,"masteri)"
                 R"(d":1,"started_at":1700000010,"complete_at":1700000090,"complete":true,"locks_d)"
                 R"(uration_s":2,"state_string":"build done","results":0,"properties":{}})")
                 .value());
  }

  TEST_CASE_FIXTURE(data_stage, "a build that runs has neither end nor results") {
    CHECK(row("builds/3").at("complete") == false);
    CHECK(row("builds/3").at("complete_at").is_null());
    CHECK(row("builds/3").at("results").is_null());
  }

  TEST_CASE_FIXTURE(data_stage, "properties are shown when they are asked for") {
    CHECK(print(row("builds/2", {{"property", "count"}}).at("properties"))
          == R"({"count":[2,"Build"]})");
    CHECK(row("builds/2", {{"property", "*"}}).at("properties").as_object().size() == 2);
  }

  TEST_CASE_FIXTURE(data_stage, "builds are filtered, ordered and paged") {
    check_collection("builds", 3);
    check_collection("builders/linux/builds", 2);
    CHECK(column("builds", "buildid", {{"complete", "no"}}) == std::vector<std::string>{"3"});
    CHECK(column("builds", "buildid", {{"order", "-buildid"}, {"limit", "2"}})
          == std::vector<std::string>{"3", "2"});
  }

  TEST_CASE_FIXTURE(data_stage, "a build is found by its builder, worker, request and parent") {
    using ids = std::vector<std::string>;
    CHECK(row("builders/1/builds/2").at("buildid") == 2);
    CHECK(row("builders/mac%2Farm/builds/1").at("buildid") == 3);
    CHECK(column("workers/1/builds", "buildid") == ids{"1", "2", "3"});
    CHECK(column("buildrequests/3/builds", "buildid") == ids{"2", "3"});
    CHECK(column("builds/1/triggered_builds", "buildid") == ids{"2", "3"});
    CHECK(column("builders/999/builds", "buildid").empty());
  }
}
