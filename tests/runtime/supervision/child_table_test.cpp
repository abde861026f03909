#include "runtime/supervision/child_table.hpp"

#include <doctest/doctest.h>

#include "tests/support/nursery.hpp"

using namespace troupe;
using namespace troupe::runtime;
using troupe::testing::child;
using texts = std::vector<std::string>;

TEST_SUITE("child table") {

  TEST_CASE("children are found by name, and by place in start order") {
    child_table table;
    auto& a = table.append(child("a"));
    table.append(child("b"));
    auto& c = table.append(child("c"));
    CHECK(table.find("a") == &a);
    CHECK(table.find("d") == nullptr);
    CHECK(table.index_of(c) == 2);
    table.erase(1);
    CHECK(table.names() == texts{"a", "c"});
    CHECK(table.find("b") == nullptr);
    CHECK(table.find("c") == &c);
    CHECK(table.index_of(c) == 1);
    CHECK(&table.back() == &c);
  }

  TEST_CASE("children are counted by what they do") {
    child_table table;
    for (auto at : {child_phase::up, child_phase::starting, child_phase::waiting, child_phase::down,
                    child_phase::resetting, child_phase::halted, child_phase::stopping})
      table.append(child(std::to_string(table.size()))).at = at;
    CHECK(table.counts() == child_counts{7, 1, 4, 1});
  }

  TEST_CASE("a significant child counts until it is told to stop") {
    child_table table;
    table.append(child("a"));
    CHECK_FALSE(table.any_significant());
    auto& b = table.append(child("b"));
    b.spec.significant = true;
    CHECK(table.any_significant());
    b.at = child_phase::stopping;
    CHECK_FALSE(table.any_significant());
  }
}
