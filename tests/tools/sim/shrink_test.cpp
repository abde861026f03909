#include "tools/sim/shrink.hpp"

#include <doctest/doctest.h>

#include "tests/support/sim_plans.hpp"

using namespace troupe;
using namespace troupe::sim;
using namespace troupe::testing;
using namespace std::chrono_literals;

namespace {

/// It fails because a worker is paused, among much else that happens.
plan failing_plan() {
  auto what = small_plan();
  what.planted = "said: worker w0 pause";
  what.configured.workers.push_back({.name = "w1"});
  what.configured.locks = {{"l0", true, 1}};
  what.configured.builders.push_back(what.configured.builders[0]);
  what.configured.builders[1].name = "b1";
  what.configured.builders[1].lock = "l0";
  for (std::int64_t i = 1; i <= 6; ++i) {
    what.events.push_back({.at = i * 2s, .what = event_kind::change, .target = "main"});
    what.events.push_back({.at = i * 2s + 1s, .turns = 3, .what = event_kind::cut, .target = "w0"});
  }
  what.events.push_back(
      {.at = 13s, .turns = 9, .what = event_kind::shell, .text = "worker w0 pause planned"});
  what.events.push_back({.at = 15s, .what = event_kind::stop});
  std::stable_sort(what.events.begin(), what.events.end(),
                   [](const event& a, const event& b) { return a.at < b.at; });
  return what;
}

} // namespace

TEST_SUITE("sim: shrinking") {

  TEST_CASE("shrinking keeps the part of a failing plan that makes it fail") {
    auto what = failing_plan();
    auto report = run_apart(what);
    REQUIRE_FALSE(report.good());
    std::vector<std::size_t> sizes;
    auto small =
        shrink(what, report, 100s, [&](const shrunk& x) { sizes.push_back(x.what.events.size()); });
    REQUIRE(small.what.events.size() == 1);
    CHECK(small.what.events[0].text == "worker w0 pause planned");
    CHECK(small.what.events[0].turns == 0);
    CHECK(small.what.configured.builders.size() == 1);
    CHECK(small.what.configured.workers.size() == 1);
    CHECK(small.what.configured.locks.empty());
    CHECK(small.what.planted == what.planted);
    CHECK_FALSE(small.what.shuffled);
    CHECK(small.tried >= std::ssize(sizes));
    CHECK(std::is_sorted(sizes.rbegin(), sizes.rend()));
    CHECK(kind_of(small.report.violations.at(0)) == kind_of(report.violations.at(0)));
    CHECK(kind_of(run_apart(small.what).violations.at(0)) == kind_of(report.violations.at(0)));
  }

  TEST_CASE("shrinking rejects candidates that violate another invariant") {
    auto what = failing_plan();
    auto report = run_apart(what);
    report.violations = {"all_ends: something else"};
    auto small = shrink(what, report, 100s);
    CHECK(small.what == what);
    CHECK(small.tried > 10);
  }

  TEST_CASE("shrinking ends when its time is over") {
    auto what = failing_plan();
    auto report = run_apart(what);
    auto small = shrink(what, report, 0s);
    CHECK(small.what == what);
    CHECK(small.tried == 0);
  }

  TEST_CASE("violations are told apart by their invariant") {
    CHECK(kind_of("all_ends: request 1 is open: for ever") == "all_ends");
  }
}
