// A build whose commits are refused.
#include "tests/support/build_stage.hpp"
#include "tests/support/refusing_gate.hpp"

using namespace troupe;
using namespace troupe::testing;
using namespace std::chrono_literals;

namespace {

struct refused_build : build_stage {
  refused_build() { store().watch(&gate); }
  ~refused_build() { store().watch(nullptr); }

  std::string lines(std::int64_t from, std::int64_t to) {
    std::string text;
    for (; from < to; ++from)
      text += fmt::format("line {}\n", from);
    return text;
  }
  /// As stored for lines on standard output.
  std::string marked(std::int64_t from, std::int64_t to) {
    std::string text;
    for (; from < to; ++from)
      text += fmt::format("oline {}\n", from);
    return text;
  }
  static constexpr auto epilogue = "hprogram finished with exit code 0\n";

  refusing_gate gate;
};

} // namespace

TEST_SUITE("build whose commits are refused") {

  TEST_CASE_FIXTURE(refused_build,
                    "a build has a whole log after a disk that was full for a minute") {
    add_step("a");
    add_step("b");
    begin();
    says(lines(0, 10));
    run();
    gate.refuses = true;
    for (std::int64_t i = 1; i <= 60; ++i) {
      says(lines(i * 10, i * 10 + 10));
      advance(1s);
    }
    CHECK(text_of(1) == marked(0, 10));
    CHECK_FALSE(build().complete_at);
    gate.refuses = false;
    advance(1s);
    CHECK(text_of(1) == marked(0, 610));
    CHECK(worker->commands().size() == 1);
    ends(0);
    flush();
    CHECK(text_of(1) == marked(0, 610) + epilogue);
    CHECK(log_of(1)->complete);
    CHECK(worker->commands().size() == 2);
    ends(0);
    flush();
    CHECK(outcomes() == "a:success b:success");
    CHECK(build().results == result_code::success);
    CHECK(overs().size() == 1);
    CHECK(worker->heard<worker_released>().size() == 1);
  }

  TEST_CASE_FIXTURE(refused_build, "a build goes on when its command ends while the disk is full") {
    add_step("a");
    add_step("b");
    begin();
    gate.refuses = true;
    says(lines(0, 10));
    advance(1s);
    says(lines(10, 20));
    ends(0);
    advance(60s);
    CHECK(worker->commands().size() <= 2);
    CHECK(outcomes() == "a:runs");
    gate.refuses = false;
    flush();
    CHECK(text_of(1) == marked(0, 20) + epilogue);
    CHECK(outcomes() == "a:success b:runs");
    says("two\n");
    ends(0);
    flush();
    CHECK(text_of(2) == std::string{"otwo\n"} + epilogue);
    CHECK(build().results == result_code::success);
    CHECK(overs().size() == 1);
  }

  TEST_CASE_FIXTURE(refused_build,
                    "a build begins when the disk has room, if it was full when it was to") {
    add_step("a");
    prepare();
    gate.refuses = true;
    order();
    advance(60s);
    CHECK_FALSE(storage::find_build(read(), build_id{1}));
    gate.refuses = false;
    flush();
    REQUIRE(storage::find_build(read(), build_id{1}));
    REQUIRE_FALSE(worker->commands().empty());
    says("one\n");
    ends(0);
    flush();
    CHECK(outcomes() == "a:success");
    CHECK(text_of(1) == std::string{"oone\n"} + epilogue);
    CHECK(build().results == result_code::success);
    CHECK(overs().size() == 1);
  }

  TEST_CASE("build whose commits are refused: tells of its end once, when that is stored") {
    for (std::int64_t refusals : {1, 2, 5}) {
      CAPTURE(refusals);
      refused_build stage;
      stage.add_step("a");
      stage.begin();
      stage.gate.refuse_next = refusals;
      stage.ends(0);
      CHECK(stage.overs().empty());
      CHECK_FALSE(stage.build().complete_at);
      stage.flush();
      CHECK(stage.overs().size() == 1);
      CHECK(stage.build().results == result_code::success);
      CHECK(stage.worker->heard<worker_released>().size() == 1);
      CHECK_FALSE(storage::find_service_state(stage.read(), refused_build::path));
      CHECK(stage.state_of("/botmaster/builders/b1").at("running").as_object().empty());
      CHECK_FALSE(stage.control(refused_build::path, runtime::show_cell{"state", "s"}).ok);
    }
  }

  TEST_CASE("build whose commits are refused: ends once, wherever it fails at its end") {
    for (std::int64_t turns = 0; turns < 16; ++turns)
      for (std::int64_t refusals : {0, 1}) {
        CAPTURE(turns);
        CAPTURE(refusals);
        refused_build stage;
        stage.add_step("a");
        stage.begin();
        stage.gate.refuse_next = refusals;
        stage.update({{"rc", workers::datum::integer(0)}});
        stage.send(refused_build::path, workers::command_complete{stage.command(), false, {}});
        stage.fail(refused_build::path, turns);
        stage.flush();
        CHECK(stage.overs().size() == 1);
        CHECK(stage.outcomes() == "a:success");
        CHECK(stage.build().results == result_code::success);
        CHECK(stage.worker->commands().size() == 1);
        CHECK(stage.state_of("/botmaster/builders/b1").at("running").as_object().empty());
      }
  }

  TEST_CASE_FIXTURE(refused_build,
                    "a build does not begin again when it fails after its end was stored") {
    add_step("a");
    begin();
    update({{"rc", workers::datum::integer(0)}});
    send(path, workers::command_complete{command(), false, {}});
    auto stored = gate.stored;
    while (!build().complete_at)
      REQUIRE(run_turns(1));
    CHECK(gate.stored > stored);
    // Its end is stored; that it was told has not been heard yet.
    REQUIRE(runtime::deliver_control(address_of(path),
                                     runtime::any_message{runtime::crash_service{"x", {}}},
                                     address_of("/test")));
    flush();
    CHECK(logged("failed in"));
    CHECK(overs().size() == 1);
    CHECK(build().results == result_code::success);
    CHECK(worker->heard<acquire_worker>().size() == 1);
    CHECK(worker->commands().size() == 1);
    CHECK_FALSE(storage::find_service_state(read(), path));
    CHECK(state_of("/botmaster/builders/b1").at("running").as_object().empty());
  }
}
