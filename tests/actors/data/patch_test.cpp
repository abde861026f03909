#include "tests/actors/data/data_stage.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("data: patches") {

  TEST_CASE_FIXTURE(data_stage, "a patch has the fields of REST, without its body") {
    CHECK(row("patches/1")
          == parse_json(
                 R"({"patchid":1,"body":null,"level":1,"subdir":"src","author":"ada","comment":"tr)"
                 R"(y this"})")
                 .value());
  }

  TEST_CASE_FIXTURE(data_stage, "a patch is no collection") {
    CHECK(refusal("patches/1", {{"level", "1"}}) == "this is not a collection");
    CHECK(refusal("patches/1", {{"field", "autor"}}) == "no such field 'autor'; is it author?");
    CHECK(refusal("patches/2") == "not found while getting from patches/2");
  }
}
