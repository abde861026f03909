#include "runtime/shell/call_words.hpp"

#include <doctest/doctest.h>

#include "runtime/log.hpp"

using namespace troupe;
using shell::read_instant;

TEST_SUITE("call words") {

  TEST_CASE("instants are read as the log writes them, of today, or as so long ago") {
    const instant now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}
                      + std::chrono::hours{20}};
    auto read = [&](std::string_view text) {
      auto found = read_instant(text, now);
      return found ? runtime::as_iso(*found) : "no time";
    };
    CHECK(read("2026-11-21T19:42:00.123456Z") == "2026-11-21T19:42:00.123456Z");
    CHECK(read("2026-11-21T19:42:00Z") == "2026-11-21T19:42:00.000000Z");
    CHECK(read("19:42:00.5") == "2026-11-22T19:42:00.500000Z");
    CHECK(read("90s") == "2026-11-22T19:58:30.000000Z");
    CHECK(read("5m") == "2026-11-22T19:55:00.000000Z");
    CHECK(read("2h") == "2026-11-22T18:00:00.000000Z");
    for (auto text : {"", "s", "-5m", "5d", "yesterday", "25:00:00", "19:60:00", "19:42",
                      "19:42:00x", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-21"})
      CHECK_MESSAGE(read(text) == "no time", text);
  }

  TEST_CASE("words and options are told apart") {
    auto words = shell::call_words::read({"a", "--limit", "3", "b"}, {"limit"});
    REQUIRE(words);
    CHECK(words->plain == std::vector<std::string>{"a", "b"});
    CHECK(*words->number("limit", 1, 1, 5) == 3);
    CHECK(*words->number("other", 7, 1, 9) == 7);
    CHECK_FALSE(words->number("limit", 1, 1, 2));
    CHECK_FALSE(shell::call_words::read({"--limit"}, {"limit"}));
    CHECK_FALSE(shell::call_words::read({"--more", "1"}, {"limit"}));
  }
}
