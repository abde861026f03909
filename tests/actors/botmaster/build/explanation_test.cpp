#include <doctest/doctest.h>

#include "actors/botmaster/build/causes.hpp"
#include "actors/botmaster/build/explanation.hpp"

using namespace troupe;
using namespace troupe::botmaster;
using namespace std::chrono_literals;
using enum build_cause;

namespace {

/// Build 7 of builder "linux" in the middle of its step 2.
struct build_case {
  instant now{std::chrono::seconds{1'700'000'000}};
  build_config config;
  build_state is;

  build_case() {
    config.definition.name = "linux";
    config.number = 7;
    config.order.worker = "w1";
    is.phase = build_phase::stepping;
    is.phase_since = now - 1h;
    is.record.id = build_id{70};
    auto& step = is.step.emplace();
    step.record.number = 2;
    step.record.name = "compile";
    step.command.emplace();
    step.command->id = "70.1";
    step.command->request.name = "shell";
    step.command->started_at = now - 3min;
  }
  step_command& command() { return *is.step->command; }
  causes all() const { return why_it_goes_on(config, is, now); }
  cause only() const {
    auto found = all();
    REQUIRE(found.size() == 1);
    return found[0];
  }
};

} // namespace

TEST_SUITE("build causes") {

  TEST_CASE_FIXTURE(build_case, "each phase has its own, since it began") {
    is.step.reset();
    CHECK(all().empty());
    const std::pair<build_phase, build_cause> table[]{
        {build_phase::engaging, build_engaging},
        {build_phase::preparing, build_preparing},
        {build_phase::locking, build_waits_for_locks}};
    for (auto [phase, code] : table) {
      is.phase = phase;
      is.waits_for_locks = now - 1h;
      CHECK(only().is(code));
      CHECK(only().since == now - 1h);
      CHECK(to_string(only().subject) == "build linux/7");
    }
    is.phase = build_phase::engaging;
    CHECK(only().by == the_worker("w1")); // its service owes the answer
  }

  TEST_CASE_FIXTURE(build_case, "a command is said with its output and its limits") {
    CHECK(only().message
          == "step 2 'compile' runs command 'shell' on worker w1 for 3 min, without output");
    CHECK(to_string(only().subject) == "step compile of linux/7");
    CHECK_FALSE(only().until);
    command().timeout = 20min;
    CHECK(only().until == now + 17min);
    command().last_output = now - 1min;
    CHECK(only().until == now + 19min);
    command().max_time = 5min;
    CHECK(only().until == now + 2min);
    CHECK(only().message
          == "step 2 'compile' runs command 'shell' on worker w1 for 3 min, with output 60 s ago; "
             "without output it is ended in 19 min, whatever it prints it is ended in 2 min");
    command().max_time = 2min;
    CHECK(only().message.find("whatever it prints it was to be ended 60 s ago")
          != std::string::npos);
    is.step->outcome = records::result_code::success;
    CHECK(only().message.find("step 2 'compile' tidies up by command 'shell'") == 0);
  }

  TEST_CASE_FIXTURE(build_case, "an interrupt counts more than the command") {
    command().interrupted_at = now - 5s;
    CHECK(only().is(command_ending));
    CHECK(only().since == now - 5s);
    is.stop_reason = "stopped by ada";
    CHECK(
        only().message
        == "step 2 'compile' was told to end 5.0 s ago (stopped by ada); worker w1 has yet to end "
           "command 'shell'");
  }

  TEST_CASE_FIXTURE(build_case, "a step waits for locks, for its next try, for files") {
    is.step->files = {{"2:1", 0}, {"2:2", 0}};
    REQUIRE(all().size() == 2); // and the worker waits with its command
    CHECK(all()[0].is(step_waits_for_files));
    CHECK(all()[1].is(command_running));
    is.step->command.reset();
    is.step->wakes_at = now + 30s;
    CHECK(only().is(step_waits_between_tries));
    CHECK(only().until == now + 30s);
    is.step->waits_for_locks = now - 5s;
    CHECK(only().is(step_waits_for_locks));
    CHECK(only().since == now - 5s);
  }

  // What is awaited has been asked for when the state that awaits it is stored.
  TEST_CASE_FIXTURE(build_case, "what it waits for is asked for once that is stored") {
    std::optional<build_state> stored = is;
    CHECK(is_asked_for(is, stored));
    CHECK_FALSE(is_asked_for(is, std::nullopt));
    command().last_output = now; // asks for nothing
    CHECK(is_asked_for(is, stored));
    SUBCASE("another phase") {
      stored->phase = build_phase::locking;
    }
    SUBCASE("no step yet") {
      stored->step.reset();
    }
    SUBCASE("the step before") {
      stored->step->record.number = 1;
    }
    SUBCASE("no command yet") {
      stored->step->command.reset();
    }
    SUBCASE("the command before") {
      stored->step->command->id = "70.0";
    }
    SUBCASE("no interrupt yet") {
      command().interrupted_at = now;
    }
    SUBCASE("no locks wanted yet") {
      is.step->waits_for_locks = now;
    }
    CHECK_FALSE(is_asked_for(is, stored));
    is.phase = build_phase::preparing; // is asked for at once
    CHECK(is_asked_for(is, std::nullopt));
  }
}
