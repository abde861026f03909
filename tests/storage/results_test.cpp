#include "storage/records/results.hpp"

#include <doctest/doctest.h>

#include "storage/json.hpp"

using namespace troupe;
using namespace troupe::records;
using enum troupe::records::result_code;

namespace {

// From worst to best.
constexpr std::array order{cancelled, retry,   exception, result_code::failure,
                           warnings,  success, skipped};

// The rule as it is written down, line by line.
folded by_the_book(result_code build, result_code step, const step_flags& flags) {
  auto contribution = step;
  bool terminate = false;
  if (step == result_code::failure) {
    if (!flags.flunk_on_failure)
      contribution = success;
    if (flags.warn_on_failure)
      contribution = warnings;
    if (flags.flunk_on_failure)
      contribution = result_code::failure;
    if (flags.halt_on_failure)
      terminate = true;
  }
  if (step == warnings) {
    if (!flags.warn_on_warnings)
      contribution = success;
    if (flags.flunk_on_warnings)
      contribution = result_code::failure;
  }
  if (step == exception || step == retry || step == cancelled)
    terminate = true;
  return {worst(build, contribution), terminate};
}

} // namespace

TEST_SUITE("results") {

  TEST_CASE("the numbers are Buildbot's") {
    CHECK(static_cast<int>(success) == 0);
    CHECK(static_cast<int>(warnings) == 1);
    CHECK(static_cast<int>(result_code::failure) == 2);
    CHECK(static_cast<int>(skipped) == 3);
    CHECK(static_cast<int>(exception) == 4);
    CHECK(static_cast<int>(retry) == 5);
    CHECK(static_cast<int>(cancelled) == 6);
    CHECK(to_json(retry) == json("retry"));
  }

  TEST_CASE("the worst of two is the first in the order, either way round") {
    for (std::size_t i = 0; i < order.size(); ++i)
      for (std::size_t j = 0; j < order.size(); ++j)
        CHECK(worst(order[i], order[j]) == order[std::min(i, j)]);
  }

  TEST_CASE("nothing is ignored") {
    using maybe = std::optional<result_code>;
    CHECK(worst(maybe{}, maybe{}) == maybe{});
    CHECK(worst(maybe{}, maybe{skipped}) == skipped);
    CHECK(worst(maybe{warnings}, maybe{}) == warnings);
    CHECK(worst(maybe{warnings}, maybe{retry}) == retry);
  }

  TEST_CASE("folding follows the rule for all results and flags") {
    for (auto build : order)
      for (auto step : order)
        for (unsigned bits = 0; bits < 64; ++bits) {
          step_flags flags{(bits & 1) != 0, (bits & 2) != 0,  (bits & 4) != 0,
                           (bits & 8) != 0, (bits & 16) != 0, (bits & 32) != 0};
          CHECK(fold(build, step, flags) == by_the_book(build, step, flags));
        }
  }

  TEST_CASE("with the default flags a failure flunks, warnings do not show, nothing halts") {
    CHECK(fold(success, result_code::failure, {}) == folded{result_code::failure, false});
    CHECK(fold(success, warnings, {}) == folded{success, false});
    CHECK(fold(warnings, success, {}) == folded{warnings, false});
    CHECK(fold(success, skipped, {}) == folded{success, false});
    CHECK(fold(result_code::failure, retry, {}) == folded{retry, true});
  }
}
