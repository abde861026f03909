#include "actors/botmaster/locks/lock_table.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::botmaster;

namespace {

std::vector<model::lock> defined() {
  return {
      {.name = "one"},
      {.name = "two", .max_count = 2},
      {.name = "five", .max_count = 5},
      {.name = "cpu", .max_count = 1, .per_worker = true, .max_count_for_worker = {{"big", 2}}}};
}

lock_access counting(std::string lock, std::int64_t count = 1) {
  return {std::move(lock), false, count};
}
lock_access exclusive(std::string lock) {
  return {std::move(lock), true, 1};
}

struct table_stage {
  lock_table table;
  std::vector<model::lock> locks = defined();

  static std::vector<std::int64_t> numbers(const std::vector<lock_wish>& granted) {
    std::vector<std::int64_t> out;
    for (const auto& one : granted)
      out.push_back(one.party.build.value);
    return out;
  }
  std::vector<std::int64_t> acquire(std::int64_t build, std::vector<lock_access> accesses,
                                    std::string worker = "w1", std::string part = "build") {
    lock_wish wish;
    wish.party = {build_id{build}, std::move(part)};
    wish.worker = std::move(worker);
    wish.accesses = std::move(accesses);
    return numbers(table.acquire(std::move(wish), locks));
  }
  std::vector<std::int64_t> release(std::int64_t build, std::string part = "build") {
    return numbers(table.release({build_id{build}, std::move(part)}, locks));
  }
  std::string waits_for(std::int64_t build) const {
    for (const auto& one : table.waiting)
      if (one.party.build.value == build)
        return one.waits_for;
    return "nothing";
  }
  /// "code lock: words; by build" of each cause a minute later, a line each; builds are "b/ID".
  static std::string text_of(const causes& all) {
    std::string out;
    for (const auto& one : all)
      out += one.code + " " + one.subject.name + ": " + one.message + "; by " + one.by.name + "\n";
    return out;
  }
  static thing name_of(build_id which, const std::string&) {
    return {thing_kind::build, "b/" + std::to_string(which.value), which.value};
  }
  std::string why(std::vector<lock_access> accesses) const {
    return text_of(why_busy(accesses, "w1", locks, table.figures(locks), name_of, later));
  }
  std::string why(std::int64_t build) const {
    return text_of(why_it_waits(table, build_id{build}, locks, name_of, later));
  }
  static constexpr instant later{std::chrono::seconds{60}};
};

using builds = std::vector<std::int64_t>;

} // namespace

TEST_SUITE("lock table") {

  TEST_CASE_FIXTURE(table_stage, "grants a counting lock as often as it counts") {
    CHECK(acquire(1, {counting("two")}) == builds{1});
    CHECK(acquire(2, {counting("two")}) == builds{2});
    CHECK(acquire(3, {counting("two")}).empty());
    CHECK(waits_for(3) == "two");
    CHECK(release(1) == builds{3});
    CHECK(table.figures(locks)["two"].held == 2);
  }

  TEST_CASE_FIXTURE(table_stage, "the lock table counts the units of an access") {
    CHECK(acquire(1, {counting("five", 3)}) == builds{1});
    CHECK(acquire(2, {counting("five", 3)}).empty());
    CHECK(release(1) == builds{2});
  }

  TEST_CASE_FIXTURE(table_stage, "always grants an access of no units") {
    acquire(1, {exclusive("one")});
    CHECK(acquire(2, {counting("one", 0)}) == builds{2});
  }

  TEST_CASE_FIXTURE(table_stage, "grants an exclusive access only when nobody else is there") {
    CHECK(acquire(1, {counting("five")}) == builds{1});
    CHECK(acquire(2, {exclusive("five")}).empty());
    CHECK(release(1) == builds{2});
    CHECK(acquire(3, {counting("five")}).empty());
    CHECK(release(2) == builds{3});
  }

  TEST_CASE_FIXTURE(table_stage,
                    "the lock table lets nobody overtake an exclusive access that waits") {
    acquire(1, {counting("five")});
    acquire(2, {exclusive("five")});
    CHECK(acquire(3, {counting("five")}).empty());
    CHECK(release(1) == builds{2});
    CHECK(release(2) == builds{3});
  }

  TEST_CASE_FIXTURE(table_stage,
                    "serves in the order of arrival, counting the units of those ahead") {
    acquire(1, {counting("two")});
    CHECK(acquire(2, {counting("two", 2)}).empty());
    CHECK(acquire(3, {counting("two")}).empty()); // there is a unit, but not behind the second
    CHECK(release(1) == builds{2});
    CHECK(acquire(4, {counting("two")}).empty());
    CHECK(release(2) == builds{3, 4});
  }

  TEST_CASE_FIXTURE(table_stage,
                    "the lock table gives all locks of a wish at once or none of them") {
    acquire(1, {exclusive("one")});
    CHECK(acquire(2, {counting("two"), exclusive("one")}).empty());
    CHECK(waits_for(2) == "one");
    // Holding none, it keeps nobody from the other.
    CHECK(acquire(3, {counting("two", 2)}) == builds{3});
    CHECK(release(1).empty());
    CHECK(waits_for(2) == "two");
    CHECK(release(3) == builds{2});
  }

  TEST_CASE_FIXTURE(
      table_stage, "keeps two who want the same locks in opposite order from blocking each other") {
    CHECK(acquire(1, {exclusive("one"), exclusive("two")}) == builds{1});
    CHECK(acquire(2, {exclusive("two"), exclusive("one")}).empty());
    CHECK(acquire(3, {exclusive("one"), exclusive("two")}).empty());
    CHECK(release(1) == builds{2});
    CHECK(release(2) == builds{3});
  }

  TEST_CASE_FIXTURE(
      table_stage,
      "the lock table has one instance of a worker lock per worker, with its own count") {
    CHECK(acquire(1, {counting("cpu")}, "w1") == builds{1});
    CHECK(acquire(2, {counting("cpu")}, "w2") == builds{2});
    CHECK(acquire(3, {counting("cpu")}, "w1").empty());
    CHECK(waits_for(3) == "cpu@w1");
    CHECK(acquire(4, {counting("cpu")}, "big") == builds{4});
    CHECK(acquire(5, {counting("cpu")}, "big") == builds{5});
    CHECK(acquire(6, {counting("cpu")}, "big").empty());
    CHECK(release(2).empty());
    CHECK(release(1) == builds{3});
  }

  TEST_CASE_FIXTURE(table_stage,
                    "the lock table answers a holder that asks again without counting it twice") {
    acquire(1, {counting("two")});
    CHECK(acquire(1, {counting("two")}) == builds{1});
    CHECK(table.figures(locks)["two"].held == 1);
    CHECK(release(1).empty());
    CHECK(table.held.empty());
  }

  TEST_CASE_FIXTURE(table_stage,
                    "the lock table keeps one place in the queue for a waiter that asks again") {
    acquire(1, {exclusive("one")});
    acquire(2, {exclusive("one")});
    acquire(2, {exclusive("one")});
    CHECK(table.waiting.size() == 1);
    CHECK(release(1) == builds{2});
  }

  TEST_CASE_FIXTURE(table_stage, "moves up those behind a waiter that gives up") {
    acquire(1, {counting("two")});
    acquire(2, {exclusive("two")});
    acquire(3, {counting("two")});
    CHECK(release(2) == builds{3});
    CHECK(table.waiting.empty());
  }

  TEST_CASE_FIXTURE(table_stage, "releases a step's locks alone, or everything of its build") {
    acquire(1, {counting("two")}, "w1", "build");
    acquire(1, {exclusive("one")}, "w1", "step 2");
    acquire(2, {exclusive("one")});
    CHECK(release(1, "step 2") == builds{2});
    CHECK(table.figures(locks)["two"].held == 1);
    CHECK(release(1, "").empty());
    CHECK(table.figures(locks)["two"].held == 0);
  }

  TEST_CASE_FIXTURE(table_stage, "grants to those who wait when a count grows") {
    acquire(1, {counting("one")});
    acquire(2, {counting("one")});
    locks[0].max_count = 2;
    CHECK(numbers(table.grant(locks)) == builds{2});
  }

  TEST_CASE_FIXTURE(table_stage, "the lock table shows what is held, by whom, and what waits") {
    acquire(1, {counting("five", 2)});
    acquire(2, {counting("five", 2)});
    acquire(3, {counting("five", 2)});
    auto is = table.figures(locks)["five"];
    CHECK(is.held == 4);
    CHECK(is.waiting == 2);
    CHECK(is.max == 5);
    REQUIRE(is.holders.size() == 2);
    CHECK(is.holders[0].build == build_id{1});
    CHECK(is.holders[1].units == 2);
    REQUIRE(is.queue.size() == 1);
    CHECK(is.queue[0].build == build_id{3});
    CHECK_FALSE(is.exclusive);
  }

  TEST_CASE_FIXTURE(table_stage, "the lock table names the first lock that could not be had now") {
    acquire(1, {exclusive("one")});
    acquire(2, {counting("cpu")});
    auto is = table.figures(locks);
    CHECK(first_busy({counting("two"), counting("five")}, "w1", locks, is).empty());
    CHECK(first_busy({counting("two"), counting("one")}, "w1", locks, is) == "one");
    CHECK(first_busy({counting("cpu")}, "w1", locks, is) == "cpu@w1");
    CHECK(first_busy({counting("cpu")}, "w2", locks, is).empty());
  }

  TEST_CASE_FIXTURE(table_stage,
                    "the lock table says of each busy lock who has it, and who was before") {
    acquire(1, {exclusive("one")});
    acquire(2, {counting("five", 3)});
    acquire(3, {exclusive("five")});
    CHECK(why({counting("two")}).empty());
    CHECK(
        why({counting("one"), counting("five")})
        == "lock.held one: lock one (one unit wanted) is held, 1 of 1 units, by b/1 (exclusively) "
           "for 60 s; by b/1\n"
           "lock.wanted_before five: lock five (one unit wanted) was wanted before by b/3 "
           "(exclusively) for 60 s; by b/3\n");
    CHECK(
        why({counting("five", 3)})
        == "lock.held five: lock five (3 units wanted) is held, 3 of 5 units, by b/2 (3 units) for "
           "60 s; by b/2\n"
           "lock.wanted_before five: lock five (3 units wanted) was wanted before by b/3 "
           "(exclusively) for 60 s; by b/3\n");
    CHECK(why({counting("five", 6)})
          == "lock.too_small five: lock five has 5 units in all, 6 are wanted; by \n");
    CHECK(why({counting("one", 0)}).empty()); // is always there
  }

  TEST_CASE_FIXTURE(table_stage, "who waits is told of those before it, not of later ones") {
    acquire(1, {counting("one")});
    acquire(2, {counting("one")});
    acquire(3, {counting("one")});
    CHECK(why(2)
          == "lock.held one: lock one (one unit wanted) is held, 1 of 1 units, by b/1 for 60 s; by "
             "b/1\n");
    CHECK(why(3).find("lock.wanted_before one: lock one (one unit wanted) was wanted before by b/2 "
                      "for 60 s; by b/2\n")
          != std::string::npos);
    CHECK(why(3).find("b/3") == std::string::npos);
    CHECK(why(1).empty()); // has it
    CHECK(why(4).empty()); // wants none
  }

  TEST_CASE_FIXTURE(table_stage, "a build whose step wants what the build has waits for itself") {
    acquire(1, {exclusive("one")});
    acquire(1, {exclusive("one")}, "w1", "step 2");
    CHECK(why(1).find("by this very build, b/1 (exclusively)") != std::string::npos);
  }

  TEST_CASE("accesses are read alone, in lists, and refused if they are something else") {
    CHECK(read_accesses(nullptr).value().empty());
    auto one = parse_json(R"({"$":"Access","lock":"l","mode":"exclusive"})").value();
    auto more =
        parse_json(R"([{"lock":"a","mode":"counting","count":3},[{"lock":"b","mode":"counting"}]])")
            .value();
    REQUIRE(read_accesses(one).value().size() == 1);
    CHECK(read_accesses(one).value()[0].exclusive);
    REQUIRE(read_accesses(more).value().size() == 2);
    CHECK(read_accesses(more).value()[0].count == 3);
    CHECK(read_accesses(more).value()[1].lock == "b");
    CHECK_FALSE(read_accesses(json("l")));
  }
}
