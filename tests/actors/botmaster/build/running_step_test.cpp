#include "actors/botmaster/build/running_step.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::botmaster;
using records::result_code;

namespace {

/// A step with these rendered arguments.
running_step step_with(boost::json::object arguments) {
  running_step step;
  step.arguments = std::move(arguments);
  return step;
}

/// Renders every text but "bad" as itself in capitals.
result<json> shouted(const json& value) {
  if (!value.is_string())
    return value;
  std::string text{value.get_string()};
  if (text == "bad")
    return failure{errc::invalid, "it cannot be computed"};
  for (auto& c : text)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return to_json(text);
}

} // namespace

TEST_SUITE("running step") {

  TEST_CASE("a name that is used gets a number and keeps within its length") {
    std::map<std::string, std::int64_t> used;
    CHECK(unique_step_name(used, "make") == "make");
    CHECK(unique_step_name(used, "make") == "make_1");
    CHECK(unique_step_name(used, "make") == "make_2");
    std::string longest(60, 'x');
    CHECK(unique_step_name(used, longest) == longest.substr(0, 50));
    CHECK(unique_step_name(used, longest) == longest.substr(0, 48) + "_1");
  }

  TEST_CASE("arguments are rendered, and the builder's environment is added to the step's") {
    running_step step;
    step.definition.class_name = "ShellCommand";
    step.definition.set("command", json("make"));
    step.definition.set("doStepIf", json("later"));
    step.definition.set("env", boost::json::object{{"A", "own"}});
    REQUIRE(step.render_arguments({{"A", json("theirs")}, {"B", json("b")}}, shouted));
    CHECK(step.text("command") == "MAKE");
    CHECK(step.argument("doStepIf") == json("later"));
    CHECK(step.argument("env") == json(boost::json::object{{"A", "own"}, {"B", "B"}}));
    CHECK(step.argument("no such argument").is_null());
  }

  TEST_CASE("an argument that cannot be computed is named") {
    running_step step;
    step.definition.class_name = "ShellCommand";
    step.definition.set("command", json("bad"));
    CHECK(step.render_arguments({}, shouted).error().message == "command: it cannot be computed");
    step.definition.set("command", json("make"));
    CHECK(step.render_arguments({{"A", json("bad")}}, shouted).error().message
          == "env of the builder: it cannot be computed");
  }

  TEST_CASE("a lost worker and an interrupt override the result") {
    running_step step;
    CHECK(step.verdict(result_code::success) == result_code::success);
    step.interrupted = true;
    CHECK(step.verdict(result_code::success) == result_code::exception);
    CHECK(step.verdict(result_code::cancelled) == result_code::cancelled);
    step.lost = true;
    CHECK(step.verdict(result_code::success) == result_code::retry);
  }

  TEST_CASE("the summary tells the best description, the result and how it ended") {
    auto step = step_with({{"command", boost::json::array{"make", "-k", "all"}}});
    CHECK(step.summary(result_code::success) == "'make -k ...'");
    step = step_with({{"command", "make"}, {"descriptionDone", boost::json::array{"it", "ran"}}});
    step.suffix = " (timed out)";
    CHECK(step.summary(result_code::failure) == "it ran (failure) (timed out)");
    step.done_text = "said so";
    CHECK(step.summary(result_code::success) == "said so (timed out)");
    CHECK(running_step{}.summary(result_code::success) == "finished");
  }

  TEST_CASE("a failure is in the build's text if it matters to the build") {
    CHECK(step_with({}).summarised(result_code::failure));
    CHECK_FALSE(step_with({{"flunkOnFailure", false}}).summarised(result_code::failure));
    CHECK_FALSE(step_with({}).summarised(result_code::success));
    CHECK(step_with({{"updateBuildSummaryPolicy", true}}).summarised(result_code::success));
    CHECK_FALSE(step_with({{"updateBuildSummaryPolicy", boost::json::array{0}}})
                    .summarised(result_code::failure));
  }

  TEST_CASE("a block of a file is taken off once") {
    running_step step;
    step.files.emplace_back("1:2", 0);
    CHECK_FALSE(step.take_file("1:3"));
    CHECK(step.take_file("1:2"));
    CHECK_FALSE(step.take_file("1:2"));
  }
}
