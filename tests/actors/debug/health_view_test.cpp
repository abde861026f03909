#include "actors/debug/health_view.hpp"

#include <doctest/doctest.h>

#include "storage/json.hpp"

using namespace troupe;
using namespace troupe::debug;
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

  TEST_CASE("is green when nothing is wrong") {
    CHECK(status_of(good()) == "green");
  }

  TEST_CASE("is red while a handler does not return, and says which, on what, for how long") {
    auto facts = good();
    facts.stuck = {{"/a", "b::c", 1500ms}};
    CHECK(status_of(facts) == "red");
    CHECK(print(health_view(facts)).find("/a has been handling b::c for 1.5 s")
          != std::string::npos);
  }

  TEST_CASE("is red when the store takes nothing, or is nearly full") {
    auto facts = good();
    facts.store_trouble = "disk full";
    CHECK(status_of(facts) == "red");
    facts = good();
    facts.store_bytes = 96;
    CHECK(status_of(facts) == "red");
    facts.store_bytes = 85;
    CHECK(status_of(facts) == "yellow");
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

  TEST_CASE("is yellow for a minute after a failure, and while a configuration is not taken") {
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
