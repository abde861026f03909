#include "tools/sim/plan.hpp"

#include <doctest/doctest.h>

#include "actors/config/lua/loader.hpp"
#include "tests/support/temp_folder.hpp"

using namespace troupe;
using namespace troupe::sim;

namespace {

constexpr std::uint64_t seeds = 300;

/// Why the configuration is refused; empty if it is good.
std::string refusal(const test::temp_folder& folder, const setting& what) {
  test::write_file(folder / "master.lua", as_lua(what));
  auto loaded = model::load_configuration(folder / "master.lua");
  if (!loaded)
    return loaded.error().message;
  return loaded->builders.size() == what.builders.size() ? "" : "a builder is missing";
}

} // namespace

TEST_SUITE("sim: plan") {

  TEST_CASE("a plan is a function of its seed") {
    std::set<std::string> all;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      CHECK(make_plan(seed) == make_plan(seed));
      auto what = make_plan(seed);
      all.insert(print(to_json(what.configured)) + print(to_json(what.events)));
    }
    CHECK(all.size() == seeds);
  }

  TEST_CASE("a plan survives being written and read") {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      CAPTURE(seed);
      auto what = make_plan(seed);
      plan read;
      auto text = parse_json(print(to_json(what)));
      REQUIRE(text);
      auto done = from_json(read, *text);
      REQUIRE_MESSAGE(done, done.error().message);
      CHECK(read == what);
    }
  }

  TEST_CASE(
      "a plan orders its events by time, before faults end, and names only existing targets") {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      CAPTURE(seed);
      auto what = make_plan(seed);
      auto is_worker = [&](const std::string& name) {
        return std::any_of(what.configured.workers.begin(), what.configured.workers.end(),
                           [&](const auto& one) { return one.name == name; });
      };
      CHECK(std::is_sorted(what.events.begin(), what.events.end(),
                           [](const auto& a, const auto& b) { return a.at < b.at; }));
      CHECK(what.events.back().at <= what.faults_end);
      for (const auto& one : what.events)
        if (one.what == event_kind::cut || one.what == event_kind::cut_after
            || one.what == event_kind::silence || one.what == event_kind::leave)
          CHECK((is_worker(one.target) || (one.what == event_kind::cut && one.target.empty())));
    }
  }

  TEST_CASE("every kind of event occurs in the plan of some seed") {
    std::set<event_kind> seen;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
      for (const auto& one : make_plan(seed).events)
        seen.insert(one.what);
    CHECK(seen.size() == names_of(event_kind{}).size());
    CHECK_FALSE(is_fault(event_kind::change));
    CHECK(is_fault(event_kind::die));
  }

  TEST_CASE("every seed's setting loads, and so do the variants that its plan uses") {
    test::temp_folder folder;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      CAPTURE(seed);
      auto what = make_plan(seed);
      CHECK(refusal(folder, what.configured) == "");
      for (const auto& one : what.events)
        if (one.what == event_kind::reconfigure) {
          CAPTURE(one.amount);
          CHECK(refusal(folder, variant(what.configured, one.amount)) == "");
        }
    }
  }

  TEST_CASE("variants of a setting load and differ") {
    test::temp_folder folder;
    for (std::uint64_t seed : {1, 2, 3, 4, 5}) {
      auto what = make_plan(seed).configured;
      CHECK(variant(what, 0) == what);
      std::int64_t different = 0;
      for (std::int64_t number = 1; number <= 100; ++number) {
        CAPTURE(seed);
        CAPTURE(number);
        auto other = variant(what, number);
        CHECK(other == variant(what, number));
        different += other != what;
        CHECK(refusal(folder, other) == "");
      }
      CHECK(different > 50);
    }
  }

  TEST_CASE("a setting's master.lua holds all of it") {
    setting what;
    what.workers = {{.name = "w1", .max_builds = 3}};
    what.locks = {{"l", false, 2}};
    what.schedulers = {{"s", "main", 7}};
    what.builders = {{.name = "b",
                      .workers = {"w1"},
                      .lock = "l",
                      .counting = false,
                      .collapse = false,
                      .scheduler = "s"}};
    what.builders[0].steps = {{.name = "one",
                               .halt_on_failure = true,
                               .flunk_on_failure = false,
                               .warn_on_failure = true,
                               .always_run = true}};
    test::temp_folder folder;
    test::write_file(folder / "master.lua", as_lua(what));
    auto loaded = model::load_configuration(folder / "master.lua");
    REQUIRE_MESSAGE(loaded, loaded.error().message);
    auto shown = print(to_json(*loaded));
    for (auto part : {R"("haltOnFailure":true)", R"("flunkOnFailure":false)",
                      R"("warnOnFailure":true)", R"("alwaysRun":true)", R"("exclusive")"}) {
      CAPTURE(part);
      CHECK(shown.find(part) != std::string::npos);
    }
    REQUIRE(loaded->workers.size() == 1);
    CHECK(loaded->workers[0].arguments.at("max_builds") == json(3));
  }
}
