#include "actors/config/config_service.hpp"

#include "storage/tables/operations.hpp"
#include "tests/support/master_stage.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using runtime::cell_phase;
using troupe::testing::master_stage;

namespace {

/// A configuration whose parts tests change.
struct parts {
  std::string command = "make";
  std::string port = "9989";
  std::string workers = R"(worker.Worker{ "w1", "pass" })";
  bool second_builder = false;
  std::string more;
};

constexpr std::string_view second = R"(c.builders[2] = util.BuilderConfig{ name = "b2",
  workernames = { "w1" }, factory = f }
c.schedulers[2] = schedulers.ForceScheduler{ name = "force", builderNames = { "b2" } })";

std::string master_lua(const parts& x = {}) {
  return fmt::format(R"(local c = BuildmasterConfig
c.protocols = {{ pb = {{ port = {} }} }}
c.workers = {{ {} }}
c.change_source = {{ changes.PBChangeSource{{ user = "change", passwd = "pw" }} }}
c.schedulers = {{ schedulers.AnyBranchScheduler{{ name = "all", builderNames = {{ "b1" }} }} }}
local f = util.BuildFactory{{ steps.ShellCommand{{ command = "{}" }} }}
c.builders = {{ util.BuilderConfig{{ name = "b1", workernames = {{ "w1" }}, factory = f }} }}
{}
{})",
                     x.port, x.workers, x.command, x.second_builder ? second : "", x.more);
}

/// "swap /a/b [key key], start /c": a plan for people.
std::string told(const json& plan) {
  std::string out;
  for (const auto& one : plan.at("changes").as_array()) {
    std::string keys;
    for (const auto& key : one.at("keys").as_array())
      keys += " " + std::string{key.as_string()};
    out += fmt::format("{}{} {}{}", out.empty() ? "" : ", ",
                       std::string_view{one.at("act").as_string()},
                       std::string_view{one.at("path").as_string()}, keys);
  }
  return out;
}

} // namespace

TEST_SUITE("config service") {

  TEST_CASE_FIXTURE(master_stage, "the tree of a configuration comes up as a whole") {
    begin(master_lua());
    for (auto path : {"/", "/config", "/botmaster/builders/b1", "/pbmanager"})
      CHECK_MESSAGE(phase_of(path) == cell_phase::running, path);
    CHECK(io_loop->listening.contains("pb:9989"));
  }

  TEST_CASE_FIXTURE(master_stage, "an equal configuration touches nothing") {
    begin(master_lua());
    auto answer = reconfigure(master_lua());
    CHECK(answer.ok);
    CHECK(answer.message.rfind("nothing to change: keeps ", 0) == 0);
    CHECK(address_of("/botmaster/brd").at()->swaps.load() == 0);
  }

  TEST_CASE_FIXTURE(master_stage, "a change is carried out with the keys that differ") {
    begin(master_lua());
    auto answer = reconfigure(master_lua({.command = "make check"}));
    CHECK(answer.ok);
    CHECK(told(answer.plan) == "tell /botmaster/builders/b1 builder.factory.steps[0].command");
    CHECK(print(config_of("/botmaster/builders/b1")).find("make check") != std::string::npos);
  }

  TEST_CASE_FIXTURE(master_stage, "a dry run says what would be done and does nothing") {
    begin(master_lua());
    auto answer = reconfigure(master_lua({.command = "make check", .second_builder = true}),
                              {.dry_run = true});
    CHECK(answer.ok);
    CHECK(told(answer.plan).find("start /botmaster/builders/b2") != std::string::npos);
    CHECK(print(config_of("/botmaster/builders/b1")).find("make check") == std::string::npos);
    CHECK(storage::newest_reconfigurations(disk->read(), 9).empty());
  }

  TEST_CASE_FIXTURE(master_stage, "errors are told by file and line, and nothing is touched") {
    begin(master_lua());
    auto answer = reconfigure(master_lua({.more = "c.titel = 1"}));
    CHECK_FALSE(answer.ok);
    CHECK(answer.message.find("master.lua:9: c.titel: unknown key 'titel'") != std::string::npos);
    auto records = storage::newest_reconfigurations(disk->read(), 9);
    REQUIRE(records.size() == 1);
    CHECK(records[0].outcome == records::reconfiguration_outcome::refused);
  }

  TEST_CASE_FIXTURE(master_stage, "builders come and go") {
    begin(master_lua());
    CHECK(reconfigure(master_lua({.second_builder = true})).ok);
    CHECK(phase_of("/botmaster/builders/b2") == cell_phase::running);
    auto answer = reconfigure(master_lua());
    CHECK(answer.ok);
    CHECK(told(answer.plan).find("retire /botmaster/builders/b2") != std::string::npos);
    CHECK_FALSE(control("/botmaster/builders/b2", runtime::show_cell{"state", "t"}).ok);
    CHECK(reconfigure(master_lua({.second_builder = true})).ok);
    CHECK(phase_of("/botmaster/builders/b2") == cell_phase::running);
  }

  TEST_CASE_FIXTURE(master_stage, "a port that cannot be had refuses before anything changes") {
    begin(master_lua());
    io_loop->taken_ports = {9990};
    auto answer = reconfigure(master_lua({.command = "make check", .port = "9990"}));
    CHECK_FALSE(answer.ok);
    CHECK(answer.message
          == "refused, nothing was changed:\n/pbmanager <- cannot listen on port 9990: in use");
    CHECK(print(config_of("/botmaster/builders/b1")).find("make check") == std::string::npos);
    CHECK(address_of("/pbmanager").at()->swaps.load() == 0);
    CHECK(io_loop->listening.contains("pb:9989"));
    io_loop->taken_ports.clear();
    CHECK(reconfigure(master_lua({.port = "9990"})).ok);
    CHECK(io_loop->listening.contains("pb:9990"));
    CHECK_FALSE(io_loop->listening.contains("pb:9989"));
  }

  TEST_CASE_FIXTURE(master_stage, "a service that fails while it settles takes the whole back") {
    begin(master_lua());
    ask_reconfigure(
        master_lua({.command = "make check",
                    .port = "9990",
                    .workers = R"(worker.Worker{ "w1", "pass" }, worker.Worker{ "w2", "x" })",
                    .second_builder = true}));
    CHECK(answers().empty()); // it settles
    CHECK(phase_of("/botmaster/builders/b2") == cell_phase::running);
    CHECK(control("/pbmanager", runtime::crash_service{"no good", "t"}).ok);
    advance(1s);
    REQUIRE(answers().size() == 1);
    auto answer = answers()[0];
    CHECK_FALSE(answer.ok);
    CHECK(answer.message
          == "rolled back, the former configuration runs again:\n"
             "/pbmanager <- runtime::crash_service <- no good");
    CHECK(print(config_of("/botmaster/builders/b1")).find("make check") == std::string::npos);
    CHECK_FALSE(control("/botmaster/builders/b2", runtime::show_cell{"state", "t"}).ok);
    CHECK_FALSE(control("/botmaster/workers/w2", runtime::show_cell{"state", "t"}).ok);
    CHECK(io_loop->listening.contains("pb:9989"));
    CHECK_FALSE(io_loop->listening.contains("pb:9990"));
    auto records = storage::newest_reconfigurations(disk->read(), 9);
    REQUIRE(records.size() == 1);
    CHECK(records[0].outcome == records::reconfiguration_outcome::rolled_back);
    CHECK(records[0].who == "ada");
    CHECK(records[0].digest_before == records[0].digest_after);
    // What was taken back can be wanted again.
    CHECK(reconfigure(master_lua({.command = "make check", .second_builder = true})).ok);
  }

  TEST_CASE_FIXTURE(master_stage,
                    "requests that come meanwhile wait, and the last counts for all") {
    begin(master_lua());
    ask_reconfigure(master_lua({.command = "one"}));
    ask_reconfigure(master_lua({.command = "two"}));
    ask_reconfigure(master_lua({.command = "three"}));
    advance(5s);
    auto heard = answers();
    REQUIRE(heard.size() == 3);
    CHECK(heard[0].ok);
    CHECK(heard[1].message == heard[2].message);
    CHECK(print(config_of("/botmaster/builders/b1")).find("three") != std::string::npos);
    CHECK(storage::newest_reconfigurations(disk->read(), 9).size() == 2);
  }

  TEST_CASE_FIXTURE(master_stage, "what is left to be done goes before a request that came first") {
    begin(master_lua());
    configure(master_lua({.command = "asked"}));
    send("/config", config::reconfigure{.token = "asked", .requester = address_of("/test/asker")});
    config::complete_tree rest{runtime::configured_children(sys().paths(), "/"), "a failure", {}};
    rest.wanted.back().mailbox_max = 5000;
    rest.requesters.push_back({.token = "rest", .requester = address_of("/test/asker")});
    send("/config", rest);
    run();
    advance(3s); // each settles for a second, and a bit: due times are rounded up
    REQUIRE(answers().size() == 2);
    CHECK(answers()[0].token == "rest");
    CHECK(answers()[1].token == "asked");
    CHECK(print(config_of("/botmaster/builders/b1")).find("asked") != std::string::npos);
  }

  TEST_CASE_FIXTURE(master_stage, "without a time to settle it is done when it has switched") {
    begin(master_lua());
    ask_reconfigure(master_lua({.command = "quick"}), {.settle = 0s});
    REQUIRE(answers().size() == 1);
    CHECK(answers()[0].ok);
  }

  // Whatever turn it fails at: the tree is the old or the new one as a whole, nobody is left
  // waiting, and the requesters are answered.
  TEST_CASE("the configuration service fails in the middle of a reconfiguration") {
    bool more = true;
    for (std::size_t turns = 1; more; ++turns) {
      CAPTURE(turns);
      master_stage stage;
      stage.begin(master_lua({.second_builder = true}));
      stage.configure(master_lua({.command = "make check", .port = "9990"}));
      config::reconfigure how;
      how.settle = 0s;
      how.requester = stage.address_of("/test/asker");
      stage.send(config::config_path, how);
      more = stage.run_turns(turns);
      runtime::deliver_control(stage.address_of(config::config_path),
                               runtime::any_message{runtime::crash_service{"struck", "t"}}, {});
      stage.run();
      stage.advance(3s);
      auto heard = stage.answers();
      REQUIRE(heard.size() == 1);
      bool told =
          print(stage.config_of("/botmaster/builders/b1")).find("make check") != std::string::npos;
      bool leaves = !stage.control("/botmaster/builders/b2", runtime::show_cell{"state", "t"}).ok;
      CHECK(told == leaves);
      CHECK(told == stage.io_loop->listening.contains("pb:9990"));
      for (auto path : {"/botmaster/builders/b1", "/botmaster/brd", "/pbmanager", "/config"})
        CHECK_MESSAGE(stage.phase_of(path) == cell_phase::running, path);
      CHECK(stage.reconfigure(master_lua({.command = "at last"}), {.settle = 0s}).ok);
    }
  }
}
