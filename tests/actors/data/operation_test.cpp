#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: what operators did") {

  TEST_CASE_FIXTURE(data_stage, "an act has its words") {
    CHECK(
        row("acts", {{"id", "2"}})
        == parse_json(R"({"id":2,"at":1700000000,"who":"ada","command":"stop linux/2"})").value());
  }

  TEST_CASE_FIXTURE(data_stage, "a reconfiguration has its digests and changes") {
    auto one = rows("reconfigurations", {{"limit", "1"}})[0];
    CHECK(one.at("after") == "00000000000000ff");
    CHECK(one.at("outcome") == "applied");
    CHECK(one.at("changes").at(0).at("path") == "/botmaster/brd");
  }

  TEST_CASE_FIXTURE(data_stage, "both are filtered, ordered and paged") {
    check_collection("acts", 2);
    check_collection("reconfigurations", 2);
  }
}
