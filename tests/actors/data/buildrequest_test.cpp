#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: build requests") {

  TEST_CASE_FIXTURE(data_stage, "a request has the fields of REST") {
    CHECK(row("buildrequests/2")
          == parse_json(
                 R"({"buildrequestid":2,"buildsetid":2,"builderid":1,"priority":5,"claimed":false,)"
                 R"("claimed_at":null,"claimed_by_masterid":null,"complete":false,"complete_at":nu)"
                 R"(ll,"submitted_at":1700000002,"waited_for":false,"results":-1,"properties":null)"
                 R"(})")
                 .value());
  }

  TEST_CASE_FIXTURE(data_stage, "its properties are those of its buildset") {
    CHECK(print(row("buildrequests/1", {{"property", "*"}}).at("properties"))
          == R"({"scheduler":["all","Scheduler"]})");
  }

  TEST_CASE_FIXTURE(data_stage, "requests are filtered, ordered and paged") {
    check_collection("buildrequests", 3);
    check_collection("builders/1/buildrequests", 2);
    check_collection("buildsets/2/buildrequests", 2);
    CHECK(column("buildrequests", "buildrequestid", {{"complete", "false"}, {"claimed", "true"}})
          == std::vector<std::string>{"3"});
    CHECK(column("builders/1/buildrequests", "buildrequestid", {{"complete", "0"}})
          == std::vector<std::string>{"2"});
  }
}
