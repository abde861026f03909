#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "tests/actors/config/config_stage.hpp"

namespace troupe::test {

TEST_SUITE("configuration sandbox") {

  TEST_CASE_FIXTURE(config_stage,
                    "the sandbox has nothing of the outside and no way around its limits") {
    for (std::string_view name : {"os",
                                  "io",
                                  "package",
                                  "debug",
                                  "require",
                                  "load",
                                  "loadstring",
                                  "loadfile",
                                  "dofile",
                                  "collectgarbage",
                                  "coroutine",
                                  "getmetatable",
                                  "setmetatable",
                                  "rawget",
                                  "rawset",
                                  "rawequal",
                                  "next",
                                  "xpcall",
                                  "string.dump",
                                  "math.random",
                                  "math.randomseed",
                                  "table.move"})
      CHECK_MESSAGE(errors("assert(" + std::string{name} + " == nil, 'there it is')") == "", name);
  }

  TEST_CASE_FIXTURE(config_stage, "the sandbox refuses bytecode in files") {
    CHECK(errors("\x1bLua") == "master.lua: attempt to load a binary chunk (mode is 't')");
  }

  TEST_CASE_FIXTURE(config_stage, "the sandbox ends loops, also those that catch errors") {
    limits.instructions_max = 100'000;
    constexpr std::string_view message =
        ": gives up: too many instructions; does a loop never end?";
    CHECK(errors("\nwhile true do end") == "master.lua:2" + std::string{message});
    CHECK(errors("while true do pcall(function() while true do end end) end")
          == "master.lua:1" + std::string{message});
    CHECK(errors("pcall(function() while true do end end)").find("too many") != std::string::npos);
    CHECK(errors("local f\nfunction f() pcall(f) f() end f()").find("gives up")
          != std::string::npos);
  }

  TEST_CASE_FIXTURE(config_stage, "the sandbox ends what takes too much memory or goes too deep") {
    limits.memory_max = 8 << 20;
    constexpr std::string_view message = ": gives up: more than 8 MiB of memory are needed";
    CHECK(errors("\nlocal s = ('x'):rep(1e9)") == "master.lua:2" + std::string{message});
    CHECK(errors("local t = {}\nwhile true do t[#t + 1] = {} end")
          == "master.lua:2" + std::string{message});
    limits = {};
    CHECK(errors("local function f() return 1 + f() end\nf()")
          == "master.lua:1: gives up: functions call each other too deeply");
    CHECK(errors("local s = string.rep('', 1e18)") == "");
    CHECK(
        errors("string.find(('a'):rep(1e6), '.-.-.-b')")
        == "master.lua:1: a pattern with 3 repetitions is too costly for a text of 1000000 bytes");
  }

  TEST_CASE_FIXTURE(config_stage, "iterates in the order of keys and shows no addresses") {
    CHECK(
        print(value_of("(function() local r = {} for k, v in pairs{ z = 1, a = 2, 10, 20, [9] = 3 }"
                       " do r[#r + 1] = tostring(k) .. v end return r end)()"))
        == R"(["110","220","93","a2","z1"])");
    CHECK(print(value_of("tostring({}) .. tostring(print) .. string.format('%s', {})"))
          == R"("tablefunctiontable")");
    CHECK(errors("string.format('%p', {})")
          == "master.lua:1: %p is not available: addresses differ from run to run");
  }

  TEST_CASE_FIXTURE(config_stage, "its objects cannot be changed or taken apart") {
    CHECK(errors("local w = worker.Worker{ 'a', 'b' }\nw.name = 'c'")
          == "master.lua:2: a Worker cannot be changed after it was made");
    CHECK(errors("error('words')") == "master.lua:1: words");
    CHECK(errors("error({})") == "master.lua: an error was raised with a table instead of words");
  }
}

} // namespace troupe::test
