#include "tools/sim/world.hpp"

#include <doctest/doctest.h>

#include "tests/support/sim_plans.hpp"
#include "tests/support/temp_folder.hpp"

using namespace troupe;
using namespace troupe::sim;
using namespace troupe::testing;
using namespace std::chrono_literals;

namespace {

/// The small plan with these events besides, by time.
run_report run_with(std::vector<event> more, bool shuffled = true) {
  auto what = small_plan();
  what.shuffled = shuffled;
  what.events.insert(what.events.end(), more.begin(), more.end());
  std::stable_sort(what.events.begin(), what.events.end(),
                   [](const event& a, const event& b) { return a.at < b.at; });
  return run_plan(what);
}

std::int64_t count(const run_report& x, situation what) {
  return x.seen.at(static_cast<std::size_t>(what));
}

} // namespace

TEST_SUITE("sim: world") {

  TEST_CASE("a run builds a change and ends") {
    auto report = run_plan(small_plan());
    CHECK(words_of(report) == "");
    CHECK(report.builds == 1);
    CHECK(report.lives == 1);
    CHECK(report.events_done == 1);
    CHECK(count(report, situation::build_succeeds) == 1);
    CHECK(report.simulated >= small_plan().faults_end);
  }

  TEST_CASE("a run is a function of its plan") {
    auto first = run_plan(small_plan()), second = run_plan(small_plan());
    CHECK(first.hash == second.hash);
    CHECK(first.messages == second.messages);
    auto other = small_plan();
    other.seed++;
    CHECK(run_plan(other).hash != first.hash);
    for (std::uint64_t seed : {2, 3}) {
      CAPTURE(seed);
      CHECK(run_plan(make_plan(seed)).hash == run_plan(make_plan(seed)).hash);
    }
  }

  TEST_CASE("a master recovers from a crash at any moment of a build") {
    std::int64_t found = 0, again = 0;
    // From the change to the end of its build, in moments and in the middle of them.
    for (std::int64_t moment = 0; moment < 60; ++moment)
      for (std::int64_t turns = 0; turns < 5; ++turns) {
        CAPTURE(moment);
        CAPTURE(turns);
        auto at = span{10s} + (moment < 40 ? moment * 200us : (moment - 40) * span{100ms});
        auto report = run_with({{.at = at, .turns = turns, .what = event_kind::die}});
        CHECK(words_of(report) == "");
        CHECK(report.lives == 2);
        found += count(report, situation::builds_found_at_start);
        again += count(report, situation::change_goes_unanswered);
      }
    CHECK(found > 10);
    CHECK(again > 10);
  }

  TEST_CASE("a master recovers from a crash at any message of its start") {
    std::set<std::int64_t> messages;
    for (std::int64_t turns = 1; turns <= 100; ++turns) {
      CAPTURE(turns);
      // The second life begins two seconds after the first has ended; so does the third.
      auto report = run_with({{.at = 11s, .what = event_kind::die},
                              {.at = 13s, .turns = turns, .what = event_kind::die}});
      CHECK(words_of(report) == "");
      CHECK(report.lives == 3);
      messages.insert(report.messages);
    }
    CHECK(messages.size() > 60); // then no message is ready
  }

  TEST_CASE("a master recovers from a crash right before or after a commit") {
    for (auto what : {event_kind::die_before_commit, event_kind::die_after_commit})
      for (std::int64_t moment = 0; moment < 20; ++moment) {
        CAPTURE(moment);
        auto report = run_with({{.at = span{10s} + moment * 150ms, .what = what}});
        CHECK(words_of(report) == "");
      }
  }

  TEST_CASE("a planted log line is reported as a violation") {
    auto what = small_plan();
    what.planted = "listening for workers";
    auto report = run_plan(what);
    REQUIRE_FALSE(report.good());
    CHECK(report.violations[0].starts_with("no_service_fails_by_itself: "));
    CHECK(report.violations[0].find("listening for workers") != std::string::npos);
  }

  TEST_CASE("a run that does not end is reported as a violation") {
    test::temp_folder folder;
    driver_options options;
    options.folder = folder.path();
    options.messages_max = 100;
    auto went = world{small_plan(), options}.run();
    REQUIRE(went.violations.size() == 1);
    CHECK(went.violations[0].what == invariant::all_ends);
  }
}
