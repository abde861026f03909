// Steps, logs and locks: a right commit violates nothing, a wrong one the invariant in question and
// no other.
#include "tests/support/ledger_stage.hpp"

using namespace troupe;
using namespace troupe::testing;
using records::result_code;

namespace {

struct stepping : ledger_stage {
  /// Begins with build 1 of request 1.
  void begin() {
    ledger_stage::begin();
    REQUIRE(commit(storage::batch{}.put(build(1, 1))) == "");
  }
  /// The steps of build 1 ended so, by name, and so did the build.
  verdict end(std::vector<std::pair<std::string, result_code>> steps, result_code how) {
    storage::batch all;
    std::int64_t id = 10;
    for (const auto& [name, result] : steps)
      all.put(finished(step(id++, name), result));
    return commit(all.put(finished(build(1, 1), how)));
  }
  /// Lines of log 1, which is of step 10.
  verdict chunk(std::int64_t first, const std::string& text) {
    storage::batch more;
    more.append_log(log_id{1}, instant{}, first, text);
    return commit(more);
  }
  /// Step 10 with log 1, of a command that says `lines` lines; its header is stored.
  std::string logging(std::int64_t lines) {
    begin();
    auto tag = command();
    last.how = peers::byzantine_fault::none;
    workers->printed(last, lines, 0);
    REQUIRE(commit(storage::batch{}.put(step(10, "compile")).put(log(1, 10))) == "");
    REQUIRE(chunk(0, "h" + tag + "\n") == "");
    return tag;
  }
  /// Step 10 ends, with its log.
  verdict end_step(result_code how) {
    return commit(
        storage::batch{}.put(log(1, 10, true, 100)).put(finished(step(10, "compile"), how)));
  }
};

struct locking : ledger_stage {
  /// The lock "l" with so many places, which builder b1 takes for its builds.
  void begin(std::int64_t places, bool of_master, bool counting) {
    what.configured.workers[0].max_builds = what.configured.workers[1].max_builds = 5;
    what.configured.locks = {{"l", of_master, places}};
    builder().lock = "l";
    builder().counting = counting;
    ledger_stage::begin();
  }
  /// The next build, on that worker, has its locks.
  verdict acquire(std::int64_t on_worker = 2) {
    auto id = ++builds;
    storage::batch all;
    all.put(request(id)).put(build(id, id, id, on_worker));
    REQUIRE(commit(all) == "");
    return commit(storage::batch{}.put(step(id * 10, "compile", id)));
  }
  std::int64_t builds = 0;
};

} // namespace

TEST_SUITE("sim: ledger of builds") {

  // results_follow_the_algebra

  TEST_CASE_FIXTURE(stepping, "a build succeeds if its steps succeed") {
    begin();
    CHECK(end({{"compile", success}, {"test", success}}, success) == "");
  }

  TEST_CASE_FIXTURE(stepping, "a build whose step failed does not succeed") {
    begin();
    CHECK(end({{"compile", success}, {"test", failure}}, success) == "results_follow_the_algebra");
  }

  TEST_CASE_FIXTURE(stepping, "a build fails if a step with flunkOnFailure fails") {
    begin();
    CHECK(end({{"compile", failure}, {"test", success}}, failure) == "");
    CHECK(seen.count(sim::situation::build_fails) == 1);
  }

  TEST_CASE_FIXTURE(stepping, "a build does not fail for a step without flunkOnFailure") {
    step_of(0).flunk_on_failure = false;
    begin();
    CHECK(end({{"compile", failure}, {"test", success}}, failure) == "results_follow_the_algebra");
  }

  TEST_CASE_FIXTURE(stepping, "a build has warnings if a step with warnOnFailure fails") {
    step_of(0).flunk_on_failure = false;
    step_of(0).warn_on_failure = true;
    begin();
    CHECK(end({{"compile", failure}, {"test", success}}, warnings) == "");
  }

  TEST_CASE_FIXTURE(stepping, "a build that was stopped or retried has a result of its own") {
    begin();
    CHECK(end({{"compile", success}}, cancelled) == "");
    CHECK(seen.count(sim::situation::build_is_stopped) == 1);
  }

  TEST_CASE_FIXTURE(stepping, "steps are not checked when another setting may have been in force") {
    begin();
    auto other = what.configured;
    other.builders[0].collapse = false;
    book->run_with(other);
    CHECK(end({{"unheard of", failure}}, success) == "");
  }

  // steps_follow_their_flags

  TEST_CASE_FIXTURE(stepping, "all steps run if none halts") {
    begin();
    CHECK(end({{"compile", failure}}, failure) == "steps_follow_their_flags");
  }

  TEST_CASE_FIXTURE(stepping, "only planned steps run") {
    begin();
    CHECK(end({{"compile", success}, {"test", success}, {"deploy", success}}, success)
          == "steps_follow_their_flags");
  }

  TEST_CASE_FIXTURE(stepping, "internal steps are not checked against the plan") {
    begin();
    CHECK(end({{"worker_preparation", success}, {"compile", success}, {"test", success}}, success)
          == "");
  }

  TEST_CASE_FIXTURE(stepping, "after a step that halts no other runs") {
    step_of(0).halt_on_failure = true;
    begin();
    CHECK(end({{"compile", failure}, {"test", success}}, failure) == "steps_follow_their_flags");
  }

  TEST_CASE_FIXTURE(stepping, "after a step that halts the build is over") {
    step_of(0).halt_on_failure = true;
    begin();
    CHECK(end({{"compile", failure}}, failure) == "");
    CHECK(seen.count(sim::situation::step_halts_its_build) == 1);
  }

  TEST_CASE_FIXTURE(stepping, "a step with alwaysRun runs after one that halts") {
    step_of(0).halt_on_failure = true;
    step_of(1).always_run = true;
    begin();
    CHECK(end({{"compile", failure}, {"test", success}}, failure) == "");
    CHECK(seen.count(sim::situation::step_runs_after_a_halt) == 1);
  }

  TEST_CASE_FIXTURE(stepping, "a step with alwaysRun is not skipped") {
    step_of(0).halt_on_failure = true;
    step_of(1).always_run = true;
    begin();
    CHECK(end({{"compile", failure}}, failure) == "steps_follow_their_flags");
  }

  // nothing_runs_in_what_ended

  TEST_CASE_FIXTURE(stepping, "a build that has ended has no step that runs") {
    begin();
    CHECK(commit(storage::batch{}.put(step(10, "compile"))) == "");
    CHECK(commit(storage::batch{}.put(finished(build(1, 1), cancelled)))
          == "nothing_runs_in_what_ended");
  }

  TEST_CASE_FIXTURE(stepping, "a build may end before its step in one commit") {
    begin();
    CHECK(commit(storage::batch{}.put(step(10, "compile"))) == "");
    CHECK(commit(storage::batch{}
                     .put(finished(build(1, 1), cancelled))
                     .put(finished(step(10, "compile"), cancelled)))
          == "");
  }

  TEST_CASE_FIXTURE(stepping, "a step that has ended has no open log") {
    begin();
    CHECK(commit(storage::batch{}.put(step(10, "compile")).put(log(1, 10)).put(log(2, 10))) == "");
    CHECK(commit(storage::batch{}.put(log(1, 10, true)).put(finished(step(10, "compile"), success)))
          == "nothing_runs_in_what_ended");
  }

  TEST_CASE_FIXTURE(stepping, "a step may end once its logs are complete") {
    begin();
    CHECK(commit(storage::batch{}.put(step(10, "compile")).put(log(1, 10))) == "");
    CHECK(commit(storage::batch{}.put(finished(step(10, "compile"), success)).put(log(1, 10, true)))
          == "");
  }

  // log_is_a_prefix

  TEST_CASE_FIXTURE(stepping, "a log holds the lines that its command printed") {
    auto tag = logging(4);
    CHECK(chunk(1, lines(tag, 0, 2)) == "");
    CHECK(chunk(3, "esomething else\n") == "");
    CHECK(chunk(4, lines(tag, 2, 4)) == "");
    CHECK(book->contents().at(1).tag == tag);
    CHECK(book->contents().at(1).next() == 4);
  }

  TEST_CASE_FIXTURE(stepping, "a log has no gap") {
    auto tag = logging(4);
    CHECK(chunk(1, lines(tag, 0, 1) + lines(tag, 2, 3)) == "log_is_a_prefix");
  }

  TEST_CASE_FIXTURE(stepping, "a log begins with the first line") {
    auto tag = logging(4);
    CHECK(chunk(1, lines(tag, 1, 2)) == "log_is_a_prefix");
  }

  TEST_CASE_FIXTURE(stepping, "a log has no line twice") {
    auto tag = logging(4);
    CHECK(chunk(1, lines(tag, 0, 2)) == "");
    CHECK(chunk(3, lines(tag, 1, 2)) == "log_is_a_prefix");
  }

  TEST_CASE_FIXTURE(stepping, "a log may be rewritten from a line on") {
    auto tag = logging(4);
    CHECK(chunk(1, lines(tag, 0, 3)) == "");
    CHECK(chunk(2, lines(tag, 1, 4)) == "");
    CHECK(book->contents().at(1).line_numbers == std::vector<std::int64_t>{-1, 0, 1, 2, 3});
  }

  TEST_CASE_FIXTURE(stepping, "a log has no line that its command did not print") {
    auto tag = logging(2);
    CHECK(chunk(1, lines(tag, 0, 3)) == "log_is_a_prefix");
  }

  TEST_CASE_FIXTURE(stepping, "a log does not become shorter") {
    begin();
    CHECK(commit(storage::batch{}.put(step(10, "compile")).put(log(1, 10, false, 3))) == "");
    CHECK(commit(storage::batch{}.put(log(1, 10, false, 3))) == "");
    CHECK(commit(storage::batch{}.put(log(1, 10, false, 2))) == "log_is_a_prefix");
  }

  // log_is_whole, step_ends_as_its_command

  TEST_CASE_FIXTURE(stepping, "a step ends with its command's exit code and all its lines") {
    auto tag = logging(2);
    CHECK(chunk(1, lines(tag, 0, 2)) == "");
    workers->ended(last, 0);
    CHECK(end_step(success) == "");
  }

  TEST_CASE_FIXTURE(stepping, "the log of a command that ended is complete") {
    auto tag = logging(2);
    CHECK(chunk(1, lines(tag, 0, 1)) == "");
    workers->ended(last, 0);
    CHECK(end_step(success) == "log_is_whole");
  }

  TEST_CASE_FIXTURE(stepping, "the log of a lost command may be incomplete") {
    auto tag = logging(2);
    CHECK(chunk(1, lines(tag, 0, 1)) == "");
    CHECK(end_step(retry) == "");
    CHECK(seen.count(sim::situation::log_is_cut_short) == 1);
  }

  TEST_CASE_FIXTURE(stepping, "a step does not succeed if its command failed") {
    logging(0);
    workers->ended(last, 2);
    CHECK(end_step(success) == "step_ends_as_its_command");
  }

  TEST_CASE_FIXTURE(stepping, "a step does not fail if its command succeeded") {
    logging(0);
    workers->ended(last, 0);
    CHECK(end_step(failure) == "step_ends_as_its_command");
  }

  TEST_CASE_FIXTURE(stepping, "a step fails if its command failed") {
    logging(0);
    workers->ended(last, 2);
    CHECK(end_step(failure) == "");
  }

  TEST_CASE_FIXTURE(stepping, "a step neither succeeds nor fails while its command runs") {
    logging(0);
    CHECK(end_step(success) == "step_ends_as_its_command");
  }

  TEST_CASE_FIXTURE(stepping, "a step of a command with a byzantine fault is not checked") {
    what.configured.workers[0].mischievous = 1000;
    begin();
    auto tag = command();
    while (last.how == peers::byzantine_fault::no_rc)
      tag = command();
    CHECK(last.how != peers::byzantine_fault::none);
    workers->printed(last, 5, 0);
    CHECK(commit(storage::batch{}.put(step(10, "compile")).put(log(1, 10))) == "");
    CHECK(chunk(0, "h" + tag + "\n") == "");
    CHECK(end_step(success) == "");
  }

  TEST_CASE_FIXTURE(stepping, "a command without an exit code does not succeed") {
    what.configured.workers[0].mischievous = 1000;
    begin();
    std::string tag;
    for (int tries = 0; tries < 1000 && last.how != peers::byzantine_fault::no_rc; ++tries)
      tag = command();
    REQUIRE(last.how == peers::byzantine_fault::no_rc);
    CHECK(commit(storage::batch{}.put(step(10, "compile")).put(log(1, 10))) == "");
    CHECK(chunk(0, "h" + tag + "\n") == "");
    CHECK(end_step(success) == "step_ends_as_its_command");
  }

  // locks_are_counted

  TEST_CASE_FIXTURE(locking, "a lock has no more holders than places") {
    begin(2, true, true);
    CHECK(acquire(1) == "");
    CHECK(acquire(2) == "");
    CHECK(seen.count(sim::situation::lock_is_shared) == 1);
    CHECK(acquire(2) == "locks_are_counted");
  }

  TEST_CASE_FIXTURE(locking, "a build's lock is released when the build ends") {
    begin(1, true, true);
    CHECK(acquire() == "");
    CHECK(commit(storage::batch{}
                     .put(finished(step(10, "compile"), success))
                     .put(finished(build(1, 1), cancelled)))
          == "");
    CHECK(acquire() == "");
  }

  TEST_CASE_FIXTURE(locking, "a build holds its lock beyond the step in which it got it") {
    begin(1, true, true);
    CHECK(acquire() == "");
    CHECK(commit(storage::batch{}.put(finished(step(10, "compile"), success))) == "");
    CHECK(acquire() == "locks_are_counted");
  }

  TEST_CASE_FIXTURE(locking, "an exclusive holder shares its lock with no other") {
    begin(2, true, false);
    CHECK(acquire() == "");
    CHECK(acquire() == "locks_are_counted");
  }

  TEST_CASE_FIXTURE(locking, "a worker's lock is counted for each worker") {
    begin(1, false, true);
    CHECK(acquire(1) == "");
    CHECK(acquire(2) == "");
    CHECK(acquire(2) == "locks_are_counted");
  }

  TEST_CASE_FIXTURE(locking, "a step's lock is released when the step ends") {
    what.configured.locks = {{"l", true, 1}};
    step_of(0).lock = "l";
    ledger_stage::begin();
    CHECK(commit(storage::batch{}.put(build(1, 1, 1)).put(build(2, 2, 2))) == "");
    CHECK(commit(storage::batch{}.put(step(10, "compile", 1))) == "");
    CHECK(commit(storage::batch{}.put(finished(step(10, "compile", 1), success))) == "");
    CHECK(commit(storage::batch{}.put(step(20, "compile", 2))) == "");
    CHECK(commit(storage::batch{}.put(step(11, "test", 1))) == ""); // has no lock
    CHECK(commit(storage::batch{}.put(request(3)).put(build(3, 3, 3, 1))) == "");
    CHECK(commit(storage::batch{}.put(step(30, "compile", 3))) == "locks_are_counted");
  }
}
