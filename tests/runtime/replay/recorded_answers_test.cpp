#include "runtime/replay/recorded_answers.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::runtime;

namespace {

const record_head event_head{7, {}, "/a", "add", {}, {}};

event_record with_answers() {
  event_record event;
  event.answers = {{"dice", "4"}, {"children", "none"}};
  return event;
}

} // namespace

TEST_SUITE("recorded answers") {

  TEST_CASE("questions are answered in the order of the record") {
    auto event = with_answers();
    recorded_answers answers;
    answers.begin(event_head, event);
    CHECK(answers.plays());
    CHECK(answers.next_is("dice"));
    CHECK(answers.recall("dice") == "4");
    CHECK(answers.recall("children") == "none");
    CHECK_FALSE(answers.end());
    CHECK_FALSE(answers.left_over(event));
  }

  TEST_CASE("another question fails, and the first one of them is told") {
    auto event = with_answers();
    recorded_answers answers;
    answers.begin(event_head, event);
    CHECK_THROWS_AS(answers.recall("cards"), failed);
    CHECK_THROWS_AS(answers.recall("coins"), failed);
    auto found = answers.end();
    REQUIRE(found);
    CHECK(found->order == 7);
    CHECK(found->recorded.as_string() == "dice");
    CHECK(found->now.as_string() == "cards");
    CHECK_FALSE(answers.end());
  }

  TEST_CASE("a question that is not asked again is left over") {
    auto event = with_answers();
    recorded_answers answers;
    answers.begin(event_head, event);
    answers.recall("dice");
    CHECK_FALSE(answers.end());
    auto found = answers.left_over(event);
    REQUIRE(found);
    CHECK(found->recorded.as_string() == "children");
  }

  TEST_CASE("random numbers are those of the recorded generator") {
    event_record event;
    event.prng = 5;
    recorded_answers once, again;
    once.begin(event_head, event);
    again.begin(event_head, event);
    auto first = once.random();
    CHECK(first == again.random());
    CHECK(once.random() != first);
    CHECK_FALSE(once.left_over(event));
    recorded_answers unasked;
    unasked.begin(event_head, event);
    CHECK(unasked.left_over(event));
  }

  TEST_CASE("numbers that were not drawn in the record are refused") {
    event_record event;
    recorded_answers answers;
    answers.begin(event_head, event);
    CHECK_THROWS_AS(answers.random(), failed);
    REQUIRE(answers.end());
  }
}
