// Answers of `why` as people see them.
#include "tests/support/why_stage.hpp"

#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/worker.hpp"
#include "tools/troupe/shell_render.hpp"

using namespace troupe;
using namespace troupe::testing;
using namespace std::chrono_literals;

namespace {

/// Builders "linux" and "mac" on w1 and w2, with a lock on the database.
struct shown : why_stage {
  shown() {
    add_worker("w1");
    add_worker("w2");
    add_builder("linux", {"w1", "w2"});
    add_builder("mac", {"w2"});
    wanted.locks = {lock("db", 1)};
  }
  std::string asked(std::vector<std::string> arguments) {
    return tool::render("why", why(arguments), {});
  }
};

} // namespace

TEST_SUITE("why as people see it") {

  TEST_CASE_FIXTURE(shown, "workers: one is busy, one was never there") {
    wanted.workers[0].set("max_builds", json(1));
    add_builder("docs", {"w1"});
    begin();
    attach("w1");
    ask("docs");
    advance(90s);
    ask("linux");
    CHECK(asked({"2"})
          == "request 2: worker w1 runs as many builds as it may (max_builds is 1): docs/1 (since "
             "2023-11-14 22:13:20Z).\n"
             "  worker w2 has never been connected.\n");
    CHECK(asked({"w1"})
          == "worker w1 runs as many builds as it may (max_builds is 1): docs/1 (since 2023-11-14 "
             "22:13:20Z).\n");
    CHECK(asked({"w2"}) == "worker w2 has never been connected.\n");
  }

  TEST_CASE_FIXTURE(shown, "workers: paused, gone, in quarantine") {
    begin();
    attach("w1");
    control_worker("w1", "pause", "new disk");
    attach("w2");
    advance(60s);
    session("w2").go_away("Connection was closed cleanly");
    advance(400s);
    send(troupe::botmaster::worker_path("w2"),
         troupe::botmaster::worker_released{"mac", records::result_code::exception});
    run();
    ask("linux");
    CHECK(asked({"request", "1"})
          == "request 1: worker w1 is paused: new disk.\n"
             "  worker w2 has not been connected for 6 min: Connection was closed cleanly (since "
             "2023-11-14 22:14:20Z).\n"
             "  worker w2 is in quarantine for another 10 s: a build on it went wrong (until "
             "2023-11-14 22:21:10Z).\n");
  }

  TEST_CASE_FIXTURE(shown, "a request in line, behind a build whose step waits for a lock") {
    wanted.builders[0].set("workernames", boost::json::array{"w1"});
    why_stage::set_steps(wanted.builders[0], {make("migrate", {{"locks", access("db")}})});
    wanted.builders[1].set("locks", access("db"));
    begin();
    attach("w1");
    attach("w2");
    ask("mac");
    advance(5s);
    session("w2").prints("hello\n");
    advance(10s);
    ask("linux");
    advance(30s);
    ask("linux");
    ask("linux", 5);
    CHECK(asked({"3"})
          == "request 3: request 4 of builder linux goes first: its priority is 5, that of "
             "request 3 is 0.\n"
             "  worker w1 runs a build of builder linux already, linux/1, for 30 s (since "
             "2023-11-14 22:13:35Z).\n"
             "  because request 4: worker w1 runs a build of builder linux already, linux/1, for "
             "30 s (since 2023-11-14 22:13:35Z).\n"
             "  because build linux/1: lock db (wanted exclusively) is held, 1 of 1 units, by "
             "mac/1 (exclusively) for 45 s (since 2023-11-14 22:13:20Z).\n"
             "    step 1 'migrate' of build linux/1 has been waiting for its locks for 30 s "
             "(since 2023-11-14 22:13:35Z).\n"
             "  because build mac/1: step 1 'compile' runs command 'shell' on worker w2 for 45 s, "
             "with output 40 s ago; without output it is ended in 19 min (since 2023-11-14 "
             "22:13:20Z, until 2023-11-14 22:33:25Z).\n");
    CHECK(asked({"linux/last"})
          == "build linux/1: lock db (wanted exclusively) is held, 1 of 1 units, by mac/1 "
             "(exclusively) for 45 s (since 2023-11-14 22:13:20Z).\n"
             "  step 1 'migrate' of build linux/1 has been waiting for its locks for 30 s (since "
             "2023-11-14 22:13:35Z).\n"
             "  because build mac/1: step 1 'compile' runs command 'shell' on worker w2 for 45 s, "
             "with output 40 s ago; without output it is ended in 19 min (since 2023-11-14 "
             "22:13:20Z, until 2023-11-14 22:33:25Z).\n");
  }

  TEST_CASE_FIXTURE(shown, "a build that is to end, with a worker that keeps silent") {
    begin();
    attach("w2");
    advance(1s);
    ask("mac");
    advance(100s);
    session("w2").unanswered = {"*"};
    stop("mac", 1, "stopped by ada: wrong branch");
    advance(20s);
    CHECK(asked({"mac/1"})
          == "build mac/1: nothing has been heard from worker w2 for 2 min, though it was asked "
             "20 s ago (since 2023-11-14 22:13:21Z).\n"
             "  step 1 'compile' was told to end 20 s ago (stopped by ada: wrong branch); worker "
             "w2 has yet to end command 'shell' (since 2023-11-14 22:15:01Z).\n");
    session("w2").go_away("Connection was lost");
    run();
    CHECK(asked({"mac/1"})
          == "build mac/1 ended 0.0 s ago: cancelled (stopped by ada: wrong branch) lost "
             "connection 'make compile' (retry) (since 2023-11-14 22:15:21Z).\n");
    CHECK(asked({"1"})
          == "request 1 was completed 0.0 s ago by build mac/1: cancelled (since 2023-11-14 "
             "22:15:21Z).\n"
             "  because build mac/1 ended 0.0 s ago: cancelled (stopped by ada: wrong branch) "
             "lost connection 'make compile' (retry) (since 2023-11-14 22:15:21Z).\n");
  }

  TEST_CASE_FIXTURE(shown, "schedulers") {
    auto& all = add_scheduler("all", {"linux", "windows"});
    all.set("treeStableTimer", seconds_of(60s));
    add_scheduler("docs", {"linux"})
        .set("change_filter", boost::json::object{{"$", "ChangeFilter"}, {"branch", "docs"}});
    begin();
    change("main");
    advance(20s);
    change("main");
    CHECK(asked({"all"})
          == "scheduler all: the tree has to be stable for another 60 s: 2 changes, 2 of them "
             "important, in timer group [\"\",\"\",\"\",\"main\"] wait (until 2023-11-14 "
             "22:14:40Z).\n"
             "  scheduler all names a builder that is not configured: windows.\n");
    CHECK(asked({"docs"})
          == "scheduler docs: change 2, the last that it has seen, is not for it: its filter says "
             "no: branch 'main' is not 'docs'.\n");
  }

  TEST_CASE_FIXTURE(shown, "services that are away") {
    begin();
    ask("mac");
    auto shut = close(troupe::botmaster::brd_path);
    CHECK(asked({"1"})
          == "request 1: /botmaster/brd did not answer in 3.0 s; its mailbox holds one message.\n");
    shut->open();
    REQUIRE(control("/botmaster", runtime::terminate_child{"brd", "t"}).ok);
    CHECK(asked({"1"}) == "request 1: nobody is at /botmaster/brd.\n");
  }
}
