#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: logs") {

  TEST_CASE_FIXTURE(data_stage, "a log has the fields of REST") {
    CHECK(row("logs/65536")
          == parse_json(
                 R"({"logid":65536,"name":"stdio","slug":"stdio","stepid":1024,"complete":true,"nu)"
                 R"(m_lines":7,"type":"s"})")
                 .value());
  }

  TEST_CASE_FIXTURE(data_stage, "logs are filtered, ordered and paged") {
    check_collection("steps/1024/logs", 1);
    CHECK(column("builds/1/steps/0/logs", "logid", {{"num_lines__ge", "8"}}).empty());
  }

  TEST_CASE_FIXTURE(data_stage, "a log is found by its step and slug") {
    CHECK(row("steps/1024/logs/stdio").at("logid") == 65536);
    CHECK(row("builders/1/builds/1/steps/checkout/logs/stdio").at("logid") == 65536);
  }
}
