#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: sourcestamps") {

  TEST_CASE_FIXTURE(data_stage, "a sourcestamp has the fields of REST, with its patch") {
    CHECK(row("sourcestamps/2")
          == parse_json(
                 R"({"ssid":2,"revision":null,"branch":null,"repository":"git://x","project":"p",")"
                 R"(codebase":"lib","created_at":1700000001,"patch":{"patchid":1,"body":null,"leve)"
                 R"(l":1,"subdir":"src","author":"ada","comment":"try this"}})")
                 .value());
  }

  TEST_CASE_FIXTURE(data_stage, "sourcestamps are filtered, ordered and paged") {
    check_collection("sourcestamps", 2);
    check_collection("buildsets/2/sourcestamps", 2);
    CHECK(column("buildsets/1/sourcestamps", "ssid") == std::vector<std::string>{"1"});
  }
}
