#include <doctest/doctest.h>

#include <filesystem>

#include "actors/config/lua/loader.hpp"
#include "actors/master/tree.hpp"
#include "tests/support/memory_journal.hpp"
#include "tests/support/temp_folder.hpp"
#include "tools/players/stress.hpp"
#include "tools/players/transcriber.hpp"

using namespace troupe;
using namespace troupe::players;
using namespace std::chrono_literals;
using wire::jelly;

namespace {

constexpr std::string_view setting = R"(
local c = BuildmasterConfig
c.protocols = { pb = { port = 9989 } }
c.workers = { worker.Worker{ "w1", "pass", max_builds = 2 } }
c.change_source = { changes.PBChangeSource{ } }
local f = util.BuildFactory{}
f:addStep(steps.ShellCommand{ name = "says", command = { "make", "all" } })
f:addStep(steps.FileDownload{ mastersrc = "@FILE@", workerdest = "x" })
c.builders = { util.BuilderConfig{ name = "b", workernames = { "w1" }, factory = f } }
c.schedulers = {
  schedulers.AnyBranchScheduler{ name = "any", builderNames = { "b" },
                                 change_filter = util.ChangeFilter{ branch = "main" } },
  schedulers.ForceScheduler{ name = "force", builderNames = { "b" } },
}
)";

recorded_call update(span after, const char* key, jelly value) {
  auto what = jelly::dictionary();
  what.add(key, std::move(value));
  return {after, "", "update", {jelly::list({jelly::list({what, jelly::integer(0)})})}};
}

recorded_command make_all() {
  recorded_command made;
  made.worker = "w1";
  made.builder = "b";
  made.name = "shell";
  made.args = jelly::dictionary();
  made.args.add("command", jelly::list({jelly::text("make"), jelly::text("all")}));
  made.calls = {update(1s, "stdout", jelly::text("hello\n")),
                update(3s, "rc", jelly::integer(0)),
                {3s, "", "complete", {jelly::none()}}};
  made.lasted = 3s;
  made.ended = true;
  return made;
}

boost::json::array& steps_of(model::master& of) {
  return of.builders[0].arguments.at("factory").at("steps").as_array();
}

/// A day in the life of a small master, made by hand.
struct small_day {
  small_day() {
    std::string lua{setting};
    lua.replace(lua.find("@FILE@"), 6, folder / "file");
    test::write_file(folder / "given.lua", lua);
    auto loaded = model::load_configuration(folder / "given.lua");
    REQUIRE_MESSAGE(loaded, loaded.error().message);
    day.settings = {{{}, *loaded}};
    day.workers["w1"].presences = {{0s, 20s}, {25s, {}}};
    day.commands = {make_all()};
    auto change = jelly::dictionary();
    change.add("who", jelly::text("ada"));
    change.add("branch", jelly::text("main"));
    change.add("revision", jelly::text("r1"));
    change.add("files", jelly::list({jelly::text("file.c")}));
    day.changes = {{5s, "PBChangeSource:change", change}};
    day.lines = {{30s, {"force", "force", "b", "reason=x"}}};
    day.files[folder / "file"].content = std::string(40'000, 'x');
    day.length = 40s;
  }
  stress_report play(stress_options how) {
    how.folder = folder / ("master" + std::to_string(++plays));
    std::filesystem::create_directory(how.folder);
    return stress{day, how}.run();
  }
  recording heard() {
    runtime::kind_registry kinds;
    master::add_kinds(kinds);
    transcriber hears{kinds};
    for (const auto& frame : sink->frames)
      for (runtime::frame_reader reader{frame}; reader.next();)
        hears.feed(reader.kind(), reader.head(), reader.body());
    return hears.finish();
  }

  int plays = 0;
  test::temp_folder folder;
  recording day;
  std::shared_ptr<testing::memory_journal> sink = std::make_shared<testing::memory_journal>();
};

void check_clean(const stress_report& report) {
  for (const auto& one : report.violations)
    FAIL_CHECK(as_words(one));
}

} // namespace

TEST_SUITE("players: recording") {

  TEST_CASE("a journal yields the recording that was replayed into it") {
    small_day of;
    auto report = of.play({.record = of.sink});
    check_clean(report);
    CHECK(report.builds == std::map<std::string, std::int64_t>{{"success", 2}});
    CHECK(report.played.changes_acknowledged == 1);
    auto heard = of.heard();
    CHECK(heard.left_out == 0);
    CHECK(heard.notes.empty());
    REQUIRE(heard.commands.size() == 4); // a command and a download for each build
    const auto& first = heard.commands[0];
    const auto& played = of.day.commands[0];
    CHECK(first.worker == "w1");
    CHECK(first.builder == "b");
    CHECK(*first.args.find("command") == *played.args.find("command"));
    REQUIRE(first.calls.size() == played.calls.size());
    for (std::size_t i = 0; i < played.calls.size(); ++i) {
      CHECK(first.calls[i].method == played.calls[i].method);
      CHECK(first.calls[i].args == played.calls[i].args);
      CHECK(first.calls[i].after - played.calls[i].after < 10ms);
    }
    CHECK(first.ended);
    const auto& second = heard.commands[1];
    CHECK(second.name == "downloadFile");
    // 40,000 bytes by 16 KiB, and the end; nothing of the kind was recorded.
    CHECK(std::count_if(second.calls.begin(), second.calls.end(),
                        [](const auto& x) { return x.object == "reader" && x.method == "read"; })
          == 4);
    CHECK(second.calls.back().method == "complete");
    CHECK(heard.files == of.day.files);
    REQUIRE(heard.changes.size() == 1);
    CHECK(heard.changes[0].what == of.day.changes[0].what);
    CHECK(heard.changes[0].source == of.day.changes[0].source);
    REQUIRE(heard.lines.size() == 1);
    CHECK(heard.lines[0].arguments == of.day.lines[0].arguments);
    REQUIRE(heard.workers["w1"].presences.size() == 2);
    CHECK(heard.workers["w1"].presences[0].until.has_value());
    CHECK(heard.workers["w1"].info.find("numcpus"));
  }

  TEST_CASE("a recording's configuration is assembled from that of the services") {
    small_day of;
    of.play({.record = of.sink});
    auto heard = of.heard();
    REQUIRE(heard.settings.size() == 1);
    // The same tree comes of it; what nobody is told of, such as the title, is not in a journal.
    auto tree = [](const model::master& x) {
      const master::master_environment given{"/f", "/f/master.lua", master_id{1}, "host:/f", 1000};
      auto all = copied_setting(x, 1, "p");
      all.journal = {};
      return print(to_json(master::wanted_children(std::move(all), given)));
    };
    CHECK(tree(heard.settings[0].configuration) == tree(of.day.settings[0].configuration));
  }

  TEST_CASE("copies of a recording leave no violation while services fail") {
    small_day of;
    of.play({.record = of.sink});
    auto heard = of.heard();
    of.day = heard;
    auto report = of.play({.timeline = {.copies = 4, .speed = 2, .seed = 7},
                           .rates = {.kill = 5, .swap = 5},
                           .shuffle = true});
    check_clean(report);
    CHECK(report.kills > 0);
    CHECK(report.swaps > 0);
    CHECK(report.played.workers.unknown == 0);
    CHECK(report.played.workers.nearest == 0);
    CHECK(report.requests >= 5);
  }

  TEST_CASE("a reconfiguration is replayed at its recorded time") {
    small_day of;
    auto later = of.day.settings[0];
    later.at = 10s;
    steps_of(later.configuration).pop_back();
    of.day.settings.push_back(later);
    auto report = of.play({.record = of.sink});
    check_clean(report);
    auto heard = of.heard();
    REQUIRE(heard.settings.size() == 2);
    CHECK(steps_of(heard.settings[1].configuration).size() == 1);
    CHECK(heard.commands.size() == 3); // the second build has no download
  }

  TEST_CASE("a command that was cut off ends as a killed one if no other response fits") {
    small_day of;
    of.day.commands[0].ended = false;
    of.day.commands[0].calls.resize(1);
    auto report = of.play({});
    check_clean(report);
    CHECK(report.builds == std::map<std::string, std::int64_t>{{"failure", 2}});
    of.day.commands.push_back(make_all());
    CHECK(of.play({}).builds.contains("success"));
  }

  TEST_CASE("a stress test reports its violations") {
    small_day of;
    of.day.commands[0].calls[0].after = 5h; // longer than anybody waits for it, in vain
    of.day.commands[0].calls.resize(1);
    of.day.commands[0].calls[0].method = "nonsense";
    of.day.commands[0].lasted = 10'000h;
    of.day.commands[0].ended = false;
    auto report = of.play({});
    REQUIRE(!report.violations.empty());
    CHECK(report.violations[0].what == sim::invariant::all_ends);
  }

} // TEST_SUITE
