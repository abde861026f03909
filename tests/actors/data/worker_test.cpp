#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: workers") {

  TEST_CASE_FIXTURE(data_stage, "a worker has the fields of REST") {
    CHECK(row("workers/1")
          == parse_json(
                 R"({"workerid":1,"name":"w1","connected_to":[{"masterid":1}],"configured_on":[{"m)"
                 R"(asterid":1,"builderid":1}],"workerinfo":{"version":"3.7"},"paused":false,"paus)"
                 R"(e_reason":null,"graceful":false})")
                 .value());
  }

  TEST_CASE_FIXTURE(data_stage, "workers are filtered, ordered and paged") {
    check_collection("workers", 2);
    CHECK(column("workers", "pause_reason", {{"paused", "yes"}})
          == std::vector<std::string>{"new disk"});
  }

  TEST_CASE_FIXTURE(data_stage, "a worker is found by name, builder and master") {
    CHECK(row("workers/w2").at("workerid") == 2);
    for (auto path :
         {"builders/1/workers", "masters/1/workers", "masters/1/builders/linux/workers"})
      CHECK(column(path, "name") == std::vector<std::string>{"w1"});
    CHECK(row("builders/linux/workers/w1").at("workerid") == 1);
    CHECK(refusal("masters/1/workers/2") == "not found while getting from masters/1/workers/2");
  }
}
