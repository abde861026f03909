#include <doctest/doctest.h>

#include "runtime/replay/past.hpp"
#include "runtime/replay/sources.hpp"
#include "tests/support/debugger_stage.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;
using namespace troupe::testing::counting;
using namespace std::chrono_literals;

TEST_SUITE("past") {

  TEST_CASE_FIXTURE(debugger_stage, "the state of each service at the end of its journal") {
    live();
    for (const char* path : {"/a", "/t", "/u", "/h"}) {
      auto then = state_at(folder.path(), kinds, path, sys().now());
      REQUIRE_MESSAGE(then, path, ": ", then.error().message);
      CHECK(then->state == state_of(path));
    }
  }

  TEST_CASE_FIXTURE(debugger_stage, "the state of a service between two messages") {
    begin();
    say("/a", add{5});
    advance(10s);
    auto between = sys().now();
    advance(10s);
    say("/a", add{5});
    write();
    auto then = state_at(folder.path(), kinds, "/a", between);
    REQUIRE(then);
    CHECK(then->kind == "counter");
    CHECK(then->state.at("sum").as_int64() == 10);
    CHECK(then->at < between);
    CHECK(state_at(folder.path(), kinds, "/a", sys().now())->state.at("sum").as_int64() == 20);
  }

  TEST_CASE_FIXTURE(debugger_stage, "who said long messages is played, and no one else") {
    live();
    auto file = folder / segment_name(1);
    auto behind = sources_of(file, "/u", sys().now());
    CHECK(behind.cells == std::set<std::string, std::less<>>{"/t", "/u"});
    CHECK(behind.events.size() == 8);
    behind = sources_of(file, "/a", sys().now());
    CHECK(behind.cells == std::set<std::string, std::less<>>{"/a"});
    CHECK(behind.events.empty());
    CHECK(sources_of(file, "/nobody", sys().now()).cells.empty());
  }

  TEST_CASE_FIXTURE(debugger_stage, "what is behind a gap is not taken for what is known") {
    begin();
    say("/a", add{1});
    sink->verdicts = {frame_sink::verdict::lost};
    frames();
    say("/t", add{1});
    write();
    auto then = state_at(folder.path(), kinds, "/a", sys().now());
    REQUIRE(!then);
    CHECK(then.error().code == errc::not_found);
    CHECK(state_at(folder.path(), kinds, "/t", sys().now()));
  }

  TEST_CASE_FIXTURE(debugger_stage,
                    "what nobody recorded is refused, with when the journal begins") {
    begin();
    say("/a", add{1});
    write();
    auto then = state_at(folder.path(), kinds, "/b", sys().now());
    REQUIRE(!then);
    CHECK(then.error().message.find("the journal begins at") != std::string::npos);
    then = state_at(folder.path(), kinds, "/a", sys().now() - 1h);
    REQUIRE(!then);
    CHECK(then.error().code == errc::not_found);
  }

} // TEST_SUITE
