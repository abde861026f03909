// The guarantees of a supervisor, one test each, in the order of Erlang/OTP's documentation
// (supervisor(3); design principles, "Supervisor Behaviour"):
// starting, stopping, strategies. The three supervisor_*test
// files are the specification.
#include <doctest/doctest.h>

#include "tests/support/nursery.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace std::chrono_literals;
using namespace troupe::testing;
using message = std::vector<std::string>;

namespace {

/// What is ordered when b of a, b and c fails, and all do as they are told.
message after_failure_of_b(restart_strategy how) {
  nursery n{with(how)};
  n.run(abc);
  n.failed("b", "x");
  n.flush();
  return n.orders();
}

} // namespace

TEST_SUITE("supervisor") {

  // -- starting
  // -------------------------------------------------------------------------------------

  TEST_CASE("children are started from left to right, each when the one before it is ready") {
    nursery n;
    n.start_all(abc);
    CHECK(n.orders() == message{"start a"});
    n.ready("a");
    CHECK(n.orders() == message{"start b"});
    n.ready("b");
    n.ready("c");
    CHECK(n.orders() == message{"start c", "init"});
  }

  TEST_CASE(
      "a child that cannot start: those before it are stopped in reverse, and the parent fails "
      "with the reason") {
    nursery n;
    n.start_all(abc);
    n.ready("a");
    n.ready("b");
    n.orders();
    n.failed("c", "no port");
    CHECK(n.orders() == message{"stop c"});
    n.ended("c");
    n.ended("b");
    n.ended("a");
    CHECK(n.orders() == message{"stop b", "stop a", "gave up: c could not start <- no port"});
  }

  TEST_CASE("a child that is not ready within its patience has failed to start") {
    nursery n;
    n.start_all(abc);
    n.advance(30s);
    CHECK(n.orders() == message{"start a", "reset a", "stop c"});
    n.flush();
    CHECK(n.orders().back() == "gave up: a could not start <- not ready within 30 s");
  }

  TEST_CASE("a child without a start patience may take as long as it needs") {
    nursery n;
    auto slow = child("slow");
    slow.start_patience = span{0};
    n.start_all({slow});
    n.advance(24h);
    CHECK(n.orders() == message{"start slow"});
  }

  TEST_CASE("a child that ends in good order while it starts is left out, and the start goes on") {
    nursery n;
    n.start_all({child("a", restart_policy::transient), child("b")});
    n.ended("a");
    CHECK(n.orders() == message{"start a", "start b"});
  }

  // -- stopping
  // -------------------------------------------------------------------------------------

  TEST_CASE("children are stopped from right to left, each when the one after it has ended") {
    nursery n;
    n.run(abc);
    n.stop_all();
    CHECK(n.orders() == message{"stop c"});
    n.ended("c");
    CHECK(n.orders() == message{"stop b"});
    n.ended("b");
    n.ended("a");
    CHECK(n.orders() == message{"stop a", "stopped"});
  }

  TEST_CASE("a child that does not end within its patience is killed") {
    nursery n;
    n.run(abc);
    n.stop_all();
    n.advance(4s);
    CHECK(n.orders() == message{"stop c"});
    n.advance(1s);
    CHECK(n.orders() == message{"kill c"});
  }

  TEST_CASE("a child without a limit is waited for as long as it takes") {
    nursery n;
    auto patient = child("patient");
    patient.stop_patience = unlimited;
    n.run({patient});
    n.stop_all();
    n.advance(24h);
    CHECK(n.orders() == message{"stop patient"});
  }

  TEST_CASE("a child with a patience of nothing is killed without being asked") {
    nursery n;
    auto brutal = child("brutal");
    brutal.stop_patience = kill_at_once;
    n.run({brutal});
    n.stop_all();
    CHECK(n.orders() == message{"kill brutal"});
  }

  TEST_CASE("stopping while children start stops those that were reached, in reverse") {
    nursery n;
    n.start_all(abc);
    n.ready("a");
    n.orders();
    n.stop_all();
    n.flush();
    CHECK(n.orders() == message{"stop c", "stop b", "stop a", "stopped"});
  }

  TEST_CASE("a failure while all are stopped restarts nothing") {
    nursery n;
    n.run(abc);
    n.stop_all();
    n.orders();
    n.failed("a", "too late");
    n.flush();
    CHECK(n.orders() == message{"stop b", "stop a", "stopped"});
  }

  // -- restart strategies
  // ---------------------------------------------------------------------------

  TEST_CASE("one_for_one: only the child that failed is restarted") {
    CHECK(after_failure_of_b(restart_strategy::one_for_one) == message{"restart b"});
  }

  TEST_CASE("one_for_all: the others are taken down in reverse, then all come up in order") {
    CHECK(after_failure_of_b(restart_strategy::one_for_all)
          == message{"reset c", "reset a", "restart a", "restart b", "restart c"});
  }

  TEST_CASE("rest_for_one: those started after it go down and come up with it, earlier ones stay") {
    CHECK(after_failure_of_b(restart_strategy::rest_for_one)
          == message{"reset c", "restart b", "restart c"});
  }

  TEST_CASE("a group comes up one after the other, each when the one before it is ready") {
    nursery n{with(restart_strategy::one_for_all)};
    n.run(abc);
    n.failed("c", "x");
    n.reset("b");
    n.reset("a");
    CHECK(n.orders() == message{"reset b", "reset a", "restart a"});
    n.ready("a");
    CHECK(n.orders() == message{"restart b"});
  }

  TEST_CASE("a temporary child taken down with a group does not come back") {
    nursery n{with(restart_strategy::one_for_all)};
    n.run({child("a"), child("t", restart_policy::temporary), child("c")});
    n.failed("a", "x");
    n.flush();
    CHECK(n.orders() == message{"reset c", "stop t", "restart a", "restart c"});
    CHECK(n.names() == message{"a", "c"});
  }

  TEST_CASE("a transient child taken down with a group comes back") {
    nursery n{with(restart_strategy::one_for_all)};
    n.run({child("a"), child("t", restart_policy::transient)});
    n.failed("a", "x");
    n.flush();
    CHECK(n.orders() == message{"reset t", "restart a", "restart t"});
  }

  TEST_CASE("a failure during the start of a group restarts it, and counts") {
    nursery n{with(restart_strategy::one_for_all, 2)};
    n.run(abc);
    n.failed("c", "x");
    n.reset("b");
    n.reset("a");
    n.orders();
    n.failed("a", "again");
    n.advance(1s);
    CHECK(n.orders() == message{"restart a"});
    n.failed("a", "and again");
    n.flush();
    CHECK(n.orders().back() == "gave up: more than 2 restarts within 30 s <- a <- and again");
  }

  TEST_CASE("a failure elsewhere while a group is restarted is handled after it") {
    nursery n{with(restart_strategy::rest_for_one)};
    n.run(abc);
    n.failed("b", "x");
    n.failed("a", "y");
    CHECK(n.orders() == message{"reset c"});
    n.flush();
    CHECK(n.orders().front() == "restart b");
    n.advance(1s);
    n.flush();
    CHECK(n.counts().active == 3);
  }
}
