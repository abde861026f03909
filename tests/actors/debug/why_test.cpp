// How `why` finds out what is meant, and how it asks.
#include "tests/support/why_stage.hpp"

#include "actors/botmaster/paths.hpp"
#include "actors/debug/debug.hpp"

using namespace troupe;
using namespace troupe::testing;
using namespace std::chrono_literals;

namespace {

struct asked_stage : why_stage {
  asked_stage() {
    add_worker("w1");
    add_builder("linux", {"w1"});
    add_scheduler("all", {"linux"});
  }
  std::string refusal(std::vector<std::string> arguments) {
    auto answer = why(std::move(arguments));
    REQUIRE(answer.contains("code"));
    return std::string{answer.at("code").as_string()} + ": "
           + std::string{answer.at("message").as_string()};
  }
  /// Of each open request, by builder; "-" of one that is being built.
  std::vector<std::string> reasons() {
    std::vector<std::string> out;
    const auto rows = shell({"requests"});
    for (const auto& row : rows.as_array())
      out.push_back(row.at("why_not").is_null() ? "-" : std::string{row.at("why_not").as_string()});
    return out;
  }
  std::string about(std::vector<std::string> arguments) {
    auto answer = why(std::move(arguments));
    REQUIRE_MESSAGE(answer.contains("about"), print(answer));
    return std::string{answer.at("about").as_string()};
  }
};

} // namespace

TEST_SUITE("why asked") {

  TEST_CASE_FIXTURE(asked_stage, "why knows what is meant by its name alone") {
    begin();
    attach("w1");
    ask("linux");
    CHECK(about({"1"}) == "request 1");
    CHECK(about({"linux/1"}) == "build linux/1");
    CHECK(about({"linux/last"}) == "build linux/1");
    CHECK(about({"w1"}) == "worker w1");
    CHECK(about({"all"}) == "scheduler all");
  }

  TEST_CASE_FIXTURE(asked_stage, "why says what it could be if that is not clear") {
    add_worker("all");
    add_worker("1");
    add_worker("linux/1");
    begin();
    attach("w1");
    ask("linux");
    CHECK(refusal({"all"})
          == "conflict: all may mean several things: say why worker all or why scheduler all");
    CHECK(refusal({"1"})
          == "conflict: 1 may mean several things: say why request 1 or why worker 1");
    CHECK(refusal({"linux/1"})
          == "conflict: linux/1 may mean several things: say why build linux/1 or why worker "
             "linux/1");
    CHECK(about({"scheduler", "all"}) == "scheduler all");
    CHECK(about({"worker", "1"}) == "worker 1");
    CHECK(about({"build", "linux/1"}) == "build linux/1");
  }

  TEST_CASE_FIXTURE(asked_stage, "why says what there is not") {
    begin();
    CHECK(refusal({"nonsense"})
          == "not_found: nonsense is no request, build (BUILDER/NUMBER), worker or scheduler");
    CHECK(refusal({"7"}) == "not_found: no such request: 7");
    CHECK(refusal({"request", "seven"}) == "not_found: seven: a request's number expected");
    CHECK(refusal({"linux/7"}) == "not_found: builder linux has no build 7");
    CHECK(refusal({"lunix/7"}) == "not_found: no such builder: lunix; is it linux?");
    CHECK(refusal({"worker", "w2"}) == "not_found: no such worker: w2");
    CHECK(refusal({"scheduler", "w1"}) == "not_found: no such scheduler: w1");
    CHECK(refusal({"build", "w1"}) == "invalid: w1: BUILDER/NUMBER expected");
    CHECK(refusal({"builder", "linux"})
          == "invalid: builder: request, build, worker or scheduler expected");
  }

  TEST_CASE_FIXTURE(asked_stage, "why forgets who has gone, and answers that come too late") {
    begin();
    auto shut = close(troupe::botmaster::brd_path);
    ask_only({"1"});
    CHECK(state_of(debug::debug_path).at("inquiries").as_object().size() == 1);
    send(debug::debug_path, io::connection_closed{7, "gone"});
    run();
    CHECK(state_of(debug::debug_path).at("inquiries").as_object().empty());
    CHECK(state_of(debug::debug_path).at("questions").as_object().empty());
    shut->open();
    advance(10s);
    CHECK(running(debug::debug_path));
  }

  TEST_CASE_FIXTURE(asked_stage, "why goes on with its inquiry after a swap") {
    begin();
    auto request = ask("linux");
    auto shut = close(troupe::botmaster::brd_path);
    ask_only({std::to_string(request)});
    reconfigure(std::string{debug::debug_path});
    shut->open();
    run();
    CHECK(last_answer().at("causes").at(0).at("code") == "worker.never_connected");
  }

  TEST_CASE_FIXTURE(asked_stage, "the list of requests has the reason of each that waits") {
    add_builder("mac", {"w1"});
    begin();
    attach("w1");
    ask("linux");
    ask("linux");
    ask("linux", 5);
    control_worker("w1", "pause", "new disk");
    ask("mac");
    CHECK(reasons()
          == std::vector<std::string>{"-", "worker w1 is paused: new disk",
                                      "worker w1 is paused: new disk",
                                      "worker w1 is paused: new disk"});
    control_worker("w1", "unpause");
    auto message = reasons();
    REQUIRE(message.size() == 4);
    CHECK(message[1]
          == "request 3 of builder linux goes first: its priority is 5, that of request 2 is 0");
    CHECK(message[2] == "worker w1 runs a build of builder linux already, linux/1, for 0.0 s");
    CHECK(message[3] == "-");
  }
}
