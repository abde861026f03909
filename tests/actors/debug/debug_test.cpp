#include "actors/workers/messages.hpp"
#include "tests/actors/debug/shell_stage.hpp"

#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/worker.hpp"
#include "actors/db/db.hpp"
#include "actors/schedulers/force.hpp"
#include "actors/workers/messages.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using testing::shell_stage;

TEST_SUITE("debug") {

  TEST_CASE_FIXTURE(shell_stage, "turns away who is neither its user nor root") {
    begin();
    connect(1, 1000);
    connect(2, 0);
    connect(3, 1001);
    connect(4, -1);
    std::vector<std::int64_t> closed;
    for (const auto& one : io_loop->heard<io::close_connection>())
      closed.push_back(one.connection);
    CHECK(closed == std::vector<std::int64_t>{3, 4});
    CHECK(logged("is turned away from the shell"));
  }

  TEST_CASE_FIXTURE(shell_stage, "the shell answers several requests of one packet in order") {
    begin();
    connect();
    type("{\"v\":1,\"id\":1,\"command\":\"help\"}\n{\"v\":1,\"id\":2,\"command\":\"nonsense\"}\n");
    auto heard = answers();
    REQUIRE(heard.size() == 2);
    CHECK(heard[0].at("ok").as_bool());
    CHECK(heard[1].at("id") == 2);
    CHECK_FALSE(heard[1].at("ok").as_bool());
  }

  TEST_CASE_FIXTURE(shell_stage, "cuts off who sends a line without an end") {
    begin();
    connect();
    type(std::string(debug::line_bytes_max + 1, 'x'));
    CHECK(io_loop->heard<io::close_connection>().size() == 1);
    CHECK(state_of("/debug").at("peers").as_object().empty());
  }

  TEST_CASE_FIXTURE(shell_stage, "the shell shows the tree with parents before children") {
    begin({runtime::child_of("a", "branch", runtime::branch_config{})});
    connect();
    CHECK(tree() == std::vector<std::string>{"/", "/a", "/debug"});
    CHECK(tree({"/a"}).size() == 1);
    CHECK(refusal("tree", {"/debgu"}) == "nobody is at /debgu; is it /debug?");
  }

  TEST_CASE_FIXTURE(shell_stage, "the shell shows siblings in the order in which they began") {
    auto z = runtime::child_of("z", "branch", runtime::branch_config{});
    for (auto name : {"c", "b", "a-b", "a"})
      z.children.push_back(runtime::child_of(name, "branch", runtime::branch_config{}));
    z.children.back().children.push_back(
        runtime::child_of("below", "branch", runtime::branch_config{}));
    begin({z, runtime::child_of("y", "branch", runtime::branch_config{})});
    connect();
    content("restart", {"/z/c"}); // the cell stays
    CHECK(tree()
          == std::vector<std::string>{"/", "/z", "/z/c", "/z/b", "/z/a-b", "/z/a", "/z/a/below",
                                      "/y", "/debug"});
  }

  TEST_CASE("a worker is known by its connection, whatever both are called") {
    for (std::string name : {"w1", "w1.6", "a/b", "50%s"}) {
      CHECK(workers::worker_of_connection(workers::connection_segment(name)) == name);
      CHECK(workers::worker_of_connection(workers::connection_segment(name, "25")) == name);
      CHECK(workers::connection_segment(name, "25").find('/') == std::string::npos);
    }
  }

  TEST_CASE_FIXTURE(shell_stage,
                    "the shell says what a service hears, with the fields of each message") {
    begin();
    connect();
    auto rows = content("hears", {"/debug"});
    bool found = false;
    for (const auto& row : rows.as_array())
      found = found
              || (row.at("message") == "io::bytes_received"
                  && row.at("fields").as_object().contains("connection"));
    CHECK(found);
  }

  TEST_CASE_FIXTURE(shell_stage,
                    "the shell asks cells for their state, configuration and crashes") {
    begin();
    connect();
    CHECK(content("state", {"/debug"}).at("listening") == true);
    CHECK(content("config", {"/debug"}).at("version") == "1.2");
    CHECK(content("info", {"/debug"}).at("kind") == "debug");
    CHECK(content("mailbox", {"/debug"}).at("messages").as_array().empty());
    CHECK(content("crashes", {"/debug"}).at("own").as_array().empty());
    CHECK(refusal("state", {"/nobody"}).rfind("nobody is at /nobody", 0) == 0);
  }

  TEST_CASE_FIXTURE(shell_stage, "the shell says the usage to who gives too few words") {
    begin();
    connect();
    CHECK(refusal("info") == "usage: info PATH");
    CHECK(refusal("tre") == "no such command: tre; is it tree?");
    CHECK(refusal("top", {"speed"})
          == "speed: mailbox, messages, time, memory or restarts expected");
  }

  TEST_CASE_FIXTURE(shell_stage, "the shell makes services fail and restart") {
    begin({runtime::child_of("a", "branch", runtime::branch_config{})});
    connect();
    CHECK(content("crash", {"/a", "for a test"}).is_null());
    CHECK(logged("for a test"));
    CHECK(content("restart", {"/a"}).is_null());
    CHECK(address_of("/a").at()->restarts.load() == 2);
  }

  TEST_CASE_FIXTURE(shell_stage, "its own failure is answered and ends connections") {
    begin();
    connect();
    CHECK(content("crash", {"/debug"}) == "done");
    CHECK(io_loop->heard<io::close_connection>().size() == 1);
    send("/debug", io::listening{"shell", 0});
    run();
    CHECK(phase_of("/debug") == runtime::cell_phase::running);
    type("{\"v\":1,\"id\":1,\"command\":\"help\"}\n"); // from the connection of before
    CHECK(answers().empty());
    CHECK(io_loop->heard<io::close_connection>().size() == 2);
    connect(8);
    type("{\"v\":1,\"id\":1,\"command\":\"help\"}\n", 8);
    CHECK(answers(8).size() == 1);
  }

  TEST_CASE_FIXTURE(shell_stage, "top compares two moments a second apart") {
    begin();
    connect();
    type("{\"v\":1,\"id\":1,\"command\":\"top\",\"args\":[\"messages\"]}\n");
    CHECK(answers().empty());
    advance(1s);
    auto heard = answers();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].at("content").as_array().size() == 2);
  }

  TEST_CASE_FIXTURE(shell_stage, "the shell passes on what acts and gives up on who keeps silent") {
    begin();
    connect();
    CHECK(refusal("worker", {"w 1/2", "pause"}) == "no such worker: w 1/2");
    auto worker = listen("/botmaster/workers/w 1%2F2");
    type("{\"v\":1,\"id\":1,\"command\":\"worker\",\"args\":[\"w 1/2\",\"pause\",\"new disk\"]}\n");
    auto orders = worker->heard<botmaster::control_worker>();
    REQUIRE(orders.size() == 1);
    CHECK(orders[0].action == "pause");
    CHECK(orders[0].reason == "new disk");
    send("/debug", botmaster::request_done{orders[0].token, true, {}});
    run();
    auto heard = answers();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].at("content") == "done");

    type("{\"v\":1,\"id\":2,\"command\":\"worker\",\"args\":[\"w 1/2\",\"stop\"]}\n");
    advance(29s);
    CHECK(answers().empty());
    advance(1s);
    heard = answers();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].at("error").at("code") == "timeout");
    CHECK(state_of("/debug").at("questions").as_object().empty());
  }

  TEST_CASE_FIXTURE(shell_stage, "the shell says who forced, stopped or cancelled") {
    begin();
    connect();
    auto scheduler = listen("/scheduler_manager/force");
    request("force", {"force", "b"});
    request("force", {"force", "owner=ada"});
    auto orders = scheduler->heard<schedulers::force_build>();
    REQUIRE(orders.size() == 2);
    CHECK(orders[0].owner == "somebody");
    CHECK(orders[1].owner == "ada");
    auto distributor = listen(botmaster::brd_path);
    request("cancel", {"5"});
    request("cancel", {"5", "too late"});
    auto ends = distributor->heard<botmaster::cancel_request>();
    REQUIRE(ends.size() == 2);
    CHECK(ends[0].reason == "cancelled by somebody");
    CHECK(ends[1].reason == "cancelled by somebody: too late");
  }

  TEST_CASE_FIXTURE(shell_stage, "an answer to who has gone away is dropped") {
    begin();
    connect();
    auto worker = listen("/botmaster/workers/w1");
    type("{\"v\":1,\"id\":1,\"command\":\"worker\",\"args\":[\"w1\",\"pause\"]}\n");
    auto token = worker->heard<botmaster::control_worker>().at(0).token;
    send("/debug", io::connection_closed{7, "gone"});
    send("/debug", botmaster::request_done{token, true, {}});
    run();
    CHECK(answers().empty());
    CHECK(state_of("/debug").at("questions").as_object().empty());
  }
}
