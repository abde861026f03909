#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "tests/support/temp_folder.hpp"
#include "tools/troupe/command_line.hpp"
#include "tools/troupe/man_page.hpp"
#include "tools/troupe/process.hpp"
#include "tools/troupe/subcommands.hpp"

using namespace troupe;
using namespace troupe::tool;

namespace {

int run(std::initializer_list<std::string> given) {
  std::vector<std::string> arguments{"troupe"};
  arguments.insert(arguments.end(), given);
  std::vector<char*> pointers;
  for (auto& word : arguments)
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

  TEST_CASE("the manual page names commands and options, and what roff would take is escaped") {
    manual of{"troupe", "1.0", "A build master", {}};
    of.commands.push_back({"log", "Prints", {{"--from", "VALUE", ".x, not y\\z"}}});
    auto page = man_page(of);
    CHECK(page.find(".TH troupe 1 \"\" \"1.0\"\n") == 0);
    CHECK(page.find(".SS \"log\"\nPrints.\n") != std::string::npos);
    CHECK(page.find(".B \\-\\-from \\fIVALUE\\fR\n\\&.x, not y\\ez\n") != std::string::npos);
    CHECK(run({"help", "--man"}) == done);
    CHECK(run({"help", "steps.Git", "--man"}) == usage_status);
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

  /// The text on standard error.
  class complaints {
  public:
    complaints() : file_{scratch_ / "stderr"} {
      std::fflush(stderr);
      former_ = ::dup(STDERR_FILENO);
      int to = ::open(file_.c_str(), O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0600);
      ::dup2(to, STDERR_FILENO);
      ::close(to);
    }
    ~complaints() { end(); }
    std::string end() {
      if (former_ >= 0) {
        std::fflush(stderr);
        ::dup2(former_, STDERR_FILENO);
        ::close(std::exchange(former_, -1));
      }
      return test::read_file(file_);
    }

  private:
    test::temp_folder scratch_;
    std::string file_;
    int former_ = -1;
  };

  TEST_CASE("sim refuses seeds that are none, and options out of their range") {
    for (std::string seeds : {"5-3", "x", "", "1-", "-", "1-2-3", "7x", "1-9x", "-1", "1--2", "+1",
                              "99999999999999999999"}) {
      CAPTURE(seeds);
      complaints heard;
      CHECK(run({"sim", "--show-plan", "--seeds", seeds}) == usage_status);
      CHECK(heard.end().find("--seeds") != std::string::npos);
    }
    complaints heard;
    CHECK(run({"sim", "--jobs", "0"}) == usage_status);
    CHECK(run({"sim", "--times", "0"}) == usage_status);
    CHECK(run({"sim", "--times", "many"}) == usage_status);
    CHECK(run({"sim", "--failures", "0"}) == usage_status);
    CHECK(run({"sim", "--limit", "-1"}) == usage_status);
    CHECK(run({"sim", "--shrink-limit", "0"}) == usage_status);
    CHECK(run({"sim", "--sedes", "1"}) == usage_status);
    CHECK(run({"sim", "12"}) == usage_status);
  }

  TEST_CASE("sim refuses a plan that cannot be read, with its file and what is wrong there") {
    test::temp_folder folder;
    auto file = folder / "plan.json";
    auto words_for = [&](const std::string& text) {
      test::write_file(file, text);
      complaints heard;
      CHECK(run({"sim", "--plan", file}) == failed_status);
      auto message = heard.end();
      CHECK(message.find(file) != std::string::npos);
      return message;
    };
    auto names = [&](const std::string& text, std::string_view part) {
      auto message = words_for(text);
      CAPTURE(message);
      CHECK(message.find(part) != std::string::npos);
    };
    words_for("");
    words_for("{ \"seed\": 1, ");
    names("[]", "plan");
    names(R"({"events": [{"what": "explode"}]})", "explode");
    names(R"({"events": [{"at": 1}, {"what": "explode"}]})", "events");
    names(R"({"events": [{"whta": "die"}]})", "whta");
    names(R"({"seed": "x"})", "seed");
    names(R"({"configured": {"workers": [{"max_builds": "two"}]}})", "max_builds");
    complaints heard;
    CHECK(run({"sim", "--plan", folder / "missing.json"}) == failed_status);
    CHECK(heard.end().find("missing.json") != std::string::npos);
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
