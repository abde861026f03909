#include "runtime/observation/watchdog.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::runtime;
using namespace std::chrono_literals;

TEST_SUITE("watchdog") {

  TEST_CASE("the watchdog tells once of a handler that does not return, and once when it has") {
    std::vector<std::string> told;
    watchdog dog{1s, [&](const stuck_handler& what, bool returned) {
                   told.push_back((returned ? "back: " : "stuck: ") + what.path + " "
                                  + what.handling);
                 }};
    address at{std::make_shared<port>("/a")};
    watchdog::time start{100s};
    {
      watchdog::run run{dog, at, "b::c", start};
      dog.look(start + 999ms);
      CHECK(dog.stuck().empty());
      dog.look(start + 1500ms);
      dog.look(start + 2500ms);
      REQUIRE(dog.stuck().size() == 1);
      CHECK(dog.stuck()[0].since == 2500ms);
      CHECK(told == std::vector<std::string>{"stuck: /a b::c"});
    }
    dog.look(start + 3s);
    CHECK(dog.stuck().empty());
    CHECK(told == std::vector<std::string>{"stuck: /a b::c", "back: /a b::c"});
  }

  TEST_CASE("a run within a run is the outer one's") {
    watchdog dog{1s, [](const stuck_handler&, bool) {}};
    address at{std::make_shared<port>("/a")}, other{std::make_shared<port>("/b")};
    watchdog::time start{100s};
    watchdog::run outer{dog, at, "outer", start};
    { watchdog::run inner{dog, other, "inner", start + 5s}; }
    dog.look(start + 10s);
    REQUIRE(dog.stuck().size() == 1);
    CHECK(dog.stuck()[0].handling == "outer");
  }
}
