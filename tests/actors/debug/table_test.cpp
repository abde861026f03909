// The commands of all folders, joined.
#include "actors/debug/table.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace troupe;
using namespace troupe::debug;

TEST_SUITE("shell table") {

  TEST_CASE("every command has a name of its own and says what it does") {
    std::set<std::string_view> names;
    for (const auto& one : all_commands()) {
      CAPTURE(one.name);
      CHECK(names.insert(one.name).second);
      CHECK(find_command(one.name) == &one);
      CHECK_FALSE(one.about.empty());
      CHECK(one.args_min <= one.args_max);
    }
    CHECK(names.size() == 46);
  }

  TEST_CASE("only what is about the connection itself is left to the shell's end") {
    std::set<std::string_view> own;
    for (const auto& one : all_commands())
      if (!one.run)
        own.insert(one.name);
    CHECK(own == std::set<std::string_view>{"end", "log", "more", "watch"});
  }

  TEST_CASE("help shows commands by what they are about") {
    std::vector<std::string_view> names;
    for (const auto& one : all_commands())
      names.push_back(one.name);
    const std::vector<std::string_view> expected{
        "help",     "status",  "health",    "tree",     "ls",       "info",   "state",   "config",
        "hears",    "mailbox", "links",     "crashes",  "restarts", "top",    "trace",   "workers",
        "builders", "changes", "builds",    "build",    "requests", "why",    "watch",   "log",
        "db",       "conns",   "reconfigs", "acts",     "journal",  "at",     "cause",   "record",
        "force",    "stop",    "cancel",    "worker",   "suspend",  "resume", "restart", "swap",
        "crash",    "send",    "reconfig",  "shutdown", "more",     "end"};
    CHECK(names == expected);
  }
}
