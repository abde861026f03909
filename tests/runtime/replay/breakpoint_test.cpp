#include "runtime/replay/breakpoint.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::runtime;

TEST_SUITE("breakpoint") {

  TEST_CASE("a star stands for anything, also nothing and slashes") {
    CHECK(matches("/a", "/a"));
    CHECK(!matches("/a", "/ab"));
    CHECK(!matches("/ab", "/a"));
    CHECK(matches("/a*", "/a"));
    CHECK(matches("/a*", "/a/b/c"));
    CHECK(matches("*", ""));
    CHECK(matches("/a/*/c", "/a/b/c"));
    CHECK(matches("/a/*/c", "/a/b/c/c"));
    CHECK(!matches("/a/*/c", "/a/c"));
    CHECK(matches("**b*", "/a/b"));
    CHECK(!matches("*b", "/a/bc"));
  }

  TEST_CASE("a breakpoint asks for path, type and a field, and only for what it names") {
    json fields = boost::json::object{{"set", boost::json::object{{"n", 7}}}, {"text", "x"}};
    breakpoint one{.path = "/a"};
    CHECK(one.stops("/a", "mailbox_drained", nullptr));
    CHECK(!one.stops("/b", "mailbox_drained", nullptr));
    one.type = "*::add";
    CHECK(one.stops("/a", "counting::add", nullptr));
    CHECK(!one.stops("/a", "counting::total", nullptr));
    one.field = "set.n";
    one.value = "7"; // as text, too
    CHECK(one.stops("/a", "counting::add", fields));
    CHECK(!one.stops("/a", "counting::add", nullptr));
    one.value = 8;
    CHECK(!one.stops("/a", "counting::add", fields));
    one.watch = true;
    one.field = {};
    CHECK(!one.stops("/a", "counting::add", fields));
  }

  TEST_CASE("a watched field is compared with what it was last") {
    watched_fields seen;
    breakpoint one{.number = 3, .watch = true, .path = "/a", .field = "n"};
    auto state = [](int n) { return json(boost::json::object{{"n", n}}); };
    CHECK(!seen.look(one, "/a", state(1)));
    CHECK(!seen.look(one, "/a", state(1)));
    auto found = seen.look(one, "/a", state(2));
    REQUIRE(found);
    CHECK(found->number == 3);
    CHECK(found->before.as_int64() == 1);
    CHECK(found->after.as_int64() == 2);
    CHECK(!seen.look(one, "/a", state(2)));
    CHECK(seen.look(one, "/a", boost::json::object{})->after.is_null());
    seen.clear();
    CHECK(!seen.look(one, "/a", state(9)));
  }

} // TEST_SUITE
