#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "actors/config/lua/function_runner.hpp"
#include "actors/config/rendering/filter.hpp"
#include "actors/config/rendering/regex.hpp"
#include "actors/schedulers/change_scheduler.hpp"
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
  /// "yes" if a filter with these arguments takes the change, else why not.
  std::string takes(std::string_view arguments) {
    auto loaded = load(std::string{small_master}
                       + "c.schedulers = { schedulers.AnyBranchScheduler{ name = 'all', "
                         "builderNames = { 'b1' }, change_filter = util.ChangeFilter{ "
                       + std::string{arguments} + " } } }");
    if (!loaded.errors.empty())
      return to_string(loaded.errors);
    const auto& scheduler = loaded.configuration.schedulers[0];
    const auto filter = *settings_of<schedulers::change_scheduler_config>(
                             scheduler, component_of(scheduler, component_use::scheduler))
                             .change_filter;
    auto broken = first_broken(filter, change, functions);
    if (!broken)
      return broken.error().message;
    return broken->rule == filter_rule::none ? "yes" : words_of(*broken, filter, change);
  }
};

} // namespace

TEST_SUITE("change filter") {

  TEST_CASE_FIXTURE(filtering, "all conditions must hold") {
    const std::pair<const char*, const char*> table[]{
        {"", "yes"},
        {"branch = 'feature/x'", "yes"},
        {"branch = 'feature'", "branch 'feature/x' is not 'feature'"},
        {"branch = { 'main', 'feature/x' }", "yes"},
        {"branch = util.null", "branch 'feature/x' is not nothing"},
        {"branch_not_eq = 'main'", "yes"},
        {"branch_not_eq = { 'main', 'feature/x' }", "branch 'feature/x' is excluded"},
        {"branch_re = 'feature/'", "yes"},
        {"branch_re = 'x'", "branch 'feature/x' does not match 'x'"},
        {"branch_re = { 'x', 'fea' }", "yes"},
        {"branch_not_re = 'feature/'", "branch 'feature/x' matches what is excluded, 'feature/'"},
        {"branch_not_re = 'x'", "yes"},
        {"branch_fn = function(b) return b == 'feature/x' end", "yes"},
        {"branch_fn = function(b) return nil end", "branch_fn says no to branch 'feature/x'"},
        {"project = 'p', branch_re = 'f'", "yes"},
        {"project = 'q', branch_re = 'f'", "project 'p' is not 'q'"},
        {"category = util.null", "yes"},
        {"category_re = '.*'", "category nothing does not match '.*'"},
        {"category_not_re = '.*'", "yes"},
        {"codebase = '', repository = ''", "yes"},
        {"property_eq = { kind = 'new' }", "yes"},
        {"property_eq = { kind = { 'old', 'new' } }", "yes"},
        {"property_eq = { kind = { 'old', 'odd' } }",
         "property kind 'new' is none of 'old', 'odd'"},
        {"property_eq = { gone = '' }", "yes"},
        {"property_not_eq = { kind = 'new' }", "property kind 'new' is excluded"},
        {"property_re = { kind = 'n' }", "yes"},
        {"property_not_re = { kind = 'n' }", "property kind 'new' matches what is excluded, 'n'"},
        {"filter_fn = function(c) return c.files[1] == 'a.c' and c.properties.kind == 'new' end",
         "yes"},
        {"filter_fn = function(c) return c.author ~= 'ada' end", "filter_fn says no"},
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
    CHECK(takes("branch = 'main'") == "branch nothing is not 'main'");
    CHECK(takes("branch_re = '.*'") == "branch nothing does not match '.*'");
    CHECK(takes("branch_not_re = '.*'") == "yes");
  }

  TEST_CASE("regular expressions begin where the text does, and give up in the end") {
    CHECK(regex::compile("a+b").value().matches_start("aabx").value());
    CHECK_FALSE(regex::compile("b").value().matches_start("ab").value());
    CHECK(regex::compile("\\w+ü").value().matches_start("xyü").value());
    CHECK(regex::compile("(?=x").error().message
          == "not a regular expression, at character 5: missing closing parenthesis");
    auto slow = regex::compile("(a+)+$").value().matches_start(std::string(40, 'a') + "b");
    REQUIRE_FALSE(slow);
    CHECK(slow.error().code == errc::refused);
  }
}

} // namespace troupe::test
