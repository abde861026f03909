#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: builders") {

  TEST_CASE_FIXTURE(data_stage, "a builder has the fields of REST") {
    CHECK(row("builders/1")
          == parse_json(
                 R"({"builderid":1,"name":"linux","masterids":[1],"tags":["c++","fast"],"descripti)"
                 R"(on":"builds","description_format":null,"description_html":null,"projectid":nul)"
                 R"(l})")
                 .value());
  }

  TEST_CASE_FIXTURE(data_stage, "builders are filtered, ordered and paged") {
    check_collection("builders", 2);
    CHECK(column("builders", "name", {{"tags__contains", "fast"}})
          == std::vector<std::string>{"linux"});
  }

  TEST_CASE_FIXTURE(data_stage, "a builder is found by number, by name, by worker and by master") {
    CHECK(row("builders/linux").at("builderid") == 1);
    CHECK(row("builders/mac%2Farm").at("builderid") == 2);
    CHECK(column("workers/w1/builders", "name") == std::vector<std::string>{"linux"});
    CHECK(column("masters/1/builders", "name") == std::vector<std::string>{"linux"});
    CHECK(row("masters/1/builders/linux").at("builderid") == 1);
    CHECK(refusal("masters/1/builders/2") == "not found while getting from masters/1/builders/2");
  }
}
