#include "actors/build_master/health_view.hpp"

#include <doctest/doctest.h>

#include "storage/json.hpp"

using namespace troupe;
using namespace troupe::master;
using namespace std::chrono_literals;

namespace {

health_facts good() {
  health_facts facts;
  facts.now = instant{1h};
  facts.store_answers = true;
  facts.store_bytes = 10;
  facts.store_bytes_max = 100;
  return facts;
}

std::string status_of(const health_facts& facts) {
  return std::string{health_view(facts).at("status").as_string()};
}

} // namespace

TEST_SUITE("health") {

  TEST_CASE("health is green when nothing is wrong") {
    CHECK(status_of(good()) == "green");
  }

  TEST_CASE(
      "health is red while a handler does not return, and says which, on what, for how long") {
    auto facts = good();
    facts.stuck = {{"/a", "b::c", 1500ms}};
    CHECK(status_of(facts) == "red");
    CHECK(print(health_view(facts)).find("/a has been handling b::c for 1.5 s")
          != std::string::npos);
  }

  TEST_CASE("health is red when the store takes nothing, or is nearly full") {
    auto facts = good();
    facts.store_trouble = "disk full";
    CHECK(status_of(facts) == "red");
    facts = good();
    facts.store_bytes = 96;
    CHECK(status_of(facts) == "red");
    facts.store_bytes = 85;
    CHECK(status_of(facts) == "yellow");
  }

  TEST_CASE("the journal counts while something of it is missing, and is never red") {
    auto with = [](auto change) {
      auto facts = good();
      facts.journal.emplace();
      facts.journal->on = true;
      change(*facts.journal);
      return facts;
    };
    auto words_of = [](const health_facts& facts) {
      auto shown = health_view(facts);
      for (const auto& one : shown.at("checks").as_array())
        if (one.at("check").as_string() == "journal")
          return std::string{one.at("status").as_string()} + ": "
                 + std::string{one.at("message").as_string()};
      return std::string{"none"};
    };
    auto now = good().now;
    CHECK(words_of(good()) == "none");
    CHECK(words_of(with([](auto&) {})) == "green: all is recorded");
    CHECK(words_of(with([](auto& x) { x.on = false; })) == "green: switched off");
    CHECK(words_of(with([](auto& x) { x.trouble = "no space"; }))
          == "yellow: it cannot be written: no space");
    CHECK(words_of(with([](auto& x) { x.on = false, x.trouble = "no folder"; }))
          == "yellow: it cannot be written: no folder");
    CHECK(words_of(with([&](auto& x) {
            x.lost = 7, x.lost_at = now - 59s;
          })).starts_with("yellow: records were lost within a minute, 7 in all"));
    CHECK(words_of(with([&](auto& x) { x.lost = 7, x.lost_at = now - 61s; })).starts_with("green"));
    CHECK(words_of(with([&](auto& x) { x.unwritten_bytes = 33 << 20; }))
          == "yellow: 33 MiB wait to be written: recording falls behind");
    CHECK(words_of(with([&](auto& x) { x.unwritten_bytes = 31 << 20; })).starts_with("green"));
    CHECK(words_of(with([&](auto& x) { x.dropped_at = now - 59s; })).starts_with("yellow: within"));
    CHECK(words_of(with([&](auto& x) { x.dropped_at = now - 61s; })).starts_with("green"));
    CHECK(status_of(with([](auto& x) { x.trouble = "no space"; })) == "yellow");
  }

  TEST_CASE("services that are down, suspended or far behind count") {
    runtime::port one{"/x"};
    auto facts = good();
    one.phase = runtime::cell_phase::running;
    facts.look_at(one);
    CHECK(status_of(facts) == "green");
    one.depth = deep_mailbox;
    facts.look_at(one);
    CHECK(status_of(facts) == "yellow");
    one.phase = runtime::cell_phase::parked;
    facts.look_at(one);
    CHECK(status_of(facts) == "red");
  }

  TEST_CASE(
      "health is yellow for a minute after a failure, and while a configuration is not taken") {
    auto facts = good();
    facts.failures = {{facts.now - 59s, "/x", "y", "z"}};
    CHECK(status_of(facts) == "yellow");
    facts.failures[0].at = facts.now - 61s;
    CHECK(status_of(facts) == "green");
    facts.last_reconfiguration.emplace();
    CHECK(status_of(facts) == "green");
    facts.last_reconfiguration->outcome = records::reconfiguration_outcome::rolled_back;
    CHECK(status_of(facts) == "yellow");
  }
}
