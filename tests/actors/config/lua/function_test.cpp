#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "actors/config/lua/function_code.hpp"
#include "actors/config/lua/function_runner.hpp"
#include "actors/config/model/config_error.hpp"
#include "actors/config/model/same.hpp"
#include "tests/actors/config/config_stage.hpp"

namespace troupe::test {

using namespace model;

namespace {

struct functions_stage : config_stage {
  function_runner runner;

  std::string call(const json& function, std::vector<json> arguments = {}) {
    auto out = runner.call(function, arguments);
    return out ? print(*out) : "error: " + out.error().message;
  }
  std::string run(std::string_view expression, std::vector<json> arguments = {}) {
    return call(value_of(expression), std::move(arguments));
  }
};

} // namespace

TEST_SUITE("configuration functions") {

  TEST_CASE_FIXTURE(functions_stage, "run with what they captured, also out of a dump") {
    auto function = value_of("(function()\n local names = { a = { 1, 2, util.null } }\n"
                             "local upper, len = string.upper, string.len\n"
                             "local function twice(x) return x .. x end\n"
                             "return function(x) return twice(upper(x)) .. names.a[2] .. len(x) "
                             ".. #names.a end end)()");
    CHECK(call(function, {json("q")}) == R"("QQ213")");
    CHECK(call(parse_json(print(function)).value(), {json("q")}) == R"("QQ213")");
  }

  TEST_CASE_FIXTURE(functions_stage, "may call themselves, globals and the library") {
    CHECK(run("(function() local f function f(n) return n < 2 and 1 or n * f(n - 1) end return f "
              "end)()",
              {json(5)})
          == "120");
    auto loaded = load(std::string{small_master}
                       + "limit = { 3 }\nfunction above(n) return n > limit[1] end\n"
                         "c.properties = { x = function(n) return above(n) and WARNINGS end }");
    REQUIRE(to_string(loaded.errors) == "");
    CHECK(call(loaded.configuration.properties["x"], {json(4)}) == "1");
    CHECK(call(loaded.configuration.properties["x"], {json(3)}) == "false");
  }

  TEST_CASE_FIXTURE(functions_stage, "functions are equal by what they do, wherever they are") {
    auto digest = [&](std::string_view text) {
      auto value = value_of(text);
      return std::string{text_of(value, "digest")};
    };
    auto one = digest("function(a) local b = a + 1 return function() return b end end");
    CHECK(digest("\n\nfunction(a)\n\n local b = a + 1\n return function()\n return b end end")
          == one);
    CHECK(digest("function(a) local b = a + 2 return function() return b end end") != one);
    auto captured = [&](const char* with) {
      return digest("(function() local t = " + std::string{with}
                    + " return function() return t end "
                      "end)()");
    };
    CHECK(captured("{ a = 1 }") == captured("{\n a = 1 }"));
    CHECK(captured("{ a = 1 }") != captured("{ a = 2 }"));
    CHECK(captured("function() return 1 end") == captured("\nfunction()\n return 1 end"));
    CHECK(captured("function() return 1 end") != captured("function() return 2 end"));
    CHECK(same_computed(value_of("{ function() end }"), value_of("{\n\nfunction() end }")));
  }

  TEST_CASE_FIXTURE(functions_stage, "functions cannot capture what is not plain") {
    CHECK(
        errors_with("c.properties = { x = function() return c end }")
        == "master.lua:6: c.properties.x (captured 'c'): a function cannot read BuildmasterConfig: "
           "put what it needs into a local variable");
    CHECK(errors_with("c.properties = { x = function() return BuildmasterConfig end }")
          == "master.lua:6: c.properties.x (global 'BuildmasterConfig'): a function cannot read "
             "BuildmasterConfig: put what it needs into a local variable");
    CHECK(
        errors_with("local n = 0/0\nc.properties = { x = function() return n end }")
        == "master.lua:7: c.properties.x (captured 'n'): a number expected, found one that is not "
           "finite");
    CHECK(errors_with("local t = { pairs{} }\nc.properties = { x = function() return t end }")
          == "master.lua:7: c.properties.x (captured 't')[1]: a function of the configuration "
             "expected, found one of the program");
  }

  TEST_CASE_FIXTURE(functions_stage, "see nulls as nil in maps and as util.null in lists") {
    std::vector<json> arguments{*parse_json(R"({"a": null, "l": [1, null], "m": {"k": false}})"),
                                json(nullptr)};
    CHECK(
        run("function(x, y) return { x.a == nil, x.l[2] == util.null, #x.l, x.m.k, y == nil } end",
            arguments)
        == "[true,true,2,false,true]");
    CHECK(run("function(x) local r = {} for k in pairs(x) do r[#r + 1] = k end return r end",
              {*parse_json(R"({"b": 1, "a": 2, "c": {}})")})
          == R"(["a","b","c"])");
    CHECK(run("function(x) return { x, util.null } end", {*parse_json(R"({"b": [1]})")})
          == R"([{"b":[1]},null])");
    CHECK(
        run("function(s) return { s:getProperty('p'), s:getProperty('q', 7), s:hasProperty('q') } "
            "end",
            {*parse_json(R"({"properties": {"p": 1}})")})
        == "[1,7,false]");
  }

  TEST_CASE_FIXTURE(functions_stage,
                    "change nothing: not arguments, globals, or what they captured") {
    CHECK(run("function(x) x.a = 1 end", {*parse_json("{}")})
          == "error: master.lua:6: what a function is given cannot be changed");
    CHECK(run("function(x) y = 1 end")
          == "error: master.lua:6: a function cannot set the global variable 'y'");
    CHECK(run("function(x) string.x = 1 end")
          == "error: master.lua:6: what a function is given cannot be changed");
    auto counter =
        value_of("(function() local n = 0 return function() n = n + 1 return n end end)()");
    CHECK(call(counter) == "1");
    CHECK(call(counter) == "1");
  }

  TEST_CASE_FIXTURE(functions_stage, "end when they do not, and the runner lives on") {
    CHECK(run("function()\n while true do end end")
          == "error: master.lua:7: gives up: too many instructions; does a loop never end?");
    CHECK(run("function() local t = {} while true do t = { t, ('x'):rep(100000) .. #t } end end")
          == "error: master.lua:6: gives up: more than 64 MiB of memory are needed");
    CHECK(run("function() return 7 end") == "7");
    CHECK(run("function() error('no') end") == "error: master.lua:6: no");
    CHECK(run("function() return 0/0 end").find("not finite") != std::string::npos);
    CHECK(call(json(5)) == "error: a function expected, found 5");
  }

  TEST_CASE_FIXTURE(functions_stage, "functions are kept loaded up to a bound") {
    function_runner small{{.loaded_max = 3}};
    for (int i = 0; i < 10; ++i) {
      auto out = small.call(value_of("function() return " + std::to_string(i) + " end"), {});
      REQUIRE(out);
      CHECK(*out == json(i));
      CHECK(small.loaded() <= 3);
    }
  }

  TEST_CASE("code that is torn is refused") {
    config_stage stage;
    auto function = stage.value_of("function(a) return { a.b, 'text', 1.5, 7 } end");
    auto code = from_base64(text_of(function, "code")).value();
    CHECK(inspect_code(code));
    for (std::size_t size = 0; size < code.size(); ++size)
      CHECK_FALSE(inspect_code(code.substr(0, size)));
    CHECK(to_base64(code) == text_of(function, "code"));
    CHECK_FALSE(from_base64("a==="));
    CHECK_FALSE(from_base64("ab!="));
  }
}

} // namespace troupe::test
