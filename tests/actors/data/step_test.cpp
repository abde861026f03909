#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: steps") {

  TEST_CASE_FIXTURE(data_stage, "a step has the fields of REST") {
    CHECK(row("steps/1024")
          == parse_json(
                 R"({"stepid":1024,"number":0,"name":"checkout","buildid":1,"started_at":170000001)"
                 R"(0,"locks_acquired_at":null,"complete":true,"complete_at":1700000011,"state_str)"
                 R"(ing":"","results":1,"urls":[{"name":"log","url":"http://x/"}],"hidden":false})")
                 .value());
  }

  TEST_CASE_FIXTURE(data_stage, "steps are filtered, ordered and paged") {
    check_collection("builds/1/steps", 2);
    check_collection("builders/linux/builds/2/steps", 2);
    CHECK(column("builds/1/steps", "name", {{"complete", "false"}})
          == std::vector<std::string>{"compile"});
  }

  TEST_CASE_FIXTURE(data_stage, "a step is found by its number and by its name") {
    CHECK(row("builds/2/steps/1").at("stepid") == 2049);
    CHECK(row("builders/linux/builds/2/steps/compile").at("stepid") == 2049);
    CHECK(refusal("builds/2/steps/test") == "not found while getting from builds/2/steps/test");
  }
}
