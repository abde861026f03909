#include "runtime/replay/stop_conditions.hpp"

#include <map>

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::runtime;

namespace {

/// States that the test sets.
struct shown_states final : visible_states {
  std::vector<std::string> paths() const override {
    std::vector<std::string> found;
    for (const auto& [path, state] : all)
      found.push_back(path);
    return found;
  }
  std::optional<json> state_of(const std::string& path) const override {
    auto i = all.find(path);
    return i == all.end() ? std::nullopt : std::optional{i->second};
  }
  std::map<std::string, json> all;
};

json no_fields() {
  return nullptr;
}

} // namespace

TEST_SUITE("stop conditions") {

  TEST_CASE("breakpoints are numbered, hit and removed") {
    stop_conditions stops;
    CHECK(stops.add({.path = "/a"}).number == 1);
    CHECK(stops.add({.path = "/b", .type = "add"}).number == 2);
    CHECK(stops.reached("/b", "add", no_fields) == 2);
    CHECK_FALSE(stops.reached("/b", "init", no_fields));
    CHECK(stops.all()[1].hits == 1);
    CHECK(stops.remove(2));
    CHECK_FALSE(stops.remove(2));
    CHECK_FALSE(stops.reached("/b", "add", no_fields));
    CHECK(stops.add({.path = "/c"}).number == 3);
  }

  TEST_CASE("the fields of a message are read once, and only if a breakpoint asks for them") {
    stop_conditions stops;
    int asked = 0;
    auto fields = [&]() -> json {
      ++asked;
      return {{"amount", 7}};
    };
    stops.add({.path = "/b"});
    CHECK_FALSE(stops.reached("/a", "add", fields));
    CHECK(asked == 0);
    stops.add({.path = "/a", .field = "amount", .value = 6});
    stops.add({.path = "/a", .field = "amount", .value = 7});
    CHECK(stops.reached("/a", "add", fields) == 3);
    CHECK(asked == 1);
  }

  TEST_CASE("a watch tells what has changed since it looked") {
    stop_conditions stops;
    shown_states states;
    states.all = {{"/a", {{"sum", 1}}}, {"/b", {{"sum", 1}}}};
    stops.add({.watch = true, .path = "/a", .field = "sum"});
    stops.watch_from(states);
    CHECK_FALSE(stops.changed("/a", states));
    states.all = {{"/a", {{"sum", 2}}}, {"/b", {{"sum", 2}}}};
    CHECK_FALSE(stops.changed("/b", states));
    auto found = stops.changed("/a", states);
    REQUIRE(found);
    CHECK(found->number == 1);
    CHECK(found->before == json(1));
    CHECK(found->after == json(2));
    CHECK_FALSE(stops.changed("/a", states));
    states.all.erase("/a");
    CHECK_FALSE(stops.changed("/a", states));
  }
}
