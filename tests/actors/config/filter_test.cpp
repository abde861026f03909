#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "actors/config/filter.hpp"
#include "actors/config/regex.hpp"
#include "tests/actors/config/config_stage.hpp"

namespace troupe::test {

using namespace model;

namespace {

struct filtering : config_stage {
  function_runner functions;
  records::change change;

  filtering() {
    change.author = "ada";
    change.branch = "feature/x";
    change.project = "p";
    change.files = {"b.c", "a.c"};
    change.properties["kind"] = {json("new"), "Change"};
  }
  /// Whether a filter with these arguments takes the change; words when it cannot tell.
  std::string takes(std::string_view arguments) {
    auto loaded = load(std::string{small_master}
                       + "c.schedulers = { schedulers.AnyBranchScheduler{ name = 'all', "
                         "builderNames = { 'b1' }, change_filter = util.ChangeFilter{ "
                       + std::string{arguments} + " } } }");
    if (!loaded.errors.empty())
      return to_string(loaded.errors);
    auto out = matches(*loaded.configuration.schedulers[0].filter, change, functions);
    return !out ? out.error().words : *out ? "yes" : "no";
  }
};

} // namespace

TEST_SUITE("change filter") {

TEST_CASE_FIXTURE(filtering, "all conditions must hold") {
  const std::pair<const char*, const char*> table[]{
    {"", "yes"},
    {"branch = 'feature/x'", "yes"},
    {"branch = 'feature'", "no"},
    {"branch = { 'main', 'feature/x' }", "yes"},
    {"branch = util.null", "no"},
    {"branch_not_eq = 'main'", "yes"},
    {"branch_not_eq = { 'main', 'feature/x' }", "no"},
    {"branch_re = 'feature/'", "yes"},
    {"branch_re = 'x'", "no"},
    {"branch_re = { 'x', 'fea' }", "yes"},
    {"branch_not_re = 'feature/'", "no"},
    {"branch_not_re = 'x'", "yes"},
    {"branch_fn = function(b) return b == 'feature/x' end", "yes"},
    {"branch_fn = function(b) return nil end", "no"},
    {"project = 'p', branch_re = 'f'", "yes"},
    {"project = 'q', branch_re = 'f'", "no"},
    {"category = util.null", "yes"},
    {"category_re = '.*'", "no"},
    {"category_not_re = '.*'", "yes"},
    {"codebase = '', repository = ''", "yes"},
    {"property_eq = { kind = 'new' }", "yes"},
    {"property_eq = { kind = { 'old', 'new' } }", "yes"},
    {"property_eq = { kind = 'old' }", "no"},
    {"property_eq = { gone = '' }", "yes"},
    {"property_not_eq = { kind = 'new' }", "no"},
    {"property_re = { kind = 'n' }", "yes"},
    {"property_not_re = { kind = 'n' }", "no"},
    {"filter_fn = function(c) return c.files[1] == 'a.c' and c.properties.kind == 'new' end",
     "yes"},
    {"filter_fn = function(c) return c.author ~= 'ada' end", "no"},
    {"filter_fn = function(c) return c.x.y end",
     "master.lua:6: attempt to index a nil value (field 'x')"},
  };
  for (const auto& [arguments, expected] : table) {
    const auto& shown = arguments; // Clang\'s lambdas take no structured bindings
    CHECK_MESSAGE(takes(arguments) == expected, shown);
  }
}

TEST_CASE_FIXTURE(filtering, "null is the default branch") {
  change.branch.reset();
  CHECK(takes("branch = util.null") == "yes");
  CHECK(takes("branch = { util.null, 'main' }") == "yes");
  CHECK(takes("branch = 'main'") == "no");
  CHECK(takes("branch_re = '.*'") == "no");
  CHECK(takes("branch_not_re = '.*'") == "yes");
}

TEST_CASE("regular expressions begin where the text does, and give up in the end") {
  CHECK(regex::compile("a+b").value().matches_start("aabx").value());
  CHECK_FALSE(regex::compile("b").value().matches_start("ab").value());
  CHECK(regex::compile("\\w+ü").value().matches_start("xyü").value());
  CHECK(regex::compile("(?=x").error().words
        == "not a regular expression, at character 5: missing closing parenthesis");
  auto slow = regex::compile("(a+)+$").value().matches_start(std::string(40, 'a') + "b");
  REQUIRE_FALSE(slow);
  CHECK(slow.error().code == errc::refused);
}

}

} // namespace troupe::test
