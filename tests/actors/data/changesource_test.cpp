#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: change sources") {

  TEST_CASE_FIXTURE(data_stage, "change sources are those of the configuration") {
    CHECK(rows("changesources").empty());
    for (auto name : {"pb", "git"}) {
      configured.change_source.push_back({"PBChangeSource"});
      configured.change_source.back().set("name", name);
    }
    CHECK(row("changesources/2")
          == parse_json(
                 R"({"changesourceid":2,"name":"git","master":{"masterid":1,"name":"host:/ci","act)"
                 R"(ive":true,"last_active":1700000000}})")
                 .value());
    check_collection("changesources", 2);
    CHECK(column("masters/1/changesources", "name") == std::vector<std::string>{"pb", "git"});
    CHECK(rows("masters/2/changesources").empty());
  }
}
