#include "runtime/replay/replay_target.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::runtime;
using namespace std::chrono_literals;

namespace {

record_view record(std::uint64_t run, std::uint64_t order, instant at = {}) {
  record_view one;
  one.run = run;
  one.order = order;
  one.at = at;
  return one;
}

} // namespace

TEST_SUITE("replay target") {

  TEST_CASE("a position is reached behind so many records") {
    auto to = to_position(5);
    CHECK_FALSE(to.reached({.position = 4}, record(1, 5)));
    CHECK(to.reached({.position = 5}, record(1, 6)));
    CHECK(to.not_behind({.position = 5}));
    CHECK_FALSE(to.not_behind({.position = 6}));
  }

  TEST_CASE("an order is reached when what comes is behind it, or of a later run") {
    auto to = to_order(2, 7);
    CHECK_FALSE(to.reached({}, record(1, 9)));
    CHECK_FALSE(to.reached({}, record(2, 7)));
    CHECK(to.reached({}, record(2, 8)));
    CHECK(to.reached({}, record(3, 1)));
    CHECK_FALSE(to.reached({}, std::nullopt));
    CHECK(to.not_behind({.run = 1, .order = 9}));
    CHECK(to.not_behind({.run = 2, .order = 7}));
    CHECK_FALSE(to.not_behind({.run = 2, .order = 8}));
  }

  TEST_CASE("a time is reached before the first record that is not earlier") {
    auto to = to_time(instant{5s});
    CHECK_FALSE(to.reached({}, record(1, 1, instant{4s})));
    CHECK(to.reached({}, record(1, 1, instant{5s})));
    CHECK(to.not_behind({.latest = instant{4s}}));
    CHECK_FALSE(to.not_behind({.latest = instant{5s}}));
  }

  TEST_CASE("the end is reached by nobody") {
    CHECK_FALSE(to_end().reached({}, record(1, 1)));
    CHECK_FALSE(to_end().reached({}, std::nullopt));
  }
}
