#include "tests/actors/debug/shell_stage.hpp"

#include "actors/botmaster/paths.hpp"
#include "actors/status/events.hpp"
#include "storage/records/build.hpp"
#include "storage/records/builder.hpp"
#include "tests/support/temp_store.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using test::temp_store;
using testing::shell_stage;

namespace {

/// A store with a builder "a/b", its build 1, a step "compile" and a log that is still written.
struct stored_stage : shell_stage {
  stored_stage() {
    use(&*stored);
    kinds.add(status::event_hub::static_kind());
    storage::batch work;
    work.put(records::builder{builder_id{1}, "a/b"});
    work.put(records::build{build_id{5}, 1, builder_id{1}, buildrequest_id{1}, worker_id{1},
                            master_id{1}, created});
    work.put(records::step{step_id{9}, 0, "compile", build_id{5}, created});
    apply(std::move(work));
    write("oone\n", false);
    begin({runtime::child_of("status", "status", status::event_hub_config{{"/debug"}})});
    connect();
  }
  void apply(storage::batch work) {
    auto outcome = stored->apply(work);
    REQUIRE_MESSAGE(outcome, outcome.done.error().message);
  }
  void write(const std::string& text, bool complete) {
    storage::batch work;
    if (!text.empty())
      lines += work.append_log(log_id{3}, created, lines, text).lines;
    work.put(records::log{log_id{3}, "stdio", "stdio", records::log_type::stdio, step_id{9},
                          created, complete, lines});
    apply(std::move(work));
  }
  void ask_log(std::vector<std::string> args) {
    type(print(to_json(debug::shell_request{1, 1, "log", std::move(args)})) + "\n");
  }

  temp_store stored;
  instant created{std::chrono::seconds{1'700'000'000}};
  std::int64_t lines = 0;
};

} // namespace

TEST_SUITE("debug streams") {

  TEST_CASE_FIXTURE(stored_stage, "the shell gives a log in pages and ends") {
    write("etwo\n", false);
    ask_log({"a/b/1", "compile"});
    auto heard = answers();
    REQUIRE(heard.size() == 3);
    CHECK(heard[0].at("content").at("text") == "oone\n");
    CHECK(heard[1].at("content").at("text") == "etwo\n");
    CHECK(heard[1].at("more") == true);
    CHECK(heard[2].at("more") == false);
    CHECK(heard[2].at("content").at("complete") == false);
  }

  TEST_CASE_FIXTURE(stored_stage, "follows a log that grows until it is complete") {
    ask_log({"a/b/last", "0", "stdio", "--follow"});
    CHECK(answers().size() == 1);
    write("otwo\n", false);
    send("/status", status::event{"logs/3/append", nullptr});
    run();
    auto heard = answers();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].at("content").at("first_line") == 1);
    write("othree\n", true);
    advance(1s); // without an event
    heard = answers();
    REQUIRE(heard.size() == 2);
    CHECK(heard[0].at("content").at("text") == "othree\n");
    CHECK(heard[1].at("content").at("complete") == true);
    CHECK(state_of("/debug").at("logs").as_object().empty());
    CHECK(state_of("/status").at("listeners").as_object().empty());
  }

  TEST_CASE_FIXTURE(stored_stage, "the shell sends no more pages than the peer is ready to take") {
    for (int i = 0; i < 20; ++i)
      write("omore\n", i == 19);
    ask_log({"a/b/1", "compile"});
    CHECK(answers().size() == static_cast<std::size_t>(debug::pages_ahead_max));
    type("{\"v\":1,\"id\":1,\"command\":\"more\"}\n");
    CHECK(answers().size() == 1);
    for (int i = 0; i < 13; ++i)
      type("{\"v\":1,\"id\":1,\"command\":\"more\"}\n");
    auto heard = answers();
    REQUIRE_FALSE(heard.empty());
    CHECK(heard.back().at("more") == false);
  }

  TEST_CASE_FIXTURE(stored_stage, "the shell says which builder, build, step or log there is not") {
    CHECK(refusal("log", {"a/c/1", "compile"}) == "no such builder: a/c; is it a/b?");
    CHECK(refusal("log", {"a/b/2", "compile"}) == "builder a/b has no build 2");
    CHECK(refusal("log", {"a/b/1", "test"}) == "no such step: test (the build has: compile)");
    CHECK(refusal("log", {"a/b/1", "compile", "x"}) == "step compile has no log x");
  }

  TEST_CASE_FIXTURE(stored_stage, "the shell shows builds with steps and logs") {
    auto build = content("build", {"a/b", "1"});
    CHECK(build.at("results") == "running");
    CHECK(build.at("steps").at(0).at("name") == "compile");
    CHECK(build.at("steps").at(0).at("logs").at(0).at("lines") == 1);
    CHECK(content("builds").as_array().size() == 1);
    CHECK(content("builds", {"a/b", "5"}).as_array().size() == 1);
    CHECK(content("builders").at(0).at("running") == 1);
    CHECK(refusal("builds", {"0"}).rfind("0: a number from 1", 0) == 0);
  }

  TEST_CASE_FIXTURE(stored_stage, "the shell shows open requests and why they wait") {
    storage::batch work;
    for (std::int64_t id : {1, 2}) {
      records::buildrequest request;
      request.id = buildrequest_id{id};
      request.builder = builder_id{1};
      work.put(request);
    }
    apply(std::move(work));
    auto rows = content("requests"); // nobody knows why
    REQUIRE(rows.as_array().size() == 2);
    CHECK(rows.at(0).at("why_not").is_null());
    auto distributor = listen(botmaster::brd_path);
    request("requests");
    auto asked = distributor->heard<botmaster::explain_requests>();
    REQUIRE(asked.size() == 1);
    send("/debug",
         botmaster::requests_explained{asked[0].token, {{buildrequest_id{2}, "no worker"}}});
    run();
    auto heard = answers();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].at("content").at(0).at("why_not").is_null());
    CHECK(heard[0].at("content").at(1).at("why_not") == "no worker");
  }

  TEST_CASE_FIXTURE(stored_stage, "watchers hear their own prefix, until they end it") {
    type("{\"v\":1,\"id\":4,\"command\":\"watch\",\"args\":[\"builds/\"]}\n");
    connect(8);
    type("{\"v\":1,\"id\":5,\"command\":\"watch\"}\n", 8);
    send("/status", status::event{"builds/5/finished", nullptr});
    send("/status", status::event{"changes/1/new", nullptr});
    run();
    CHECK(answers(8).size() == 2);
    send("/status", status::event{"builds/6/finished", nullptr});
    run();
    auto heard = answers(7);
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].at("content").at("topic") == "builds/6/finished");
    type("{\"v\":1,\"id\":4,\"command\":\"end\"}\n");
    CHECK(answers(7).back().at("more") == false);
    send("/debug", io::connection_closed{8, "gone"});
    run();
    CHECK(state_of("/status").at("listeners").as_object().empty());
  }

  TEST_CASE_FIXTURE(stored_stage, "watchers hear again after the event stream was restarted") {
    type("{\"v\":1,\"id\":4,\"command\":\"watch\"}\n");
    for (std::string verb : {"restart", "crash"}) {
      CHECK(content(verb, {"/status"}).is_null());
      send("/status", status::event{"builds/5/finished", nullptr});
      run();
      CHECK(answers().size() == 1);
    }
  }
}
