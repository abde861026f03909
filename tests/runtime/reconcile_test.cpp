#include "runtime/reconcile.hpp"

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

TEST_CASE("keeps what is equal, at every depth") {
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
  REQUIRE(plan.of(tree_act::swap).size() == 1);
  CHECK(plan.of(tree_act::swap)[0]->spec.config == "2");
}

TEST_CASE("keeps a node whose children changed") {
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

TEST_CASE("starts what is new with all that is below it, in the order wanted") {
  CHECK(plan_of({node("b")}, {node("a", "k", "1", {node("x")}), node("b"), node("c")})
        == "start /a, start /c");
}

TEST_CASE("stops what is gone as a whole, in reverse order") {
  CHECK(plan_of({node("a"), node("b", "k", "1", {node("x")}), node("c")},
                {node("b", "k", "1", {node("x")})})
        == "stop /c, stop /a");
  CHECK(plan_of({node("b", "k", "1", {node("x")})}, {}) == "stop /b");
}

TEST_CASE("stops and starts a node of another kind under the same name") {
  CHECK(plan_of({node("a", "k", "1", {node("x")})}, {node("a", "other", "1", {node("x")})})
        == "stop /a, start /a");
}

TEST_CASE("stops first, then swaps, then starts") {
  CHECK(plan_of({node("gone"), node("kept", "k", "1", {node("old"), node("changed")})},
                {node("new"), node("kept", "k", "1", {node("changed", "k", "2"), node("fresh")})})
        == "stop /gone, stop /kept/old, swap /kept/changed, start /new, start /kept/fresh");
}

TEST_CASE("takes an order that differs for equal") {
  CHECK(plan_of({node("a"), node("b")}, {node("b"), node("a")}).empty());
}

TEST_CASE("names paths below a node other than the root") {
  CHECK(told(reconcile("/botmaster/builders", {}, {node("linux")}))
        == "start /botmaster/builders/linux");
}

}
