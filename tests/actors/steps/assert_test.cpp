#include "tests/support/build_stage.hpp"

using namespace troupe;
using namespace troupe::testing;
using boost::json::object;

TEST_SUITE("assert step") {

  TEST_CASE_FIXTURE(build_stage, "succeeds if what it checks is true, and fails if not") {
    for (auto value : {json(true), json("x"), json(1), json(false), json(""), json(nullptr)})
      add_step("a", object{{"check", value}}, "Assert");
    begin();
    CHECK(outcomes() == "a:success a_1:success a_2:success a_3:failure a_4:failure a_5:failure");
    CHECK(stored_steps().at(2).state_string == "checked 'x'");
    CHECK(build().results == result_code::failure);
  }

  TEST_CASE_FIXTURE(build_stage, "Assert checks what a renderable gives for the build") {
    add_step("a", object{{"check", object{{"$", "Property"}, {"name", "buildername"}}}}, "Assert");
    add_step("b", object{{"check", object{{"$", "Property"}, {"name", "nothing"}}}}, "Assert");
    begin();
    CHECK(outcomes() == "a:success b:failure");
  }
}
