#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: buildsets") {

  TEST_CASE_FIXTURE(data_stage, "a buildset has the fields of REST, with its sourcestamps") {
    CHECK(row("buildsets/1")
          == parse_json(
                 R"({"bsid":1,"external_idstring":null,"reason":"a change","submitted_at":17000000)"
                 R"(00,"complete":true,"complete_at":1700000090,"results":0,"parent_buildid":null,)"
                 R"("parent_relationship":null,"rebuilt_buildid":null,"sourcestamps":[{"ssid":1,"r)"
                 R"(evision":"r1","branch":"main","repository":"git://x","project":"p","codebase":)"
                 R"("","created_at":1700000000,"patch":null}]})")
                 .value());
  }

  TEST_CASE_FIXTURE(data_stage, "buildsets are filtered, ordered and paged") {
    check_collection("buildsets", 2);
    CHECK(column("buildsets", "bsid", {{"complete", "false"}}) == std::vector<std::string>{"2"});
    CHECK(column("buildsets", "results") == std::vector<std::string>{"0", "-1"});
  }
}
