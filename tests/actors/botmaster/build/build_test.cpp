#include "actors/botmaster/brd/messages.hpp"
#include "tests/support/build_stage.hpp"

using namespace troupe;
using namespace troupe::testing;
using boost::json::object;

TEST_SUITE("build") {

  TEST_CASE_FIXTURE(build_stage,
                    "engages and prepares its worker, then runs the first command there") {
    add_step("a");
    begin();
    CHECK(worker->heard<acquire_worker>().size() == 1);
    CHECK(worker->heard<workers::prepare_build>().size() == 1);
    REQUIRE(worker->commands().size() == 1);
    auto command = worker->commands()[0];
    CHECK(command.builder == "b1");
    CHECK(command.name == "shell");
    CHECK(command.requester.path() == path);
    auto record = build();
    CHECK(record.number == 1);
    CHECK(record.worker == worker_id{1});
    CHECK(record.request == buildrequest_id{7});
    CHECK_FALSE(record.complete_at);
    CHECK(record.properties.at("builddir").value == json("/w/b1"));
    CHECK(record.properties.at("buildername").value == json("b1"));
    auto preparation = stored_steps().at(0);
    CHECK(preparation.name == "worker_preparation");
    CHECK(preparation.state_string == "worker w1 ready");
    CHECK(preparation.results == result_code::success);
  }

  TEST_CASE_FIXTURE(build_stage,
                    "a build tells of its end once it is stored, frees the worker and is gone") {
    add_step("a");
    begin();
    CHECK(storage::find_service_state(read(), path));
    ends(0);
    flush();
    REQUIRE(overs().size() == 1);
    CHECK(overs()[0].build == build_id{1});
    CHECK(overs()[0].request == buildrequest_id{7});
    CHECK(overs()[0].results == result_code::success);
    CHECK(worker->heard<workers::release_builder>().size() == 1);
    REQUIRE(worker->heard<worker_released>().size() == 1);
    CHECK(worker->heard<worker_released>()[0].results == result_code::success);
    CHECK_FALSE(storage::find_service_state(read(), path));
    CHECK_FALSE(control(path, runtime::show_cell{"state", "s"}).ok);
    CHECK(state_of("/botmaster/builders/b1").at("running").as_object().empty());
  }

  TEST_CASE_FIXTURE(build_stage, "without steps is a success") {
    begin();
    CHECK(build().results == result_code::success);
    CHECK(overs().size() == 1);
  }

  TEST_CASE_FIXTURE(build_stage, "a build is retried when its worker is not there") {
    worker->attached = false;
    add_step("a");
    begin();
    CHECK(build().results == result_code::retry);
    CHECK(build().state_string == "retry worker not available");
    REQUIRE(overs().size() == 1);
    CHECK(overs()[0].results == result_code::retry);
    REQUIRE(worker->heard<worker_released>().size() == 1);
    CHECK_FALSE(worker->heard<worker_released>()[0].results);
  }

  TEST_CASE_FIXTURE(
      build_stage,
      "a build is retried when its worker does not answer a ping, and has it dropped") {
    worker->prepares = false;
    add_step("a");
    begin();
    CHECK(build().results == result_code::retry);
    CHECK(worker->heard<workers::drop_worker>().size() == 1);
  }

  TEST_CASE_FIXTURE(build_stage,
                    "interrupts its command when it is stopped, and waits for the end of that") {
    add_step("a");
    add_step("b");
    add_step("c", {{"alwaysRun", true}});
    begin();
    says("half");
    stop("no need");
    REQUIRE(worker->heard<workers::interrupt_command>().size() == 1);
    CHECK(worker->heard<workers::interrupt_command>()[0].why == "no need");
    REQUIRE(requester->heard<request_done>().size() == 1);
    CHECK(outcomes() == "a:runs");
    ends(-1);
    CHECK(outcomes() == "a:cancelled c:runs");
    CHECK(text_of(1, "cancelled") == "no need\n");
    ends(0);
    CHECK(outcomes() == "a:cancelled c:success");
    CHECK(build().results == result_code::cancelled);
    CHECK(build().state_string == "cancelled (no need) 'make a' (cancelled)");
  }

  TEST_CASE_FIXTURE(build_stage, "a build is stopped once, however often it is said") {
    add_step("a");
    begin();
    stop("first");
    stop("second");
    CHECK(worker->heard<workers::interrupt_command>().size() == 1);
    ends(-1);
    CHECK(build().state_string == "cancelled (first) 'make a' (cancelled)");
    CHECK(requester->heard<request_done>().size() == 2);
  }

  TEST_CASE_FIXTURE(
      build_stage,
      "a build is retried when it loses its worker in a step, and drops all further ones") {
    add_step("a");
    add_step("b", {{"alwaysRun", true}});
    begin();
    says("half a line");
    lose_worker();
    CHECK(outcomes() == "a:retry");
    CHECK(build().results == result_code::retry);
    CHECK(build().state_string == "retry lost connection 'make a' (retry)");
    CHECK(text_of(1) == "ohalf a line\n");
    CHECK(log_of(1)->complete);
    CHECK(text_of(1, "cancelled") == "lost connection\n");
    REQUIRE(overs().size() == 1);
    CHECK(overs()[0].results == result_code::retry);
  }

  TEST_CASE_FIXTURE(build_stage,
                    "a build ends cancelled if it was stopped before it lost its worker") {
    add_step("a");
    begin();
    stop("no need");
    lose_worker();
    CHECK(build().results == result_code::cancelled);
    CHECK(overs().size() == 1);
  }

  TEST_CASE_FIXTURE(build_stage, "a build is retried by the next master when this one ends") {
    add_step("a");
    begin();
    CHECK(control("/botmaster", runtime::remove_child{"builders", "t"}).ok);
    run();
    REQUIRE(worker->heard<workers::interrupt_command>().size() == 1);
    ends(-1);
    CHECK(build().results == result_code::retry);
    REQUIRE(overs().size() == 1);
    CHECK(overs()[0].results == result_code::retry);
  }

  TEST_CASE_FIXTURE(build_stage, "a build is retried when it is stopped at the end of the master") {
    add_step("a");
    begin();
    send("/botmaster/builders/b1",
         stop_build{build_id{1}, std::string{shutdown_reason}, result_code::retry, {}, {}});
    run();
    REQUIRE(worker->heard<workers::interrupt_command>().size() == 1);
    ends(-1);
    CHECK(outcomes() == "a:retry");
    CHECK(build().results == result_code::retry);
    CHECK(build().state_string == "retry (Master Shutdown) 'make a' (retry)");
  }

  TEST_CASE_FIXTURE(build_stage, "a build asks for its locks before the first step and waits") {
    steps.clear();
    add_step("a");
    prepare();
    start_build wanted;
    wanted.build = build_id{1};
    wanted.worker = "w1";
    wanted.worker_number = worker_id{1};
    wanted.worker_locks = {object{{"lock", "cpu"}, {"mode", "counting"}}};
    send("/botmaster/builders/b1", wanted);
    run();
    REQUIRE(locks->heard<acquire_locks>().size() == 1);
    CHECK(build().state_string == "acquiring locks");
    CHECK(worker->commands().empty());
    send(path, locks_acquired{locks->heard<acquire_locks>()[0].wish.party});
    run();
    CHECK(worker->commands().size() == 1);
  }

  TEST_CASE_FIXTURE(build_stage, "a build goes on in the middle of a command after a failure") {
    add_step("a");
    begin();
    says("one\ntw");
    run();
    fail(path, 0);
    flush();
    says("o\n");
    ends(0);
    CHECK(text_of(1) == "oone\notwo\nhprogram finished with exit code 0\n");
    CHECK(build().results == result_code::success);
    CHECK(worker->commands().size() == 1);
    CHECK(worker->taken >= 1); // what is left is answered with `complete` by the connection
  }

  // The last two logs are more than a step may have.
  TEST_CASE_FIXTURE(build_stage,
                    "a build loses nothing that came before a message that brings it down") {
    add_step("a");
    begin();
    says("one\n");
    says("two\n");
    for (int n = 0; n < 62; ++n)
      update({{"log", workers::datum::list({workers::datum::text("log " + std::to_string(n)),
                                            workers::datum::text("x\n")})}});
    says("three\n");
    flush();
    CHECK(address_of(path).at()->restarts.load() > 0);
    ends(0);
    CHECK(text_of(1) == "oone\notwo\nothree\nhprogram finished with exit code 0\n");
    CHECK(text_of(1, "log_0") == "ox\n");
    CHECK(build().results == result_code::success);
  }

  TEST_CASE("build: loses and repeats no line wherever it fails in a command") {
    for (std::string who : {build_stage::path, "/db"})
      for (std::int64_t turns = 0; turns < 12; ++turns) {
        CAPTURE(who);
        CAPTURE(turns);
        build_stage stage;
        stage.add_step("a");
        stage.begin();
        stage.fail(who, turns);
        for (auto text : {"1\n", "2\n3", "\n4\n", "5"})
          stage.says(text);
        stage.update({{"rc", workers::datum::integer(0)}});
        stage.send(build_stage::path, workers::command_complete{stage.command(), false, {}});
        stage.flush();
        CHECK(stage.text_of(1) == "o1\no2\no3\no4\nhprogram finished with exit code 0\no5\n");
        CHECK(stage.log_of(1)->complete);
        CHECK(stage.build().results == result_code::success);
        CHECK(stage.overs().size() == 1);
      }
  }

  TEST_CASE("build: comes to the same end wherever anybody fails on the way") {
    for (std::string who : {build_stage::path, "/db", "/botmaster/builders/b1"})
      for (std::int64_t turns = 0; turns < 40; ++turns) {
        CAPTURE(who);
        CAPTURE(turns);
        build_stage stage;
        stage.worker->plays = true;
        stage.add_step("a");
        stage.add_step("b");
        stage.prepare();
        stage.order();
        stage.fail(who, turns);
        stage.flush();
        CHECK(stage.outcomes() == "a:success b:success");
        CHECK(stage.build().results == result_code::success);
        CHECK(stage.overs().size() == 1);
        CHECK(stage.worker->commands().size() == 2);
        for (auto step : {1, 2})
          CHECK(stage.text_of(step) == "oone\notwo\nhprogram finished with exit code 0\n");
      }
  }

  TEST_CASE_FIXTURE(build_stage, "that fails again and again is given up as an exception") {
    add_step("a");
    begin();
    for (int n = 0; n < 8; ++n) {
      fail(path, 0);
      advance(std::chrono::seconds{20});
    }
    CHECK(build().results == result_code::exception);
    CHECK(build().complete_at);
    CHECK(overs().size() == 1);
    for (const auto& step : stored_steps())
      CHECK(step.complete_at);
    CHECK(log_of(1)->complete);
  }

  TEST_CASE_FIXTURE(build_stage,
                    "a build takes the next number of its builder, and the order for it once") {
    add_step("a");
    begin();
    order(); // said again by a distributor that was restarted
    run();
    ends(0);
    flush();
    start_build next;
    next.build = build_id{2};
    next.worker = "w1";
    next.worker_number = worker_id{1};
    send("/botmaster/builders/b1", next);
    run();
    CHECK(storage::find_build(read(), build_id{2})->number == 2);
    CHECK(storage::max_build_number(read(), builder_id{1}) == 2);
  }
}
