// The guarantees of a supervisor, one test each, in the order of Erlang/OTP's documentation
// (supervisor(3); design principles, "Supervisor Behaviour"):
// significant children, children at run time. The three supervisor_*test
// files are the specification.
#include <doctest/doctest.h>

#include "tests/support/nursery.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace std::chrono_literals;
using namespace troupe::testing;
using message = std::vector<std::string>;

namespace {

child_spec significant(std::string name, restart_policy restart = restart_policy::transient) {
  auto spec = child(std::move(name), restart);
  spec.significant = true;
  return spec;
}

} // namespace

TEST_SUITE("supervisor") {

  // -- significant children and automatic shutdown
  // --------------------------------------------------

  TEST_CASE("auto_shutdown never: no end of a child ends the parent") {
    nursery n;
    n.run({child("t", restart_policy::transient)});
    n.ended("t");
    CHECK(n.orders().empty());
  }

  TEST_CASE("auto_shutdown any_significant: the first orderly end shuts the parent down") {
    nursery n{{.auto_shutdown = shutdown_rule::any_significant}};
    n.run({significant("s"), significant("t"), child("p")});
    n.ended("s");
    CHECK(n.orders() == message{"shut down: significant child 's' has ended"});
  }

  TEST_CASE("auto_shutdown all_significant: the last orderly end shuts the parent down") {
    nursery n{{.auto_shutdown = shutdown_rule::all_significant}};
    n.run({significant("s"), significant("t"), child("p")});
    n.ended("s");
    CHECK(n.orders().empty());
    n.ended("t");
    CHECK(n.orders() == message{"shut down: significant child 't' has ended"});
  }

  TEST_CASE("a significant transient child that fails is restarted and shuts nothing down") {
    nursery n{{.auto_shutdown = shutdown_rule::any_significant}};
    n.run({significant("s")});
    n.failed("s", "x");
    CHECK(n.orders() == message{"restart s"});
  }

  TEST_CASE("a significant temporary child that fails shuts the parent down") {
    nursery n{{.auto_shutdown = shutdown_rule::any_significant}};
    n.run({significant("s", restart_policy::temporary)});
    n.failed("s", "x");
    CHECK(n.orders() == message{"stop s", "shut down: significant child 's' has ended"});
  }

  TEST_CASE("a significant child stopped by command shuts nothing down") {
    nursery n{{.auto_shutdown = shutdown_rule::any_significant}};
    n.run({significant("s"), child("p")});
    n.terminate("s");
    n.ended("s");
    CHECK(n.orders() == message{"stop s"});
  }

  TEST_CASE("a permanent child cannot be significant") {
    nursery n{{.auto_shutdown = shutdown_rule::any_significant}};
    n.run({});
    CHECK(n.add(significant("s", restart_policy::permanent))
          == "'s' is permanent: it cannot be significant");
  }

  TEST_CASE("a significant child needs a parent with auto_shutdown") {
    nursery n;
    n.run({});
    CHECK(n.add(significant("s")) == "'s' is significant, and its parent has no auto_shutdown");
  }

  // -- children at run time
  // -------------------------------------------------------------------------

  TEST_CASE("a child added at run time is started at once, after the others, and supervised") {
    nursery n;
    n.run(abc);
    CHECK(n.add(child("d")).empty());
    CHECK(n.orders() == message{"spawn d", "start d"});
    n.ready("d");
    n.failed("d", "x");
    CHECK(n.orders() == message{"restart d"});
    n.stop_all();
    CHECK(n.orders() == message{"stop d"});
  }

  TEST_CASE("a child added while others start waits for its turn") {
    nursery n;
    n.start_all(abc);
    n.add(child("d"));
    n.flush();
    CHECK(n.orders() == message{"start a", "spawn d", "start b", "start c", "start d", "init"});
  }

  TEST_CASE("a name is taken once") {
    nursery n;
    n.run(abc);
    CHECK(n.add(child("a")) == "'a' is there already");
  }

  TEST_CASE("an added child that cannot start is retried and does not take its siblings along") {
    nursery n;
    n.run(abc);
    n.add(child("d"));
    n.orders();
    n.failed("d", "no port");
    CHECK(n.orders() == message{"restart d"});
    CHECK(n.counts().active == 3);
  }

  TEST_CASE("a terminated child is stopped and keeps its specification") {
    nursery n;
    n.run(abc);
    CHECK(n.terminate("b").empty());
    n.ended("b");
    CHECK(n.orders() == message{"stop b"});
    CHECK(n.names() == message{"a", "b", "c"});
    CHECK(n.counts().halted == 1);
  }

  TEST_CASE("a terminated temporary child is forgotten") {
    nursery n;
    n.run({child("t", restart_policy::temporary)});
    n.terminate("t");
    n.ended("t");
    CHECK(n.names().empty());
  }

  TEST_CASE("a terminated child can be restarted, in its old place") {
    nursery n;
    n.run(abc);
    n.terminate("b");
    n.ended("b");
    n.orders();
    CHECK(n.restart_child("b").empty());
    CHECK(n.orders() == message{"spawn b", "start b"});
    CHECK(n.names() == message{"a", "b", "c"});
  }

  TEST_CASE("a running child is not restarted by command of that name") {
    nursery n;
    n.run(abc);
    CHECK(n.restart_child("b") == "'b' is not terminated");
    CHECK(n.restart_child("x") == "there is no 'x'");
  }

  TEST_CASE("only a terminated child's specification can be deleted") {
    nursery n;
    n.run(abc);
    CHECK(n.forget("b") == "'b' is running");
    n.terminate("b");
    n.ended("b");
    CHECK(n.forget("b").empty());
    CHECK(n.names() == message{"a", "c"});
    CHECK(n.forget("b") == "there is no 'b'");
  }

  TEST_CASE("a terminated child takes no part in the restart of a group, nor in the stop") {
    nursery n{with(restart_strategy::one_for_all)};
    n.run(abc);
    n.terminate("b");
    n.ended("b");
    n.orders();
    n.failed("a", "x");
    n.flush();
    CHECK(n.orders() == message{"reset c", "restart a", "restart c"});
    n.stop_all();
    n.flush();
    CHECK(n.orders() == message{"stop c", "stop a", "stopped"});
  }

  TEST_CASE("a removed child is stopped and forgotten") {
    nursery n;
    n.run(abc);
    n.remove("b");
    n.ended("b");
    CHECK(n.orders() == message{"stop b"});
    CHECK(n.names() == message{"a", "c"});
    CHECK(n.remove("b") == "there is no 'b'");
  }

  TEST_CASE("a child added under the name of one that is being stopped waits until that is gone") {
    nursery n;
    n.run(abc);
    n.remove("b");
    CHECK(n.add(child("b")).empty());
    CHECK(n.orders() == message{"stop b"});
    n.ended("b");
    CHECK(n.orders() == message{"spawn b", "start b"});
    CHECK(n.names() == message{"a", "c", "b"});
  }

  TEST_CASE("a child removed while all start lets the start go on") {
    nursery n;
    n.start_all(abc);
    n.remove("a");
    n.ended("a");
    n.flush();
    CHECK(n.orders() == message{"start a", "stop a", "start b", "start c", "init"});
  }

  TEST_CASE("nothing is added to a parent that is stopping") {
    nursery n;
    n.run(abc);
    n.stop_all();
    CHECK(n.add(child("d")) == "its parent is stopping");
  }

  // -- counts and listings
  // --------------------------------------------------------------------------

  TEST_CASE("children are listed in start order") {
    nursery n;
    n.run(abc);
    n.add(child("0"));
    CHECK(n.names() == message{"a", "b", "c", "0"});
  }

  TEST_CASE("counts tell specified, active, starting and terminated children") {
    nursery n;
    n.run(abc);
    n.add(child("d"));
    n.terminate("a");
    n.ended("a");
    CHECK(n.counts() == child_counts{4, 2, 1, 1});
  }

  TEST_CASE("the specification of a child can be looked at, and is the one last taken over") {
    nursery n;
    n.run(abc);
    auto changed = child("b");
    changed.stop_patience = 77s;
    n.respecify(changed);
    REQUIRE(n.find("b"));
    CHECK(n.find("b")->stop_patience == 77s);
    CHECK_FALSE(n.find("x"));
  }

  TEST_CASE("ten thousand children are started and stopped in order") {
    std::vector<child_spec> many;
    for (int i = 0; i < 10'000; ++i)
      many.push_back(child(std::to_string(i)));
    nursery n;
    n.run(many);
    CHECK(n.counts().active == 10'000);
    n.stop_all();
    n.flush();
    CHECK(n.orders().back() == "stopped");
  }
}
