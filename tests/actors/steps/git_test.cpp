#include "tests/support/build_stage.hpp"

using namespace troupe;
using namespace troupe::testing;
using namespace std::chrono_literals;
using boost::json::object;
using lines = std::vector<std::string>;

namespace {

/// A Git step; the test says how the worker's commands end.
struct git_stage : build_stage {
  struct answer {
    std::int64_t rc = 0;
    std::string out;
  };
  std::map<std::string, answer> answers{
      ///< By what the command begins with.
      {"git --version", {0, "git version 2.39.2\n"}},
      {"git rev-parse", {0, std::string(40, 'a') + "\n"}},
      {"stat", {1, {}}},
  };
  std::optional<lines> folder; ///< What the worker's folder holds; nothing: it is not there.
  lines done;                  ///< The commands so far.
  std::map<std::string, std::string> files; ///< Downloaded, with their modes.

  git_stage() {
    worker->knows = {{"shell", "3.3"}, {"listdir", "3.3"}, {"downloadFile", "3.3"}};
    records::sourcestamp stamp;
    stamp.id = sourcestamp_id{1};
    stamp.branch = "main";
    wanted.stamps = {stamp};
  }

  static std::string line_of(const workers::start_command& command) {
    auto text = [&](std::string_view name) {
      auto* found = command.args.find(name);
      return found && found->as_text() ? " " + *found->as_text() : std::string{};
    };
    if (command.name != "shell")
      return command.name + text("dir") + text("file") + text("fromdir") + text("todir")
             + text("workerdest");
    std::string out;
    for (const auto& word : command.args.find("command")->items())
      out += (out.empty() ? "" : " ") + *word.as_text();
    return out;
  }

  /// Answers commands until there is none, or one that begins with `stop_at`.
  void play(const std::string& stop_at = "(none)") {
    while (worker->commands().size() > done.size()) {
      const auto asked = worker->commands().back();
      auto line = line_of(asked);
      if (line.rfind(stop_at, 0) == 0)
        return;
      done.push_back(line);
      if (asked.name == "downloadFile")
        download(asked);
      if (asked.name == "listdir" && folder) {
        workers::datum::list_type names;
        for (const auto& one : *folder)
          names.push_back(workers::datum::text(one));
        update({{"files", workers::datum::list(std::move(names))}});
      }
      answer how{asked.name == "listdir" && !folder, {}};
      for (const auto& [start, given] : answers)
        if (line.rfind(start, 0) == 0)
          how = given;
      if (!how.out.empty())
        says(how.out);
      ends(how.rc);
    }
  }
  void git(object arguments, const std::string& stop_at = "(none)") {
    arguments.emplace("repourl", "URL");
    arguments.emplace("progress", false);
    add_step("git", std::move(arguments), "Git");
    begin();
    play(stop_at);
  }
  /// The commands after the look at the folder and before the question for the revision.
  lines work() const {
    auto end = std::find(done.begin(), done.end(), "git rev-parse HEAD");
    return {done.begin() + 2, end};
  }
  std::string arguments_of(std::size_t command, std::string_view name) const {
    return print(as_json(*worker->commands().at(command).args.find(name)));
  }

private:
  void download(const workers::start_command& asked) {
    send(path, workers::transfer_call{asked.id,
                                      workers::transfer_object::reader,
                                      workers::transfer_method::read,
                                      1,
                                      {workers::datum::integer(9999)}});
    run();
    auto mode = asked.args.find("mode")->as_int().value_or(0);
    auto part = worker->heard<workers::transfer_result>().back().value;
    files[*asked.args.find("workerdest")->as_text()] =
        fmt::format("{:o} {}", mode, *part.as_text());
  }
};

const object incremental{{"mode", "incremental"}};

} // namespace

TEST_SUITE("git") {

  TEST_CASE_FIXTURE(git_stage, "clones when there is nothing and says which revision it got") {
    git({});
    CHECK(done
          == lines{"git --version", "stat build/.buildbot-patched", "listdir build",
                   "git clone --branch main URL .", "git rev-parse HEAD"});
    CHECK(build().results == result_code::success);
    CHECK(build().properties.at("got_revision").value == json(std::string(40, 'a')));
    CHECK(stored_steps().at(1).state_string == "update");
  }

  TEST_CASE_FIXTURE(git_stage, "Git checks out the wanted revision, which may be there already") {
    wanted.stamps[0].revision = "abc";
    folder = lines{".git", "file"};
    SUBCASE("there") {
      git({});
      CHECK(work()
            == lines{"listdir build", "git cat-file -e abc", "git checkout -f abc",
                     "git checkout -B main"});
    }
    SUBCASE("not there") {
      answers["git cat-file"] = {1, {}};
      git({});
      CHECK(work()
            == lines{"listdir build", "git cat-file -e abc", "git fetch -f URL main",
                     "git checkout -f abc", "git checkout -B main"});
    }
  }

  TEST_CASE_FIXTURE(git_stage, "Git takes the revision of the last change if the stamp has none") {
    for (auto revision : {"one", "two"}) {
      records::change change;
      change.sourcestamp = sourcestamp_id{1};
      change.revision = revision;
      wanted.changes.push_back(change);
    }
    git({});
    CHECK(work().back() == "git checkout -f two");
    CHECK(build().properties.at("revision").value == json("two"));
  }

  TEST_CASE_FIXTURE(git_stage, "empties a folder that is no repository") {
    folder = lines{"file"};
    git({});
    CHECK(work() == lines{"listdir build", "rmdir build", "git clone --branch main URL ."});
  }

  TEST_CASE_FIXTURE(git_stage, "full: each method leads to a clean folder in its own way") {
    folder = lines{".git"};
    SUBCASE("clobber") {
      git({{"mode", "full"}, {"method", "clobber"}, {"shallow", true}});
      CHECK(work() == lines{"rmdir build", "git clone --branch main --depth 1 URL ."});
    }
    SUBCASE("fresh") {
      git({{"mode", "full"}});
      CHECK(work()
            == lines{"listdir build", "git clean -f -f -d -x", "git fetch -f URL main",
                     "git checkout -f FETCH_HEAD", "git checkout -B main"});
    }
    SUBCASE("fresh, where cleaning fails") {
      answers["git clean"] = {1, {}};
      git({{"mode", "full"}});
      CHECK(work()
            == lines{"listdir build", "git clean -f -f -d -x", "rmdir build",
                     "git clone --branch main URL ."});
    }
    SUBCASE("clean, with submodules") {
      git({{"mode", "full"}, {"method", "clean"}, {"submodules", true}});
      CHECK(work()
            == lines{"listdir build", "git clean -f -f -d", "git fetch -f URL main",
                     "git checkout -f FETCH_HEAD", "git checkout -B main", "git submodule sync",
                     "git submodule update --init --recursive --force --checkout",
                     "git submodule foreach --recursive git clean -f -f -d", "git clean -f -f -d"});
    }
    SUBCASE("copy") {
      git({{"mode", "full"}, {"method", "copy"}});
      CHECK(work()
            == lines{"rmdir build", "listdir source", "git fetch -f URL main",
                     "git checkout -f FETCH_HEAD", "git checkout -B main", "cpdir source build"});
      CHECK(arguments_of(done.size() - 1, "workdir") == "\"build\"");
      CHECK(arguments_of(4, "workdir") == "\"source\"");
    }
    CHECK(build().results == result_code::success);
  }

  TEST_CASE_FIXTURE(git_stage, "clones submodules with the rest, and other refs by a fetch") {
    wanted.stamps[0].branch = "refs/changes/1";
    git({{"submodules", true}, {"remoteSubmodules", true}});
    CHECK(work()
          == lines{"listdir build", "git clone --no-checkout URL .",
                   "git fetch -f URL refs/changes/1", "git checkout -f FETCH_HEAD",
                   "git checkout -B refs/changes/1",
                   "git submodule update --init --recursive --remote"});
  }

  TEST_CASE_FIXTURE(git_stage, "a clone that fails is tried again after the delay, so many times") {
    answers["git clone"] = {128, {}};
    git({{"retry", boost::json::array{10, 2}}});
    CHECK(done.back() == "git clone --branch main URL .");
    CHECK(outcomes() == "git:runs");
    advance(9s);
    CHECK(worker->commands().size() == done.size());
    fail(path, 0); // the wait outlives the service
    flush();
    play();
    CHECK(outcomes() == "git:runs");
    advance(10s);
    play();
    CHECK(work()
          == lines{"listdir build", "git clone --branch main URL .", "rmdir build",
                   "git clone --branch main URL .", "rmdir build",
                   "git clone --branch main URL ."});
    CHECK(outcomes() == "git:failure");
  }

  TEST_CASE_FIXTURE(git_stage, "Git is stopped while it waits") {
    answers["git clone"] = {128, {}};
    git({{"retry", boost::json::array{10, 2}}});
    stop("enough");
    CHECK(outcomes() == "git:cancelled");
    CHECK(overs().size() == 1);
  }

  TEST_CASE_FIXTURE(git_stage, "a fetch that fails") {
    folder = lines{".git"};
    answers["git fetch"] = {128, {}};
    SUBCASE("fails the step") {
      git(incremental);
      CHECK(done.back() == "git fetch -f URL main");
    }
    SUBCASE("is tried once more") {
      git({{"retryFetch", true}});
      CHECK(work() == lines{"listdir build", "git fetch -f URL main", "git fetch -f URL main"});
    }
    SUBCASE("leads to a new clone, which must succeed") {
      answers["git clone"] = {128, {}};
      git({{"clobberOnFailure", true}});
      CHECK(work()
            == lines{"listdir build", "git fetch -f URL main", "rmdir build",
                     "git clone --branch main URL ."});
    }
    CHECK(build().results == result_code::failure);
  }

  TEST_CASE_FIXTURE(git_stage, "a key is on the worker for the time of the step only") {
    object with_key{{"sshPrivateKey", "KEY"}, {"sshHostKey", "ssh-rsa HOST"}};
    const std::string dir = "/w/.b1.build.buildbot";
    const lines before{"git --version",
                       "stat build/.buildbot-patched",
                       "rmdir " + dir,
                       "mkdir " + dir,
                       "downloadFile " + dir + "/ssh-key",
                       "downloadFile " + dir + "/ssh-known-hosts",
                       "listdir build"};
    const std::string option = "git -c core.sshCommand=ssh -o \"BatchMode=yes\" -i \"" + dir
                               + "/ssh-key\" -o \"UserKnownHostsFile=" + dir
                               + "/ssh-known-hosts\" ";
    auto then = [&](lines more) {
      more.insert(more.begin(), before.begin(), before.end());
      return more;
    };
    SUBCASE("which succeeds") {
      git(with_key);
      CHECK(done
            == then({option + "clone --branch main URL .", "git rev-parse HEAD", "rmdir " + dir}));
      CHECK(build().results == result_code::success);
    }
    SUBCASE("which fails") {
      answers[option + "clone"] = {128, {}};
      git(with_key);
      CHECK(done == then({option + "clone --branch main URL .", "rmdir " + dir}));
      CHECK(build().results == result_code::failure);
    }
    SUBCASE("which is stopped") {
      git(with_key, option);
      stop("enough");
      answers[option + "clone"] = {-1, {}};
      play();
      CHECK(done == then({option + "clone --branch main URL .", "rmdir " + dir}));
      CHECK(build().results == result_code::cancelled);
    }
    CHECK(files[dir + "/ssh-key"] == "400 KEY\n");
    CHECK(files[dir + "/ssh-known-hosts"] == "400 * ssh-rsa HOST\n");
    CHECK(overs().size() == 1);
  }

  TEST_CASE_FIXTURE(git_stage, "Git gives old versions of git the key in their own way") {
    const std::string command = R"(ssh -o \"BatchMode=yes\" -i \"/w/.b1.build.buildbot/ssh-key\")";
    SUBCASE("by an environment variable") {
      answers["git --version"].out = "git version 2.9.5\n";
      git({{"sshPrivateKey", "KEY"}});
      CHECK(arguments_of(6, "env") == "{\"GIT_SSH_COMMAND\":\"" + command + "\"}");
    }
    SUBCASE("by a program") {
      answers["git --version"].out = "git version 2.1.4\n";
      git({{"sshPrivateKey", "KEY"}});
      CHECK(arguments_of(7, "env") == "{\"GIT_SSH\":\"/w/.b1.build.buildbot/ssh-wrapper.sh\"}");
      CHECK(files["/w/.b1.build.buildbot/ssh-wrapper.sh"].rfind("700 #!/bin/sh\nssh ", 0) == 0);
    }
    CHECK(build().results == result_code::success);
  }

  TEST_CASE_FIXTURE(git_stage, "applies a patch, and cleans a folder that was patched before") {
    wanted.stamps[0].patch = patch_id{1};
    wanted.patch = records::patch{patch_id{1}, "diff\n", 1, "sub"};
    answers["stat"] = {0, {}};
    git({});
    CHECK(done
          == lines{"git --version", "stat build/.buildbot-patched", "git clean -f -f -d -x",
                   "listdir build", "git clone --branch main URL .",
                   "downloadFile .buildbot-patched", "git update-index --refresh",
                   "git apply --index -p 1", "git rev-parse HEAD"});
    CHECK(*worker->commands().at(7).args.find("initial_stdin")->as_text() == "diff\n");
    CHECK(arguments_of(7, "workdir") == "\"build/sub\"");
    CHECK(text_of(1, "patch") == "diff\n");
  }

  TEST_CASE_FIXTURE(git_stage, "describes what it got, if it can") {
    answers["git describe"] = {0, "v1-2-gabc\n"};
    git({{"getDescription", object{{"tags", true}, {"abbrev", 8}, {"long", false}}}});
    CHECK(done.back() == "git describe --tags --abbrev=8 HEAD");
    CHECK(build().properties.at("commit-description").value == json("v1-2-gabc"));
  }

  TEST_CASE_FIXTURE(git_stage, "Git fails without a sourcestamp of its codebase, and without git") {
    SUBCASE("codebase") {
      git({{"codebase", "lib"}});
      CHECK(text_of(1, "log") == "No sourcestamp found in build for codebase 'lib'\n");
    }
    SUBCASE("git") {
      answers["git --version"] = {127, {}};
      git({});
      CHECK(done.size() == 1);
    }
    CHECK(build().results == result_code::failure);
  }
}
