#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: schedulers") {

  TEST_CASE_FIXTURE(data_stage, "a scheduler has the fields of REST, with its master") {
    CHECK(row("schedulers/1")
          == parse_json(
                 R"({"schedulerid":1,"name":"all","enabled":true,"master":{"masterid":1,"name":"ho)"
                 R"(st:/ci","active":true,"last_active":1700000000}})")
                 .value());
  }

  TEST_CASE_FIXTURE(data_stage, "schedulers are filtered, ordered and paged") {
    check_collection("schedulers", 2);
    CHECK(column("schedulers", "name", {{"enabled", "off"}})
          == std::vector<std::string>{"nightly"});
    CHECK(column("masters/1/schedulers", "name") == std::vector<std::string>{"all"});
    CHECK(refusal("masters/2/schedulers/1")
          == "not found while getting from masters/2/schedulers/1");
  }
}
