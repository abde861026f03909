// The commands that look at and steer services, one by one.
#include "runtime/shell/tree_views.hpp"
#include "storage/tables/operations.hpp"
#include "tests/actors/debug/shell_stage.hpp"
#include "tests/support/counting_stage.hpp"
#include "tests/support/memory_journal.hpp"

using namespace troupe;
using namespace troupe::testing;
using namespace troupe::testing::counting;
using namespace std::chrono_literals;

namespace {

struct counters_at_the_shell : shell_stage {
  counters_at_the_shell() {
    kinds.add(counter_kind());
    auto parent = counter_child("p");
    for (auto name : {"a", "b", "c"})
      parent.children.push_back(counter_child(name));
    begin({parent, counter_child("q")});
    connect();
  }
  std::int64_t sum(std::string_view path) {
    return content("state", {std::string{path}}).at("sum").as_int64();
  }
  void flush() {
    run();
    advance(1s);
  }
};

} // namespace

TEST_SUITE("shell commands") {

  TEST_CASE_FIXTURE(counters_at_the_shell, "the tree comes in pages, as deep as wanted") {
    using paths = std::vector<std::string>;
    CHECK(tree() == paths{"/", "/p", "/p/a", "/p/b", "/p/c", "/q", "/debug"});
    CHECK(tree({"--depth", "1"}) == paths{"/", "/p", "/q", "/debug"});
    auto page = content("tree", {"--limit", "3"});
    CHECK(page.at("next") == "/p/b");
    CHECK(tree({"--limit", "3", "--from", "/p/b"}) == paths{"/p/b", "/p/c", "/q"});
    CHECK(tree({"/p", "--from", "/p/c"}) == paths{"/p/c"});
    CHECK(content("tree", {"--from", "/q"}).at("next").is_null());
    CHECK(refusal("tree", {"--limit", "0"}) == "--limit: a number from 1 to 10000 expected");
    CHECK(refusal("tree", {"--deep", "1"}) == "unknown option --deep");
    CHECK(content("ls", {"/p"}).as_array().size() == 3);
    CHECK(content("ls").as_array().size() == 3);
  }

  TEST_CASE_FIXTURE(counters_at_the_shell,
                    "a service is suspended and resumed, and its mail shown") {
    CHECK(content("suspend", {"/q"}).is_null());
    send("/q", add{2});
    send("/q", add{3});
    run();
    auto waiting = content("mailbox", {"/q"});
    CHECK(waiting.at("waiting") == 2);
    CHECK(waiting.at("messages").as_array().at(0).at("fields").at("amount") == 2);
    CHECK(content("mailbox", {"/q", "1"}).at("messages").as_array().size() == 1);
    CHECK(sum("/q") == 0);
    CHECK(content("resume", {"/q"}).is_null());
    CHECK(sum("/q") == 5);
    CHECK(refusal("suspend", {"/debug"})
          == "the shell cannot suspend itself: nobody could resume it");
  }

  TEST_CASE_FIXTURE(counters_at_the_shell, "a swap keeps the state, a restart does not") {
    send("/q", add{2});
    run();
    CHECK(content("swap", {"/q"}).is_null());
    CHECK(sum("/q") == 2);
    CHECK(content("info", {"/q"}).at("swaps") == 1);
    CHECK(content("restart", {"/q"}).is_null());
    CHECK(sum("/q") == 0);
  }

  TEST_CASE_FIXTURE(counters_at_the_shell, "what is sent is checked against what is heard") {
    auto name = std::string{type_name<add>()};
    CHECK(content("send", {"/q", name, "{\"amount\": 4}"}) == "sent");
    CHECK(content("send", {"/q", "add", "{\"amount\":", "5}"}) == "sent"); // the last part will do
    flush();
    CHECK(sum("/q") == 9);
    CHECK(refusal("send", {"/q", "ad"}).rfind("counter does not hear ad; ", 0) == 0);
    CHECK(refusal("send", {"/q", "add", "{\"amont\": 1}"}).find("amont") != std::string::npos);
    CHECK(refusal("send", {"/q", "add", "{\"amount\": \"x\"}"}).find("amount")
          != std::string::npos);
    CHECK(refusal("send", {"/q", "add", "nonsense"}).rfind("the fields of the message", 0) == 0);
    CHECK(refusal("send", {"/nobody", "add"}).rfind("nobody is at /nobody", 0) == 0);
  }

  TEST_CASE_FIXTURE(counters_at_the_shell, "failures are remembered with what led to them") {
    send("/p/b", add{1});
    send("/p/b", break_down{"no disk"});
    flush();
    auto own = content("crashes", {"/p/b"}).at("own").as_array().at(0);
    CHECK(own.at("reason") == "no disk");
    CHECK(own.at("handling") == to_json(std::string{type_name<break_down>()}));
    CHECK(own.at("message").at("fields").at("why") == "no disk");
    CHECK(own.at("before").as_array().at(0).at("type") == to_json(std::string{type_name<add>()}));
    CHECK(own.at("state_bytes").as_int64() > 0);
    auto all = content("restarts");
    REQUIRE(all.as_array().size() == 1);
    CHECK(all.as_array()[0].at("path") == "/p/b");
    CHECK(content("restarts", {"0"}).as_array().empty());
  }

  TEST_CASE_FIXTURE(counters_at_the_shell,
                    "a child that failed and is gone leaves its failure report") {
    auto child = counter_child("t");
    child.restart = runtime::restart_policy::temporary;
    send("/p", have_child{child});
    run();
    send("/p/t", break_down{"for good"});
    flush();
    auto gone = content("crashes", {"/p"}).at("children").as_array();
    REQUIRE(gone.size() == 1);
    CHECK(gone[0].at("name") == "t");
    CHECK(gone[0].at("message").at("reason") == "for good");
  }

  TEST_CASE_FIXTURE(counters_at_the_shell, "links count who talks to whom") {
    listen("/ear");
    for (int i = 0; i < 3; ++i)
      send("/q", say_total{address_of("/ear")});
    run();
    auto links = content("links", {"/q"});
    CHECK(links.at("from").at("/test") == 3);
    CHECK(links.at("to").at("/ear") == 3);
  }

  TEST_CASE_FIXTURE(counters_at_the_shell,
                    "a trace shows messages as they are taken, up to its count") {
    request("trace", {"/p", "max", "2"});
    CHECK(answers().empty());
    send("/p/a", add{1});
    send("/q", add{2});
    send("/p/b", add{3});
    send("/p/c", add{4});
    flush();
    auto heard = answers();
    REQUIRE(heard.size() == 3);
    CHECK(heard[0].at("content").at("to") == "/p/a");
    CHECK(heard[1].at("content").at("fields").at("amount") == 3);
    CHECK(heard[2].at("content").at("why") == "count");
    CHECK(heard[2].at("more") == false);
    CHECK_FALSE(sys().traces().any());
  }

  TEST_CASE_FIXTURE(counters_at_the_shell, "a trace names the recorded turn that said a message") {
    auto sink = std::make_shared<memory_journal>();
    sys().journal().record_to(sink);
    request("trace", {"/p", "max", "2"});
    send("/p/a", say_total{address_of("/p/b")});
    flush();
    sys().journal().flush();
    std::int64_t said = 0;
    for (const auto& one : records_of(sink->frames))
      if (one.doing == type_name<say_total>())
        said = static_cast<std::int64_t>(one.order);
    auto heard = answers();
    REQUIRE(heard.size() == 3);
    CHECK(heard[0].at("content").at("said_by") == 0); // from outside
    CHECK(said > 0);
    CHECK(heard[1].at("content").at("said_by") == said);
  }

  TEST_CASE_FIXTURE(counters_at_the_shell, "a trace looks for a type and a field, for a time") {
    request("trace", {std::string{type_name<add>()}, "where", "amount=7", "in", "10"});
    send("/p/a", add{1});
    send("/q", add{7});
    run();
    auto heard = answers();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].at("content").at("to") == "/q");
    advance(10s);
    heard = answers();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].at("content").at("why") == "time");
    CHECK(heard[0].at("content").at("seen") == 1);
  }

  TEST_CASE_FIXTURE(counters_at_the_shell,
                    "a trace goes with its connection, and within its rate") {
    request("trace", {"/q", "max", "1000"});
    for (int i = 0; i < 500; ++i)
      send("/q", add{1});
    run();
    CHECK(answers().size() == static_cast<std::size_t>(runtime::traced_per_second_max));
    send("/debug", io::connection_closed{7, "gone"});
    run();
    CHECK_FALSE(sys().traces().any());
  }

  TEST_CASE_FIXTURE(counters_at_the_shell, "a trace that makes no sense is refused") {
    CHECK(refusal("trace", {"/nobody"}).rfind("nobody is at", 0) == 0);
    CHECK(refusal("trace", {"no::type"}).find("neither a path nor a message's type") == 10);
    CHECK(refusal("trace", {"/q", "max", "no"}).find("usage: trace") != std::string::npos);
    CHECK(refusal("trace", {"/q", "max"}).find("usage: trace") == 0);
  }

  TEST_CASE_FIXTURE(counters_at_the_shell, "what changes something is recorded with who did it") {
    auto db = listen("/db");
    content("suspend", {"/q"});
    content("resume", {"/q"});
    content("state", {"/q"});
    auto works = db->heard<runtime::transaction>();
    REQUIRE(works.size() == 2);
    for (const auto& one : works)
      REQUIRE(disk->apply(one.work));
    auto acts = content("acts");
    REQUIRE(acts.as_array().size() == 2);
    CHECK(acts.as_array()[0].at("command") == "resume /q");
    CHECK(acts.as_array()[0].at("who") == "somebody");
  }

  TEST_CASE("secrets of a configuration are not shown") {
    auto from = parse_json("{\"users\":{\"w\":{\"password\":\"x\",\"passwd\":null}},"
                           "\"list\":[{\"token\":\"y\"}]}");
    auto shown = print(shell::without_secrets(*from));
    CHECK(shown
          == "{\"users\":{\"w\":{\"password\":\"(secret)\",\"passwd\":null}},"
             "\"list\":[{\"token\":\"(secret)\"}]}");
  }

  TEST_CASE_FIXTURE(counters_at_the_shell, "health is red while the store's writer is silent") {
    request("health");
    advance(2s);
    auto heard = answers();
    REQUIRE(heard.size() == 1);
    auto view = heard[0].at("content");
    CHECK(view.at("status") == "red");
    CHECK(print(view).find("its writer does not answer") != std::string::npos);
  }
}
