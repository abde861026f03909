#include "runtime/cell/timer_table.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::runtime;
using namespace std::chrono_literals;
using texts = std::vector<std::string>;

namespace {

struct tick {
  std::int64_t number = 0;
  TROUPE_FIELDS(number)
};

constexpr auto at(std::chrono::seconds since) {
  return timer_table::time{since};
}

texts expired(timer_table& table, timer_table::time now) {
  texts found;
  table.expire(now, [&](const timer_table::due_timer& one) { found.push_back(one.key); });
  return found;
}

} // namespace

TEST_SUITE("timer table") {

  TEST_CASE("a timer expires once, with its message, its owner and its cause") {
    timer_table table;
    table.set(timer_owner::service, "a", at(5s), tick{7}, {3, 1, false});
    CHECK(expired(table, at(4s)).empty());
    std::size_t count = 0;
    table.expire(at(5s), [&](const timer_table::due_timer& one) {
      ++count;
      CHECK(one.owner == timer_owner::service);
      CHECK(one.key == "a");
      CHECK(one.what.as<tick>()->number == 7);
      CHECK(one.cause.event == 3);
    });
    CHECK(count == 1);
    CHECK(expired(table, at(9s)).empty());
  }

  TEST_CASE("timers expire in the order in which they are due, then by key") {
    timer_table table;
    table.set(timer_owner::service, "late", at(3s));
    table.set(timer_owner::service, "b", at(2s));
    table.set(timer_owner::service, "a", at(2s));
    table.set(timer_owner::supervisor, "first", at(1s));
    CHECK(expired(table, at(3s)) == texts{"first", "a", "b", "late"});
  }

  TEST_CASE("a timer of the same key is replaced, one of another owner is not") {
    timer_table table;
    table.set(timer_owner::service, "a", at(1s));
    table.set(timer_owner::supervisor, "a", at(2s));
    table.set(timer_owner::service, "a", at(4s));
    CHECK(expired(table, at(3s)) == texts{"a"});
    CHECK(expired(table, at(4s)) == texts{"a"});
  }

  TEST_CASE("a timer that is cancelled while others expire does not expire") {
    timer_table table;
    table.set(timer_owner::service, "a", at(1s));
    table.set(timer_owner::service, "b", at(1s));
    texts found;
    table.expire(at(1s), [&](const timer_table::due_timer& one) {
      found.push_back(one.key);
      table.cancel(timer_owner::service, "b");
    });
    CHECK(found == texts{"a"});
  }

  TEST_CASE("all timers of one owner are cancelled together") {
    timer_table table;
    table.set(timer_owner::service, "a", at(1s));
    table.set(timer_owner::service, "b", at(1s));
    table.set(timer_owner::participant, "", at(1s));
    table.cancel_all(timer_owner::service);
    CHECK(expired(table, at(1s)) == texts{""});
  }

  TEST_CASE("a wake-up is wanted only if it is earlier than the awaited one") {
    timer_table table;
    CHECK_FALSE(table.next_wake());
    table.set(timer_owner::service, "a", at(5s));
    CHECK(table.next_wake() == at(5s));
    CHECK_FALSE(table.next_wake());
    table.set(timer_owner::supervisor, "b", at(6s));
    CHECK_FALSE(table.next_wake());
    table.set(timer_owner::supervisor, "c", at(2s));
    CHECK(table.next_wake() == at(2s));
    CHECK(expired(table, at(2s)) == texts{"c"});
    CHECK(table.next_wake() == at(5s));
  }

  TEST_CASE("timers are shown with the seconds that remain") {
    timer_table table;
    table.set(timer_owner::service, "a", at(5s));
    table.set(timer_owner::supervisor, "stop:x", at(7s));
    CHECK(table.view(at(4s))
          == json{{{"key", "a"}, {"in_seconds", 1.0}},
                  {{"key", "supervisor:stop:x"}, {"in_seconds", 3.0}}});
  }
}
