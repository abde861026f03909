#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: masters") {

  TEST_CASE_FIXTURE(data_stage, "a master has the fields of REST") {
    CHECK(
        row("masters/2")
        == parse_json(R"({"masterid":2,"name":"old:/ci","active":false,"last_active":1699913600})")
               .value());
  }

  TEST_CASE_FIXTURE(data_stage, "masters are filtered, ordered and paged") {
    check_collection("masters", 2);
    CHECK(column("builders/1/masters", "masterid") == std::vector<std::string>{"1"});
    CHECK(column("masters", "name", {{"last_active__lt", "1700000000"}})
          == std::vector<std::string>{"old:/ci"});
  }
}
