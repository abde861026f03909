#include "runtime/service/reconcile.hpp"

#include "runtime/service/kind.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::runtime;

namespace {

child_spec node(std::string name, std::string kind = "k", std::string config = "1",
                std::vector<child_spec> children = {}) {
  child_spec made;
  made.name = std::move(name);
  made.kind = std::move(kind);
  made.config = std::move(config);
  made.children = std::move(children);
  return made;
}

/// "stop /a, swap /b": the plan for people.
std::string told(const tree_plan& plan) {
  std::string out;
  for (const auto& one : plan.changes)
    out += (out.empty() ? "" : ", ")
           + std::string{names_of(one.act)[static_cast<std::size_t>(one.act)]} + " " + one.path;
  return out;
}

std::string plan_of(const std::vector<child_spec>& running, const std::vector<child_spec>& wanted) {
  return told(reconcile("/", running, wanted));
}

} // namespace

TEST_SUITE("reconcile") {

  TEST_CASE("reconcile keeps what is equal, at every depth") {
    std::vector tree{node("a"), node("b", "k", "1", {node("c"), node("d")})};
    auto plan = reconcile("/", tree, tree);
    CHECK(plan.changes.empty());
    CHECK(plan.kept == 4);
  }

  TEST_CASE("swaps a node whose configuration changed and keeps its children") {
    auto plan =
        reconcile("/", {node("a", "k", "1", {node("b")})}, {node("a", "k", "2", {node("b")})});
    CHECK(told(plan) == "swap /a");
    CHECK(plan.kept == 1);
    REQUIRE(plan.changes.size() == 1);
    CHECK(plan.changes[0].spec.config == "2");
    CHECK(plan.changes[0].former.config == "1");
  }

  TEST_CASE("reconcile keeps a node whose children changed") {
    auto plan = reconcile("/", {node("a", "k", "1", {node("b")})},
                          {node("a", "k", "1", {node("b", "k", "2"), node("c")})});
    CHECK(told(plan) == "swap /a/b, start /a/c");
    CHECK(plan.kept == 1);
  }

  TEST_CASE("swaps a node of which only the supervision changed") {
    auto patient = node("a");
    patient.stop_patience = std::chrono::seconds{99};
    CHECK(plan_of({node("a")}, {patient}) == "swap /a");
    auto often = node("a");
    often.children_policy.restarts_max = 99;
    CHECK(plan_of({node("a")}, {often}) == "swap /a");
  }

  TEST_CASE("reconcile starts what is new with all that is below it, in the order wanted") {
    CHECK(plan_of({node("b")}, {node("a", "k", "1", {node("x")}), node("b"), node("c")})
          == "start /a, start /c");
  }

  TEST_CASE("reconcile stops what is gone as a whole, in reverse order") {
    CHECK(plan_of({node("a"), node("b", "k", "1", {node("x")}), node("c")},
                  {node("b", "k", "1", {node("x")})})
          == "stop /c, stop /a");
    CHECK(plan_of({node("b", "k", "1", {node("x")})}, {}) == "stop /b");
  }

  TEST_CASE("reconcile stops and starts a node of another kind under the same name") {
    CHECK(plan_of({node("a", "k", "1", {node("x")})}, {node("a", "other", "1", {node("x")})})
          == "stop /a, start /a");
  }

  TEST_CASE("reconcile stops first, then swaps, then starts") {
    CHECK(plan_of({node("gone"), node("kept", "k", "1", {node("old"), node("changed")})},
                  {node("new"), node("kept", "k", "1", {node("changed", "k", "2"), node("fresh")})})
          == "stop /gone, stop /kept/old, swap /kept/changed, start /new, start /kept/fresh");
  }

  TEST_CASE("reconcile takes an order that differs for equal") {
    CHECK(plan_of({node("a"), node("b")}, {node("b"), node("a")}).empty());
  }

  TEST_CASE("reconcile tells a node whose kind takes a configuration in place") {
    plan_rules rules;
    rules.in_place = [](const kind_registry&, std::string_view kind) { return kind == "patient"; };
    kind_registry none;
    rules.kinds = &none;
    CHECK(told(reconcile("/", {node("a", "patient"), node("b")},
                         {node("a", "patient", "2"), node("b", "k", "2")}, rules))
          == "tell /a, swap /b");
  }

  TEST_CASE("retires what is not to be stopped, once") {
    plan_rules rules;
    rules.retired = [](const child_spec& running) -> std::optional<child_spec> {
      if (running.kind != "patient")
        return std::nullopt;
      auto leaving = running;
      leaving.config = "leaving";
      return leaving;
    };
    CHECK(told(reconcile("/", {node("a", "patient"), node("b")}, {}, rules))
          == "stop /b, retire /a");
    CHECK(told(reconcile("/", {node("a", "patient", "leaving")}, {}, rules)).empty());
  }

  TEST_CASE(
      "reconcile starts siblings behind those they come after, otherwise as they are listed") {
    auto names = [](const std::vector<child_spec>& siblings) {
      std::string out;
      for (const auto& one : siblings)
        out += one.name;
      return out;
    };
    auto behind = [](std::string name, std::vector<std::string> others) {
      auto made = node(std::move(name));
      made.after = std::move(others);
      return made;
    };
    CHECK(names(in_start_order({node("a"), behind("b", {"d"}), node("c"), node("d")}).value())
          == "adbc");
    CHECK(names(in_start_order({behind("a", {"c"}), behind("b", {"a"}), node("c")}).value())
          == "cab");
    CHECK(in_start_order({behind("a", {"b"}), behind("b", {"a"})}).error().message
          == "no start order: a <- b <- a");
    CHECK(in_start_order({behind("a", {"x"})}).error().message
          == "no start order: a <- x, which is not there");
  }

  TEST_CASE("reconcile names paths below a node other than the root") {
    CHECK(told(reconcile("/botmaster/builders", {}, {node("linux")}))
          == "start /botmaster/builders/linux");
  }
}
