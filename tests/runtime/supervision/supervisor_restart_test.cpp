// The guarantees of a supervisor, one test each, in the order of Erlang/OTP's documentation
// (supervisor(3); design principles, "Supervisor Behaviour"):
// when a child is restarted. The three supervisor_*test
// files are the specification.
#include <doctest/doctest.h>

#include "tests/support/nursery.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace std::chrono_literals;
using namespace troupe::testing;
using message = std::vector<std::string>;

TEST_SUITE("supervisor") {

  // -- restart policies
  // -----------------------------------------------------------------------------

  TEST_CASE("permanent: restarted after a failure") {
    nursery n;
    n.run({child("p")});
    n.failed("p", "x");
    CHECK(n.orders() == message{"restart p"});
  }

  TEST_CASE("permanent: restarted after an orderly end too") {
    nursery n;
    n.run({child("p")});
    n.ended("p");
    CHECK(n.orders() == message{"spawn p", "restart p"});
  }

  TEST_CASE("transient: restarted after a failure") {
    nursery n;
    n.run({child("t", restart_policy::transient)});
    n.ended("t", "killed");
    CHECK(n.orders() == message{"spawn t", "restart t"});
  }

  TEST_CASE("transient: not restarted after an orderly end") {
    nursery n;
    n.run({child("t", restart_policy::transient)});
    n.ended("t");
    CHECK(n.orders().empty());
    CHECK(n.names().empty());
  }

  TEST_CASE("temporary: never restarted, and forgotten") {
    nursery n;
    n.run({child("t", restart_policy::temporary)});
    n.failed("t", "x");
    n.flush();
    CHECK(n.orders() == message{"stop t"});
    CHECK(n.names().empty());
  }

  // -- intensity
  // ------------------------------------------------------------------------------------

  TEST_CASE("as many restarts as allowed within the period are made") {
    nursery n{with(restart_strategy::one_for_one, 3)};
    n.run({child("a")});
    for (int i = 0; i < 3; ++i) {
      n.failed("a", "x");
      n.advance(1s);
      n.ready("a");
    }
    CHECK(n.orders() == message{"restart a", "restart a", "restart a"});
  }

  TEST_CASE("one restart more: all children are stopped, and the parent fails with the chain of "
            "reasons") {
    nursery n{with(restart_strategy::one_for_one, 1)};
    n.run(abc);
    n.failed("a", "x");
    n.ready("a");
    n.orders();
    n.failed("a", "disk gone");
    n.flush();
    CHECK(n.orders()
          == message{"stop c", "stop b", "stop a",
                     "gave up: more than 1 restarts within 30 s <- a <- disk gone"});
  }

  TEST_CASE("restarts of all children count together") {
    nursery n{with(restart_strategy::one_for_one, 1)};
    n.run(abc);
    n.failed("a", "x");
    n.ready("a");
    n.failed("b", "y");
    n.flush();
    CHECK(n.orders().back() == "gave up: more than 1 restarts within 30 s <- b <- y");
  }

  TEST_CASE("the restart of a group counts once") {
    nursery n{with(restart_strategy::one_for_all, 2)};
    n.run(abc);
    n.failed("a", "x");
    n.flush();
    n.failed("b", "y");
    n.flush();
    n.advance(1s);
    n.flush();
    CHECK(n.counts().active == 3);
  }

  TEST_CASE("restarts longer ago than the period do not count") {
    nursery n{with(restart_strategy::one_for_one, 1, 30s)};
    n.run({child("a")});
    for (int i = 0; i < 5; ++i) {
      n.failed("a", "x");
      n.ready("a");
      n.advance(31s);
    }
    CHECK(n.orders().size() == 5);
  }

  TEST_CASE("no restarts allowed: the first failure is given up at once") {
    nursery n{with(restart_strategy::one_for_one, 0)};
    n.run({child("a")});
    n.failed("a", "x");
    n.flush();
    CHECK(n.orders().back() == "gave up: more than 0 restarts within 30 s <- a <- x");
  }

  TEST_CASE("a restart that fails is tried again, after a pause, without blocking the supervisor") {
    nursery n;
    n.run(abc);
    n.failed("a", "x");
    n.failed("a", "no port");
    CHECK(n.orders() == message{"restart a"});
    n.failed("b", "y"); // the supervisor is not held up by a
    n.advance(10s);
    auto orders = n.orders();
    CHECK(std::count(orders.begin(), orders.end(), "restart a") == 1);
    CHECK(std::count(orders.begin(), orders.end(), "restart b") == 1);
  }

  TEST_CASE("the first restart within a period comes at once, later ones after growing pauses") {
    nursery n{with(restart_strategy::one_for_one, 100, 1000s)};
    n.run({child("a")});
    n.failed("a", "x");
    CHECK(n.orders() == message{"restart a"});
    span before{0};
    for (int i = 0; i < 8; ++i) {
      n.ready("a");
      n.failed("a", "x");
      auto pause = n.until_next();
      CHECK(pause > before / 2);
      before = pause;
      n.advance(pause);
      CHECK(n.orders() == message{"restart a"});
    }
    CHECK(before > 500ms);
  }

  TEST_CASE("a group goes down at once and waits for its pause before it comes up") {
    nursery n{with(restart_strategy::one_for_all, 5)};
    n.run(abc);
    n.failed("a", "x");
    n.flush();
    n.orders();
    n.failed("a", "again");
    n.flush();
    CHECK(n.orders() == message{"reset c", "reset b"});
    n.advance(1s);
    n.flush();
    CHECK(n.orders() == message{"restart a", "restart b", "restart c"});
  }
}
