#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include <unistd.h>

#include "tests/support/temp_folder.hpp"
#include "tools/troupe/command_line.hpp"
#include "tools/troupe/process.hpp"
#include "tools/troupe/subcommands.hpp"

using namespace troupe;
using namespace troupe::tool;

namespace {

int run(std::initializer_list<std::string> given) {
  std::vector<std::string> words{"troupe"};
  words.insert(words.end(), given);
  std::vector<char*> pointers;
  for (auto& word : words)
    pointers.push_back(word.data());
  return run_command_line(static_cast<int>(pointers.size()), pointers.data());
}

} // namespace

TEST_SUITE("command line") {

TEST_CASE("wrong usage is told apart from failure") {
  CHECK(run({}) == usage_status);
  CHECK(run({"nonsense"}) == usage_status);
  CHECK(run({"start"}) == usage_status);
  CHECK(run({"start", "x", "--log-level", "loud"}) == usage_status);
  CHECK(run({"sendchange", "--who", "me"}) == usage_status);
  CHECK(run({"sendchange", "-m", "h:1", "-W", "me", "--vc", "rcs"}) == usage_status);
  CHECK(run({"sendchange", "-m", "h:1", "-W", "me", "-p", "no-colon"}) == usage_status);
  CHECK(run({"sendchange", "-m", "no-port", "-W", "me"}) == usage_status);
  CHECK(run({"replay", "/nowhere", "--copies", "0"}) == usage_status);
  CHECK(run({"replay", "/nowhere", "--copies", "2", "--check"}) == usage_status);
  CHECK(run({"replay", "/nowhere", "--kill", "2"}) == usage_status);
  CHECK(run({"replay", "/nowhere", "--against", "/x", "--shuffle", "--copies", "2"})
        == usage_status);
  CHECK(run({"replay", "/nowhere", "--copies", "2", "--kill", "2"}) == failed_status);
  CHECK(run({"stop", "/nowhere/at/all"}) == failed_status);
  CHECK(run({"start", "/nowhere/at/all"}) == failed_status);
  CHECK(run({"shell", "/nowhere/at/all", "tree"}) == failed_status);
}

TEST_CASE("create-master makes a folder once and changes nothing in another") {
  test::temp_folder scratch;
  auto folder = scratch / "master";
  CHECK(run({"create-master", folder}) == done);
  auto before = test::contents(folder);
  CHECK(before.count(folder + "/master.lua") == 1);
  CHECK(run({"create-master", folder}) == failed_status);
  CHECK(test::contents(folder) == before);
  CHECK(run({"create-master", scratch / "a/b"}) == failed_status);
}

TEST_CASE("the configuration that create-master makes is good") {
  test::temp_folder scratch;
  auto folder = scratch / "master";
  REQUIRE(run({"create-master", folder}) == done);
  CHECK(run({"checkconfig", folder}) == done);
  test::write_file(folder + "/master.lua", "BuildmasterConfig.titel = 'x'\n");
  CHECK(run({"checkconfig", folder}) == failed_status);
  CHECK(run({"checkconfig", folder + "/missing.lua"}) == failed_status);
}

TEST_CASE("the pid file is held by one, whatever number stands in it") {
  test::temp_folder folder;
  test::write_file(folder / "troupe.pid", "1\n");
  CHECK_FALSE(running_master(folder.path()));
  {
    auto held = pid_file::take(folder.path());
    REQUIRE(held);
    held->write_own();
    CHECK(running_master(folder.path()) == ::getpid());
    CHECK_FALSE(pid_file::take(folder.path()));
  }
  CHECK_FALSE(running_master(folder.path()));
}

}
