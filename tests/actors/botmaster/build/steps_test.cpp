#include "tests/support/build_stage.hpp"

using namespace troupe;
using namespace troupe::testing;
using boost::json::object;

namespace {

/// In place of `/db`: does its work at once and looks at what it is given.
class writer_stand_in : public listener {
public:
  explicit writer_stand_in(build_stage& on) : stage_{on} {}
  std::vector<std::string> twice; ///< Tables of records that one transaction stores twice.

  void deliver(runtime::envelope letter) override {
    auto* order = letter.what.as<runtime::transaction>();
    if (!order)
      return;
    std::set<std::pair<std::uint16_t, std::string>> seen;
    for (const auto& one : order->work.operations)
      if (one.kind == storage::operation_kind::put && !seen.emplace(one.table, one.key).second)
        twice.push_back(fmt::format("table {}", one.table));
    stage_.put(order->work);
    for (const auto& [to, what] : order->on_commit)
      stage_.sys().send(to, what, order->owner);
  }

private:
  build_stage& stage_;
};

} // namespace

TEST_SUITE("build steps") {

  TEST_CASE_FIXTURE(build_stage, "run one after the other; the build is as good as the worst") {
    add_step("a");
    add_step("b");
    begin();
    CHECK(outcomes() == "a:runs");
    ends(0);
    CHECK(outcomes() == "a:success b:runs");
    ends(0);
    CHECK(build().results == result_code::success);
    CHECK(build().state_string == "build successful");
  }

  TEST_CASE_FIXTURE(build_stage, "go on after a failure that does not halt") {
    add_step("a");
    add_step("b");
    begin();
    ends(2);
    ends(0);
    CHECK(outcomes() == "a:failure b:success");
    CHECK(build().results == result_code::failure);
    CHECK(build().state_string == "failed 'make a' (failure)");
  }

  TEST_CASE_FIXTURE(build_stage, "end with a failure that halts, but for those that always run") {
    add_step("a", {{"haltOnFailure", true}});
    add_step("b");
    add_step("c", {{"alwaysRun", true}});
    begin();
    ends(1);
    CHECK(outcomes() == "a:failure c:runs");
    ends(0);
    CHECK(outcomes() == "a:failure c:success");
    CHECK(build().results == result_code::failure);
  }

  TEST_CASE_FIXTURE(build_stage, "may fail without harm, or with a warning") {
    SUBCASE("no harm") {
      add_step("a", {{"flunkOnFailure", false}});
      begin();
      ends(1);
      CHECK(build().results == result_code::success);
      CHECK(build().state_string == "build successful");
    }
    SUBCASE("a warning") {
      add_step("a", {{"flunkOnFailure", false}, {"warnOnFailure", true}});
      begin();
      ends(1);
      CHECK(build().results == result_code::warnings);
      CHECK(build().state_string == "warnings 'make a' (failure)");
    }
    SUBCASE("failing wins over warning") {
      add_step("a", {{"warnOnFailure", true}});
      begin();
      ends(1);
      CHECK(build().results == result_code::failure);
    }
    CHECK(outcomes() == "a:failure");
  }

  TEST_CASE_FIXTURE(build_stage, "turn exit codes into results as decodeRC says") {
    add_step("a", {{"decodeRC", object{{"0", 0}, {"3", 1}}}, {"warnOnWarnings", true}});
    add_step("b", {{"decodeRC", object{{"0", 0}, {"3", 1}}}, {"flunkOnWarnings", true}});
    begin();
    ends(3);
    ends(3);
    CHECK(outcomes() == "a:warnings b:warnings");
    CHECK(build().results == result_code::failure);
  }

  TEST_CASE_FIXTURE(build_stage, "steps are skipped if doStepIf is false, and run no command") {
    add_step("a", {{"doStepIf", false}});
    add_step("b");
    begin();
    CHECK(outcomes() == "a:skipped b:runs");
    CHECK(worker->commands().size() == 1);
    ends(0);
    CHECK(build().results == result_code::success);
  }

  TEST_CASE_FIXTURE(build_stage, "steps are hidden if hideStepIf is true") {
    add_step("a", {{"hideStepIf", true}});
    add_step("b");
    begin();
    ends(0);
    ends(0);
    CHECK(stored_steps().at(1).hidden);
    CHECK_FALSE(stored_steps().at(2).hidden);
  }

  TEST_CASE_FIXTURE(
      build_stage, "steps have names that are unique in the build and at most 50 characters long") {
    add_step("a");
    add_step("a");
    add_step("a");
    add_step(std::string(60, 'x'));
    add_step(std::string(60, 'x'));
    begin();
    for (int n = 0; n < 5; ++n)
      ends(0);
    std::vector<std::string> names;
    for (const auto& step : stored_steps())
      names.push_back(step.name);
    CHECK(names
          == std::vector<std::string>{"worker_preparation", "a", "a_1", "a_2", std::string(50, 'x'),
                                      std::string(48, 'x') + "_1"});
  }

  TEST_CASE_FIXTURE(build_stage, "set properties without a worker's help") {
    add_step("a", {{"property", "colour"}, {"value", "red"}}, "SetProperty");
    begin();
    CHECK(build().results == result_code::success);
    CHECK(build().properties.at("colour").value == json("red"));
    CHECK(build().properties.at("colour").source == "a");
  }

  TEST_CASE_FIXTURE(build_stage, "store each of their records once in a commit") {
    add_step("a", {{"logfiles", object{{"more", "m.log"}}}});
    add_step("b", {{"locks", boost::json::array{object{{"lock", "db"}, {"mode", "exclusive"}}}}});
    add_step("c", {{"doStepIf", false}});
    prepare();
    run();
    auto writer = std::make_shared<writer_stand_in>(*this);
    address_of(runtime::store_path).at()->bind(writer);
    order();
    run();
    says("line\n");
    ends(0);
    send(path, locks_acquired{locks->heard<acquire_locks>().at(0).wish.party});
    run();
    ends(1);
    CHECK(outcomes() == "a:success b:failure c:skipped");
    CHECK(log_of(1, "more")->complete);
    CHECK(writer->twice == std::vector<std::string>{});
  }

  TEST_CASE_FIXTURE(build_stage, "end as an exception when the command could not run") {
    add_step("a");
    add_step("b");
    begin();
    send(path, workers::command_complete{command(), true, "no such directory"});
    run();
    CHECK(outcomes() == "a:exception");
    CHECK(build().results == result_code::exception);
    CHECK(text_of(1, "err_text") == "no such directory\n");
  }

  TEST_CASE_FIXTURE(build_stage, "end as an exception when their conduct fails") {
    add_step("a", {{"command", "cat version"}, {"extract_fn", 5}}, "SetPropertyFromCommand");
    add_step("b", {{"alwaysRun", true}});
    begin();
    ends(0);
    flush();
    CHECK(outcomes() == "a:exception b:runs");
    CHECK(address_of(path).at()->restarts.load() == 0);
    ends(0);
    CHECK(build().results == result_code::exception);
  }

  TEST_CASE_FIXTURE(build_stage, "end as an exception when they fail as they begin") {
    object logfiles;
    for (int n = 0; n < 64; ++n)
      logfiles["log " + std::to_string(n)] = "x";
    add_step("a", {{"logfiles", logfiles}});
    add_step("b", {{"alwaysRun", true}});
    begin();
    flush();
    CHECK(outcomes() == "a:exception b:runs");
    CHECK(text_of(1, "err_text").find("at most") != std::string::npos);
    CHECK(address_of(path).at()->restarts.load() == 0);
    ends(0);
    CHECK(build().results == result_code::exception);
  }

  // The worker waits for each answer, so it gets one, and hears that there is no more to do.
  TEST_CASE_FIXTURE(build_stage, "end as an exception when they fail in a transfer") {
    add_step("a", {{"workersrc", "x"}, {"masterdest", "y"}, {"maxsize", 1.5}}, "FileUpload");
    begin();
    auto write = [&](std::int64_t request) {
      send(path, workers::transfer_call{command(),
                                        workers::transfer_object::writer,
                                        workers::transfer_method::write,
                                        request,
                                        {workers::datum::text("bytes")}});
      run();
    };
    write(5);
    write(6);
    CHECK(outcomes() == "a:runs");
    auto answers = worker->heard<workers::transfer_result>();
    REQUIRE(answers.size() == 2);
    CHECK(answers[0].request == 5);
    CHECK(answers[1].request == 6);
    CHECK(worker->heard<workers::interrupt_command>().size() == 1);
    send(path, workers::command_complete{command(), false, {}});
    run();
    CHECK(outcomes() == "a:exception");
    CHECK(text_of(1, "err_text") != "no such log");
    CHECK(address_of(path).at()->restarts.load() == 0);
    CHECK(build().results == result_code::exception);
  }

  TEST_CASE_FIXTURE(build_stage, "answer a transfer that waits for a file when they are stopped") {
    add_step("a", {{"workersrc", "x"}, {"masterdest", "y"}}, "FileUpload");
    begin();
    auto files = listen(io::files_path);
    send(path, workers::transfer_call{command(),
                                      workers::transfer_object::writer,
                                      workers::transfer_method::write,
                                      5,
                                      {workers::datum::text("bytes")}});
    run();
    auto blocks = files->heard<io::write_block>();
    REQUIRE(blocks.size() == 1);
    CHECK(worker->heard<workers::transfer_result>().empty());
    stop("no need");
    CHECK(worker->heard<workers::transfer_result>().size() == 1);
    send(path, io::file_done{blocks[0].token, true, {}, {}});
    run();
    CHECK(worker->heard<workers::transfer_result>().size() == 1);
    send(path, workers::command_complete{command(), false, {}});
    run();
    CHECK(outcomes() == "a:cancelled");
  }

  TEST_CASE_FIXTURE(build_stage, "say why they were killed on the worker") {
    add_step("a");
    begin();
    update({{"failure_reason", workers::datum::text("timeout")}});
    ends(-1);
    CHECK(stored_steps().at(1).state_string == "'make a' (failure) (timed out)");
  }

  TEST_CASE_FIXTURE(build_stage, "wait for their locks and give them back") {
    add_step("a", {{"locks", boost::json::array{object{{"lock", "db"}, {"mode", "exclusive"}}}}});
    begin();
    auto wishes = locks->heard<acquire_locks>();
    REQUIRE(wishes.size() == 1);
    CHECK(worker->commands().empty());
    advance(std::chrono::seconds{30});
    send(path, locks_acquired{wishes[0].wish.party});
    run();
    REQUIRE(worker->commands().size() == 1);
    ends(0);
    REQUIRE(locks->heard<release_locks>().size() == 1);
    CHECK(locks->heard<release_locks>()[0].party == wishes[0].wish.party);
    CHECK(build().locks_duration == std::chrono::seconds{30});
  }
}

TEST_SUITE("build logs") {

  TEST_CASE_FIXTURE(build_stage, "keep the channels apart, line by line") {
    add_step("a");
    begin();
    says("run\n", "header");
    says("one\ntw");
    says("bad\n", "stderr");
    says("o\nthree");
    ends(0);
    CHECK(text_of(1) == "hrun\noone\nebad\notwo\nhprogram finished with exit code 0\nothree\n");
    CHECK(log_of(1)->complete);
    CHECK(log_of(1)->num_lines == 6);
  }

  TEST_CASE_FIXTURE(build_stage, "logs are made for each log file that the worker follows") {
    add_step("a", {{"logfiles", object{{"test log", "t.log"}}}});
    begin();
    update({{"log", workers::datum::list(
                        {workers::datum::text("test log"), workers::datum::text("t1\n")})}});
    ends(0);
    CHECK(text_of(1, "test_log") == "ot1\n");
    CHECK(log_of(1, "test_log")->name == "test log");
  }

  TEST_CASE_FIXTURE(build_stage, "acknowledge updates only once their lines are stored") {
    add_step("a");
    begin();
    for (int n = 0; n < 3; ++n)
      says("line\n");
    run();
    CHECK(worker->taken == 3);
    says("line\n");
    run();
    CHECK(worker->taken == 4);
    CHECK(worker->lines_when_taken == std::vector<std::int64_t>{3, 4});
    CHECK_FALSE(log_of(1)->complete);
  }

  TEST_CASE_FIXTURE(build_stage,
                    "logs are cut at their largest size, but for headers and their tail") {
    log_max_size = 20;
    std::string tail;
    SUBCASE("without a tail") {}
    SUBCASE("with a tail") {
      log_max_tail_size = 10;
      tail = "hFinal 10 bytes follow below:\noline 3\neno\n";
    }
    add_step("a");
    begin();
    says("0123456789\n");
    run();
    says("line 2 is too long\nline 3\n");
    fail(path, 0); // the tail is part of what the build goes on from
    flush();
    says("no\n", "stderr");
    ends(0);
    CHECK(text_of(1)
          == "o0123456789\nhOutput exceeded 20 bytes, suppressing remaining output\n"
             "hprogram finished with exit code 0\n"
                 + tail);
    CHECK(build().results == result_code::success);
  }

  TEST_CASE_FIXTURE(build_stage, "take nothing from a command that is over") {
    add_step("a");
    add_step("b");
    begin();
    auto former = command();
    ends(0);
    send(path, workers::command_update{former, {{"stdout", workers::datum::text("late\n")}}});
    send(path, workers::command_complete{former, false, {}});
    run();
    CHECK(outcomes() == "a:success b:runs");
    CHECK(text_of(1).find("late") == std::string::npos);
  }
}
