#include "storage/json_difference.hpp"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

using namespace troupe;

namespace {

std::string between(std::string_view a, std::string_view b) {
  return fmt::format("{}",
                     fmt::join(differing_paths(parse_json(a).value(), parse_json(b).value()), " "));
}

} // namespace

TEST_SUITE("json difference") {

  TEST_CASE("a difference names what differs, as deep as the shapes agree") {
    CHECK(between(R"({"a": 1})", R"({"a": 1})").empty());
    CHECK(between(R"({"a": {"b": 1, "c": 2}})", R"({"a": {"b": 1, "c": 3}})") == "a.c");
    CHECK(between(R"({"a": 1})", R"({"b": 1})") == "a b");
    CHECK(between(R"({"a": [1, 2]})", R"({"a": [1, 3, 4]})") == "a[1] a[2]");
    CHECK(between(R"({"a": [1]})", R"({"a": {}})") == "a");
    CHECK(between("1", "2") == "(all)");
  }

  TEST_CASE("calls elements that bear names by them") {
    CHECK(between(R"([{"name": "x", "v": 1}, {"name": "y", "v": 1}])",
                  R"([{"name": "y", "v": 2}, {"name": "z", "v": 1}])")
          == "[x] [y].v [z]");
    CHECK(between(R"({"l": [{"name": "x"}, {"name": "y"}]})",
                  R"({"l": [{"name": "y"}, {"name": "x"}]})")
          == "l");
  }

  TEST_CASE("a difference stops at its bound") {
    std::string a = "[0", b = "[1";
    for (int i = 0; i < 200; ++i) {
      a += ",0";
      b += ",1";
    }
    auto found = differing_paths(parse_json(a + "]").value(), parse_json(b + "]").value());
    CHECK(found.size() == differing_paths_max + 1);
    CHECK(found.back() == "…");
  }
}
