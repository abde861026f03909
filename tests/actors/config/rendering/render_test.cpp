#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "actors/config/lua/function_runner.hpp"
#include "actors/config/rendering/interpolate.hpp"
#include "actors/config/rendering/render.hpp"
#include "tests/actors/config/config_stage.hpp"

namespace troupe::test {

using namespace model;

namespace {

// A build with properties, one source with codebase "", one called "lib" with a patch, and a
// worker.
struct rendering : config_stage {
  function_runner functions;
  std::map<std::string, json> properties;
  std::vector<render_source> sources;
  std::map<std::string, json> worker;
  bool has_worker = true;

  rendering() {
    properties = {{"x", json("1")},
                  {"y", json("")},
                  {"n", json(5)},
                  {"f", json(2.5)},
                  {"zero", json(0)},
                  {"none", json(nullptr)},
                  {"yes", json(true)},
                  {"list", json(boost::json::array{"a", 1})},
                  {"evil", json{{"$", "Property"}, {"name", "x"}}}};
    sources.resize(2);
    sources[0].stamp.branch = "main";
    sources[0].stamp.repository = "r";
    sources[1].stamp.codebase = "lib";
    sources[1].stamp.revision = "abc";
    sources[1].patch = records::patch{.body = "diff", .level = 1, .subdir = "s"};
    worker = {{"admin", json("ada")}, {"numcpus", json(8)}};
  }

  std::string of(const json& value) {
    auto out = render(value, {properties, sources, has_worker ? &worker : nullptr, functions});
    return out ? print(*out) : "error: " + out.error().message;
  }
  /// The rendered value of a Lua expression.
  std::string lua(std::string_view expression) { return of(value_of(expression)); }
  /// The text that a keyed format gives.
  std::string text(std::string_view format) {
    auto out = of(json{{"$", "Interpolate"},
                       {"fmt", boost::json::string_view{format.data(), format.size()}}});
    auto parsed = parse_json(out);
    return parsed && parsed->is_string() ? std::string{parsed->get_string().c_str()} : out;
  }
};

} // namespace

TEST_SUITE("rendering") {

  TEST_CASE_FIXTURE(rendering, "Interpolate: the examples of the manual") {
    const std::pair<const char*, const char*> table[]{
        {"%(prop:x)s", "1"},
        {"%(prop:z)s", ""},
        {"%(prop:y:-d)s", ""},
        {"%(prop:y:~d)s", "d"},
        {"%(prop:x:+on)s", "on"},
        {"%(prop:z:?|yes|no)s", "no"},
        {"%(prop:y:?|yes|no)s", "yes"},
        {"%(prop:y:#?|yes|no)s", "no"},
        {"%(src::branch:-main)s", "main"},
        {"%(prop:z:-%(prop:x)s)s", "1"},
    };
    for (const auto& [format, expected] : table) {
      const auto& shown = format; // Clang\'s lambdas take no structured bindings
      CHECK_MESSAGE(text(format) == expected, shown);
    }
  }

  TEST_CASE_FIXTURE(rendering, "Interpolate: selectors, modifiers, nesting, conversions") {
    const std::pair<const char*, const char*> table[]{
        {"100%% of %(prop:n)d, %(prop:n)03d, %(prop:n)-3d|", "100% of 5, 005, 5  |"},
        {"%(prop:f)s %(prop:f).2f %(prop:f)d %(prop:n)x %(prop:n)5s|", "2.5 2.50 2 5     5|"},
        {"%(prop:yes)s %(prop:list)s %(prop:none)s.", "True ['a', 1] ."},
        {"%(prop:z:+on)s|%(prop:none:~d)s|%(prop:none:-d)s|%(prop:zero:~d)s", "|d||d"},
        {"%(prop:x:~d)s %(prop:zero:#?|T|F)s %(prop:n:#?:T:F)s", "1 F T"},
        {"%(prop:x:?||F)s%(prop:z:?|T|)s", ""},
        {"%(prop:x:?|%(prop:n:?|in|out)s|F)s", "in"},
        {"%(prop:z:-%(prop:y:~%(prop:n)s)s)s", "5"},
        {"%(prop:z:-a:b)s", "a:b"},
        {"%(src::repository)s %(src:lib:revision)s %(src:lib:branch)s.", "r abc ."},
        {"%(src:lib:patch_body)s %(src:lib:patch_level)s %(src::patch_body)s.", "diff 1 ."},
        {"%(src:gone:branch:-none)s %(src:lib:branch:-none)s.", "none ."},
        {"%(worker:admin)s %(worker:numcpus)d %(worker:gone:-?)s", "ada 8 ?"},
    };
    for (const auto& [format, expected] : table) {
      const auto& shown = format; // Clang\'s lambdas take no structured bindings
      CHECK_MESSAGE(text(format) == expected, shown);
    }
    CHECK(text("%(secret:x)s") == "error: secret 'x': secrets are not configured");
    CHECK(text("%(prop:x)d") == "error: %d needs a number, found '1'");
    has_worker = false;
    CHECK(text("%(worker:admin)s") == "error: 'worker:admin' is used before a worker is chosen");
  }

  TEST_CASE("Interpolate: what is wrong with a format is known before it is rendered") {
    const std::pair<const char*, const char*> table[]{
        {"%(x)s", "'x' needs a selector, as in '%(prop:x)s'"},
        {"%(porp:x)s", "unknown selector 'porp': did you mean 'prop'?"},
        {"%(prop:a b)s", "'a b' is not a key of prop: letters, digits, '_', '.' and '-' are"},
        {"%(src:branch)s",
         "src needs a codebase and an attribute, as in 'src::branch', found 'src:branch'"},
        {"%(src::brunch)s", "unknown attribute of src 'brunch': did you mean 'branch'?"},
        {"%(prop:x:!y)s", "unknown modifier ':!y'"},
        {"%(prop:x:?|a)s", "a conditional needs a second '|'"},
        {"%(prop:x:?(a(b)s", "'%(' needs a ')'"},
        {"%(prop:x:?)s", "a conditional needs a delimiter after the '?'"},
        {"%(prop:x:-%(foo:y)s)s",
         "unknown selector 'foo': known are prop, src, worker, secret, kw"},
        {"%(prop:x", "'%(' needs a ')'"},
        {"%(prop:x)", "a conversion is not complete"},
        {"%(prop:x)q", "unknown conversion 'q'"},
        {"50% of", "'%' needs '(' or '%' after it"},
        {"%(prop:x)2000s", "a width above 1000"},
    };
    for (const auto& [format, message] : table) {
      const auto& shown = format;
      auto parsed = parse_interpolation(format);
      REQUIRE_MESSAGE(!parsed, shown);
      CHECK(parsed.error().message == message);
    }
    std::string deep = "x";
    for (int i = 0; i < 30; ++i)
      deep = "%(prop:z:-" + deep + ")s";
    CHECK(parse_interpolation(deep).error().message == "nested too deeply");
  }

  TEST_CASE_FIXTURE(rendering, "Interpolate: positional and with keywords") {
    CHECK(lua("util.Interpolate('a %s b %d %%', util.Property('x'), 7)") == R"("a 1 b 7 %")");
    CHECK(lua("util.Interpolate('%s', 1, 2)")
          == "error: more arguments than the format has places for");
    CHECK(lua("util.Interpolate('%s %s', 1)") == "error: not enough arguments for the format");
    CHECK(lua("util.Interpolate{ '%(kw:a)s %(kw:b:-d)s %(kw:z:-d)s', a = util.Property('x'), b = "
              "'' }")
          == R"("1  d")");
    CHECK(lua("util.Interpolate{ '%(prop:z:-%(kw:a)s)s', a = 'in' }") == R"("in")");
    CHECK(
        errors_with("c.properties = { x = util.Interpolate{ '%s', 1, a = 2 } }")
        == "master.lua:6: c.properties.x: Interpolate: positional and named arguments exclude each "
           "other");
  }

  TEST_CASE_FIXTURE(rendering, "Property: defaults") {
    const std::pair<const char*, const char*> table[]{
        {"util.Property('x')", R"("1")"},
        {"util.Property('z')", "null"},
        {"util.Property('z', 'd')", R"("d")"},
        {"util.Property('y', 'd')", R"("d")"},
        {"util.Property{ 'y', default = 'd', defaultWhenFalse = false }", R"("")"},
        {"util.Property{ 'z', default = 'd', defaultWhenFalse = false }", R"("d")"},
        {"util.Property('zero', util.Property('n'))", "5"},
        {"util.Property('list')", R"(["a",1])"},
        {"util.Property('evil')", R"({"$":"Property","name":"x"})"},
        {"{ a = { util.Property('x') }, [util.Property('n')] = 2 }", R"({"a":["1"],"5":2})"},
    };
    for (const auto& [expression, expected] : table) {
      const auto& shown = expression; // Clang\'s lambdas take no structured bindings
      CHECK_MESSAGE(parse_json(lua(expression)).value() == parse_json(expected).value(), shown);
    }
    CHECK(lua("util.Secret('s')") == "error: secret 's': secrets are not configured");
  }

  TEST_CASE_FIXTURE(rendering, "operators compute on rendered operands") {
    const std::pair<const char*, const char*> table[]{
        {"util.Property('n') + 1", "6"},
        {"10 - util.Property('n')", "5"},
        {"util.Property('n') * util.Property('f')", "1.25E1"},
        {"util.Property('n') / 2", "2.5E0"},
        {"util.Property('n') // 2", "2"},
        {"-1 * util.Property('n') // 2", "-3"},
        {"util.Property('n') % 3", "2"},
        {"util.Interpolate('a') + 'b'", R"("ab")"},
        {"util.Interpolate('%%s!') % 'x'", R"("x!")"},
        {"util.Property('list') + { 2 }", R"(["a",1,2])"},
        {"util.Property('x'):eq('1')", "true"},
        {"util.Property('n'):ne(5)", "false"},
        {"util.Property('n'):lt(6)", "true"},
        {"util.Property('n'):ge(5.5)", "false"},
        {"util.Property('x'):in_{ '1', '2' }", "true"},
        {"util.FlattenList{ { 'a', { 'b' } }, util.Property('list'), 'c' }",
         R"(["a","b","a",1,"c"])"},
        {"util.FlattenList{ { 'a' } } + { 'b' }", R"(["a","b"])"},
    };
    for (const auto& [expression, expected] : table) {
      const auto& shown = expression; // Clang\'s lambdas take no structured bindings
      CHECK_MESSAGE(lua(expression) == expected, shown);
    }
    CHECK(lua("util.Property('x') + 1") == "error: '+' does not work on '1' and 1");
    CHECK(lua("util.Property('n') // 0") == "error: '//' by zero");
  }

  TEST_CASE_FIXTURE(rendering, "WithProperties, the old form") {
    const std::pair<const char*, const char*> table[]{
        {"util.WithProperties('%(x)s %(none)s.')", R"("1 .")"},
        {"util.WithProperties('%(z:-d)s %(y:-d)s %(y:~d)s %(x:+on)s %(z:+on)s.')",
         R"("d  d on .")"},
        {"util.WithProperties('%s-%s', 'x', 'n')", R"("1-5")"},
        {"util.WithProperties{ '%(a)s', a = function(p) return p:getProperty('n') + 1 end }",
         R"("6")"},
        {"util.WithProperties('%(z)s')", "error: WithProperties: there is no property 'z'"},
    };
    for (const auto& [expression, expected] : table) {
      const auto& shown = expression; // Clang\'s lambdas take no structured bindings
      CHECK_MESSAGE(lua(expression) == expected, shown);
    }
  }

  TEST_CASE_FIXTURE(rendering, "functions compute, and what they give is rendered again") {
    const std::pair<const char*, const char*> table[]{
        {"util.renderer(function(p) return 'n' .. p:getProperty('n') end)", R"("n5")"},
        {"util.renderer(function(p) return p:getProperty('z', 'd') end)", R"("d")"},
        {"util.renderer(function(p) return { util.Property('x'), { a = "
         "util.Interpolate('%(prop:n)s') } }"
         " end)",
         R"(["1",{"a":"5"}])"},
        {"util.renderer(function(p, a, b) return a .. b end):withArgs(util.Property('x'), 'y')",
         R"("1y")"},
        {"util.Transform(function(a, b) return a + b end, util.Property('n'), 2)", "7"},
        {"util.Transform(string.upper, 'abc')", R"("ABC")"},
        {"util.renderer(function(p) return nil end)", "null"},
        {"util.renderer(function(p) return { p.evil } end)", R"([{"$":"Property","name":"x"}])"},
    };
    for (const auto& [expression, expected] : table) {
      const auto& shown = expression; // Clang\'s lambdas take no structured bindings
      CHECK_MESSAGE(lua(expression) == expected, shown);
    }
    CHECK(lua("(function() local r r = function(p) return util.renderer(r) end return "
              "util.renderer(r) end)()")
          == "error: rendering goes on without end");
    CHECK(lua("util.renderer(function(p)\n return p.x.y.z end)")
          == "error: master.lua:7: attempt to index a nil value (field 'y')");
  }
}

} // namespace troupe::test
