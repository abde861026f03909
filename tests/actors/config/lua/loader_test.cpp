#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "actors/botmaster/builder_settings.hpp"
#include "actors/config/model/same.hpp"
#include "actors/schedulers/change_scheduler.hpp"
#include "actors/schedulers/force_scheduler.hpp"
#include "tests/actors/config/config_stage.hpp"

namespace troupe::test {

using namespace model;

namespace {

constexpr std::string_view design_example = R"(local c = BuildmasterConfig
c.title = "Hello"
c.protocols = { pb = { port = 9989 } }
c.workers = { worker.Worker{ "example-worker", "pass", max_builds = 2 } }
c.change_source = { changes.PBChangeSource{ user = "alice", passwd = "secret" } }
c.schedulers = {
  schedulers.SingleBranchScheduler{ name = "all", treeStableTimer = 5,
      change_filter = util.ChangeFilter{ branch = "main" }, builderNames = { "tests" } },
  schedulers.ForceScheduler{ name = "force", builderNames = { "tests" } },
}
local f = util.BuildFactory{}
f:addStep(steps.ShellCommand{ name = "test", command = { "make", "check" }, haltOnFailure = true })
c.builders = { util.BuilderConfig{ name = "tests", workernames = { "example-worker" },
                                   factory = f } }
)";

constexpr std::string_view rich_example = R"(local c = BuildmasterConfig
c.protocols = { pb = { port = { 9989, "tcp:9990:interface=127.0.0.1" } } }
c.properties = { n = 5, x = 1.5, deep = { a = { 1, 2, { b = util.null } } } }
c.caches = { Changes = 100 }
local disk = util.MasterLock{ "disk", maxCount = 3 }
local cpu = util.WorkerLock{ name = "cpu", maxCount = 2, maxCountForWorker = { w1 = 5 } }
c.workers = { worker.Worker{ "w1", "pass", properties = { os = "linux" }, missing_timeout = None,
                             locks = { cpu:access("counting", 2) } } }
c.schedulers = {
  schedulers.AnyBranchScheduler{ name = "any", builderNames = { "lib/core" },
    change_filter = util.ChangeFilter{ project = { "a", "b" }, branch_re = "feature/.*",
      branch_not_eq = { util.null, "x" }, property_eq = { kind = "k" },
      filter_fn = function(change) return #change.files > 0 end } },
  schedulers.ForceScheduler{ name = "force", builderNames = { "lib/core" },
    codebases = { "", util.CodebaseParameter{ "lib", branch = "main" } },
    properties = { util.ChoiceStringParameter{ name = "mode", choices = { "fast", "full" } },
                   util.NestedParameter{ name = "more", fields = {
                     util.IntParameter{ name = "jobs", default = 2 } } } } },
}
local unused = { deep = { 1, 2 } }
local f = util.BuildFactory{
  steps.Git{ repourl = "https://example.org/x.git", mode = "full", method = "fresh" },
  steps.Compile{ command = { "make", util.Interpolate("-j%(prop:jobs:-2)s") }, env = {} },
}
f:addSteps{ steps.Test{ doStepIf = function(step) return unused.deep[1] == 1 end,
                        locks = { disk:access("exclusive") }, decodeRC = { [0] = SUCCESS } },
            steps.SetProperty{ "a", util.Property("b", 5) + 1 } }
c.builders = { util.BuilderConfig{ name = "lib/core", workernames = "w1", factory = f,
                                   tags = { "t" } } }
)";

} // namespace

TEST_SUITE("configuration loader") {

  TEST_CASE_FIXTURE(config_stage, "the loader reads the example of the design") {
    auto loaded = load(design_example);
    CHECK(to_string(loaded.errors) == "");
    const auto& c = loaded.configuration;
    CHECK(c.title == "Hello");
    CHECK(c.protocols.pb.ports == std::vector<std::string>{"9989"});
    REQUIRE(c.workers.size() == 1);
    CHECK(c.workers[0].name() == "example-worker");
    CHECK(*c.workers[0].given("password") == json("pass"));
    CHECK(*c.workers[0].given("max_builds") == json(2));
    CHECK(c.workers[0].at == place{"master.lua", 4});
    REQUIRE(c.change_source.size() == 1);
    CHECK(c.change_source[0].text("user") == "alice");
    REQUIRE(c.schedulers.size() == 2);
    CHECK(c.schedulers[0].at.line == 7);
    auto single = settings_of<schedulers::change_scheduler_config>(
        c.schedulers[0], component_of(c.schedulers[0], component_use::scheduler));
    CHECK(single.tree_stable_timer == std::chrono::seconds{5});
    CHECK(single.change_filter->attributes.at("branch").equal->at(0) == "main");
    CHECK(single.scheduler.codebases.contains(""));
    auto force = settings_of<schedulers::force_scheduler_config>(
        c.schedulers[1], component_of(c.schedulers[1], component_use::scheduler));
    CHECK(force.parameters().size() == 4);
    REQUIRE(c.builders.size() == 1);
    CHECK(c.builders[0].text("builddir") == "tests");
    auto builder = settings_of<botmaster::builder_settings>(
        c.builders[0], component_of(c.builders[0], component_use::builder));
    REQUIRE(builder.factory.steps.size() == 1);
    const auto& test = builder.factory.steps[0];
    auto step_argument = [](const part& of, std::string_view name) {
      return model::value_of(of, component_of(of, component_use::step), name);
    };
    CHECK(test.at.line == 12);
    CHECK(step_argument(test, "haltOnFailure") == json(true));
    CHECK(step_argument(test, "flunkOnFailure") == json(true));
    CHECK(step_argument(test, "timeout") == json(1200));
    CHECK(print(step_argument(test, "command")) == R"(["make","check"])");
  }

  TEST_CASE_FIXTURE(config_stage, "a dump is accepted in place of Lua and equals what was dumped") {
    auto loaded = load(rich_example);
    REQUIRE(to_string(loaded.errors) == "");
    auto again = load(print(dump_configuration(loaded.configuration)), "master.json");
    CHECK(to_string(again.errors) == "");
    CHECK(again.configuration == loaded.configuration);
    CHECK(print(dump_configuration(again.configuration))
          == print(dump_configuration(loaded.configuration)));
  }

  TEST_CASE_FIXTURE(config_stage, "a dump that names an unknown class of lock is refused") {
    auto dump = dump_configuration(load(rich_example).configuration);
    dump.as_object()["locks"].as_array()[0].as_object()["$"] = "MasterLok";
    CHECK(to_string(load(print(dump), "master.json").errors)
              .find("unknown lock 'MasterLok': did "
                    "you mean 'MasterLock'?")
          != std::string::npos);
  }

  TEST_CASE_FIXTURE(config_stage, "None in an argument is its default") {
    auto loaded = load(std::string{small_master}
                       + "c.change_source = changes.PBChangeSource{ user = None, prefix = None }");
    CHECK(to_string(loaded.errors) == "");
    const auto& source = loaded.configuration.change_source.at(0);
    CHECK(source.name() == "PBChangeSource:change");
    CHECK(
        as_text(model::value_of(source, component_of(source, component_use::change_source), "user"))
        == "change");
  }

  TEST_CASE_FIXTURE(config_stage, "evaluates the same text to the same dump every time") {
    auto first = print(dump_configuration(load(rich_example).configuration));
    for (int i = 0; i < 5; ++i)
      CHECK(print(dump_configuration(load(rich_example).configuration)) == first);
  }

  TEST_CASE_FIXTURE(config_stage, "a dump is checked like Lua") {
    auto dump = dump_configuration(load(rich_example).configuration);
    auto& builder = dump.as_object()["builders"].as_array()[0].as_object();
    builder["workernames"] = boost::json::array{"w2"};
    auto& steps = builder["factory"].as_object()["steps"].as_array();
    steps[0].as_object()["mode"] = "fulll";
    steps[1].as_object()["command"] =
        boost::json::object{{"$", "Interpolate"}, {"fmt", "%(prp:x)s"}};
    CHECK(
        to_string(load(print(dump), "master.json").errors)
        == "master.lua:22: c.builders[1].factory.steps[1].mode: one of 'incremental', 'full' "
           "expected, found 'fulll'\n"
           "master.lua:23: c.builders[1].factory.steps[2].command: Interpolate: unknown selector "
           "'prp': did you mean 'prop'?\n"
           "master.lua:28: c.builders[1].workernames[1]: unknown worker 'w2': did you mean 'w1'?");
    CHECK(to_string(load("{", "x.json").errors) == "x.json: not JSON: incomplete JSON");
    CHECK(to_string(load(R"({"titel": 5})", "x.json").errors)
              .starts_with("x.json: unknown key 'titel': did you mean 'title'?"));
  }

  TEST_CASE_FIXTURE(config_stage, "lines above change places and nothing else") {
    auto before = load(rich_example).configuration;
    auto after = load("-- a comment\n\n" + std::string{rich_example}).configuration;
    CHECK_FALSE(before == after);
    CHECK(same_but_for_place(before.builders, after.builders));
    CHECK(same_but_for_place(before.schedulers, after.schedulers));
    CHECK(same_but_for_place(before.workers, after.workers));
    std::string other{rich_example};
    other.replace(other.find("deep[1] == 1"), 12, "deep[1] == 2");
    CHECK_FALSE(same_but_for_place(before.builders, load(other).configuration.builders));
    other = rich_example;
    other.replace(other.find("unused = { deep = { 1"), 21, "unused = { deep = { 7");
    CHECK_FALSE(same_but_for_place(before.builders, load(other).configuration.builders));
  }

  TEST_CASE_FIXTURE(config_stage, "includes files below its folder and notes them") {
    std::filesystem::create_directory(folder / "conf.d");
    write_file(folder / "conf.d/w.lua", "return { worker.Worker{ 'w1', 'p' } }, 5");
    write_file(folder / "title.txt", "From a file");
    auto loaded = load(std::string{small_master}
                       + "c.workers = include('conf.d/w.lua')\nc.title = read_file('title.txt')\n"
                         "print('two', {}, nil)");
    CHECK(to_string(loaded.errors) == "");
    CHECK(loaded.configuration.title == "From a file");
    CHECK(loaded.configuration.workers[0].at == place{"conf.d/w.lua", 1});
    REQUIRE(loaded.configuration.files.size() == 3);
    CHECK(loaded.configuration.files[1].first == "conf.d/w.lua");
    CHECK(loaded.printed == std::vector<std::string>{"master.lua:8: two\ttable\tnil"});
    CHECK(errors("include('../x.lua')")
          == "master.lua:1: '../x.lua': only files below the configuration's folder can be read");
    CHECK(
        errors("x = read_file('/etc/passwd')")
        == "master.lua:1: '/etc/passwd': only files below the configuration's folder can be read");
    std::filesystem::create_symlink("/etc/passwd", folder / "link");
    CHECK(errors("x = read_file('link')")
          == "master.lua:1: 'link': only files below the configuration's folder can be read");
    CHECK(errors("\ninclude('none.lua')") == "master.lua:2: 'none.lua': no such file");
    write_file(folder / "bad.lua", "\n\nlocal = 5");
    CHECK(errors("include('bad.lua')") == "bad.lua:3: <name> expected near '='");
  }

  TEST_CASE_FIXTURE(config_stage, "the loader names file, line and key of what is wrong") {
    CHECK(errors_with("") == "");
    CHECK(errors_with("c.titel = 'x'")
          == "master.lua:6: c.titel: unknown key 'titel': did you mean 'title'?");
    CHECK(errors_with("c.title = 5") == "master.lua:6: c.title: text expected, found 5");
    CHECK(
        errors_with("c.workers = { c.workers[1],\n worker.Worker{ 'w2', 'p', max_builds = 'x' } }")
        == "master.lua:7: c.workers[2].max_builds: a whole number expected, found 'x'");
    CHECK(errors_with("c.workers[2] = worker.Worker{ 'w2', 'p', max_build = 2 }")
          == "master.lua:6: c.workers[2].max_build: unknown key 'max_build': did you mean "
             "'max_builds'?");
    CHECK(errors_with("c.workers[2] = worker.Worker{ 'w2' }")
          == "master.lua:6: c.workers[2].password: required, but not given");
    CHECK(errors_with("c.workers[2] = worker.Worker{ 'w1', 'p' }")
          == "master.lua:6: c.workers[2].name: 'w1' is taken by the one of master.lua:2");
    CHECK(errors_with("c.workers[2] = worker.Worker{ 'debug', 'p' }")
          == "master.lua:6: c.workers[2].name: 'debug' is reserved");
    CHECK(errors_with("c.workers[2] = worker.Worker{ '9 x', 'p' }")
          == "master.lua:6: c.workers[2].name: an identifier of at most 50 characters expected, "
             "found '9 x'");
    CHECK(errors_with("c.workers[2] = 'w2'")
          == "master.lua:2: c.workers[2]: a worker.Worker expected, found 'w2'");
    CHECK(errors_with("c.workers[2] = worker.Wroker{}")
          == "master.lua:6: unknown worker.Wroker: did you mean worker.Worker?");
    CHECK(errors_with("c.workers[2] = worker.Worker{ 'a', 'b', locks = "
                      "util.Property('x') }")
          == "master.lua:6: c.workers[2].locks: a list of lock accesses expected, found a "
             "Property");
    CHECK(errors_with("c.workers[2] = worker.Worker{ 'a', 'b', locks = "
                      "util.MasterLock{ 'l' }:access('counting') }")
          == "");
    CHECK(errors_with("c.workers[2] = worker.Worker{ 'a', 'b', 'c' }")
          == "master.lua:6: worker.Worker takes at most 2 positional arguments, not 3");
    CHECK(errors_with("c.logMaxSize = 0")
          == "master.lua:6: c.logMaxSize: a whole number from 1 on expected, found 0");
    CHECK(errors_with("c.protocols = { pb = { prot = 1 } }")
          == "master.lua:6: c.protocols.pb.port: required, but not given\n"
             "master.lua:6: c.protocols.pb.prot: unknown key 'prot': did you mean 'port'?");
    CHECK(errors_with("c.properties = { 1, x = 2 }")
          == "master.lua:6: c.properties: a table is a list or a map, this one has numbered and "
             "named entries");
    CHECK(errors_with("c.properties = { x = '\\xff' }")
          == "master.lua:6: c.properties.x: text expected, found bytes that are not UTF-8");
    CHECK(errors_with("local t = {} t.t = t c.properties = t").find("does a table contain itself?")
          != std::string::npos);
    CHECK(errors("x = = 5") == "master.lua:1: unexpected symbol near '='");
    CHECK(errors("local x\nx.y = 5") == "master.lua:2: attempt to index a nil value (local 'x')");
  }

  TEST_CASE_FIXTURE(config_stage, "the loader checks builders, steps and schedulers") {
    auto builder = [&](std::string_view arguments) {
      return errors_with(
          "c.builders[2] = util.BuilderConfig{ name = 'b2', workernames = { 'w1' }, "
          "factory = f, "
          + std::string{arguments}
          + " }\nc.schedulers[2] = schedulers.ForceScheduler{ 'f', { 'b1', 'b2' } }");
    };
    CHECK(builder("") == "");
    CHECK(builder("workernames = { 'w1', 'w2' }")
          == "master.lua:6: c.builders[2].workernames[2]: unknown worker 'w2': did you mean 'w1'?");
    CHECK(builder("builddir = 'b1'")
          == "master.lua:6: c.builders[2].builddir: 'b1' is taken by builder 'b1'");
    CHECK(builder("tags = { 'a', 'a' }") == "master.lua:6: c.builders[2].tags: 'a' is given twice");
    CHECK(builder("nextBuild = 5")
          == "master.lua:6: c.builders[2].nextBuild: a function expected, found 5");
    CHECK(builder("factory = 7")
          == "master.lua:6: c.builders[2].factory: a util.BuildFactory expected, found 7");
    CHECK(
        builder("locks = { util.MasterLock{ 'l' } }")
        == "master.lua:6: c.builders[2].locks: a lock access, lock:access(mode, count), expected, "
           "found a MasterLock");
    CHECK(builder("locks = { util.MasterLock{ 'l' }:access('count') }")
          == "master.lua:6: c.builders[2].locks[1]: the mode 'counting' or 'exclusive' expected, "
             "found 'count'");
    CHECK(builder("locks = { util.MasterLock{ 'l' }:access('counting'), "
                  "util.MasterLock{ 'l', 2 }:access('counting') }")
          == "master.lua:6: util.MasterLock.name: another MasterLock 'l' has been defined "
             "differently");
    CHECK(errors_with("c.builders[2] = util.BuilderConfig{ name = '_x', workernames = { 'w1' }, "
                      "factory = f }")
          == "master.lua:6: c.builders[2].name: '_x': names beginning with '_' are reserved\n"
             "master.lua:6: c.builders[2]: no scheduler starts builder '_x'");
    CHECK(
        errors_with("f:addStep(steps.ShellCommand{ comand = 'x' })")
        == "master.lua:6: c.builders[1].factory.steps[2].comand: unknown argument of ShellCommand "
           "'comand': did you mean 'command'?\n"
           "master.lua:6: c.builders[1].factory.steps[2].command: required, but not given");
    CHECK(
        errors_with("f:addStep(steps.Test{ timeout = 'x', warningPattern = 'y' })")
        == "master.lua:6: c.builders[1].factory.steps[2].timeout: a number expected, found 'x'\n"
           "master.lua:6: c.builders[1].factory.steps[2].warningPattern: unknown argument of Test "
           "'warningPattern'");
    CHECK(errors_with("f:addStep(steps.Git{ repourl = 'x', shallow = 1 })")
          == "master.lua:6: c.builders[1].factory.steps[2].shallow: only with mode = 'full' and "
             "method = 'clobber'");
    CHECK(errors_with("f:addStep(steps.Git{ repourl = 'x', sshHostKey = 'k', retry = { 5 } })")
          == "master.lua:6: c.builders[1].factory.steps[2].retry: { seconds to wait, how often } "
             "expected, found [5]\n"
             "master.lua:6: c.builders[1].factory.steps[2].sshHostKey: only with sshPrivateKey");
    CHECK(
        errors_with("f:addStep(steps.Git{ repourl = 'x', auth_credentials = { 'me', 'pass' } })")
            .rfind("master.lua:6: c.builders[1].factory.steps[2].auth_credentials: not supported: "
                   "give sshPrivateKey",
                   0)
        == 0);
    CHECK(errors_with("f:addStep(steps.SetPropertyFromCommand{ command = 'x' })")
          == "master.lua:6: c.builders[1].factory.steps[2]: exactly one of property and extract_fn "
             "is needed");
    CHECK(
        errors_with("f:addStep(steps.ShellCommand{ command = {\n'x', util.Interpolate("
                    "'%(foo:x)s') } })")
        == "master.lua:7: c.builders[1].factory.steps[2].command[2]: Interpolate: unknown selector "
           "'foo': known are prop, src, worker, secret, kw");
    CHECK(errors_with("f:addStep(5)")
          == "master.lua:6: bad argument #1 to 'addStep' (a step expected)");
    CHECK(errors_with("c.schedulers[2] = schedulers.ForceScheduler{ 'f', { 'b2' } }")
          == "master.lua:6: c.schedulers[2].builderNames[1]: unknown builder 'b2': did you mean "
             "'b1'?");
    CHECK(errors_with("c.schedulers[2] = schedulers.SingleBranchScheduler{ 's', builderNames = "
                      "{ 'b1' } }")
          == "master.lua:6: c.schedulers[2]: branch or change_filter is needed");
    CHECK(
        errors_with("c.schedulers[2] = schedulers.AnyBranchScheduler{ 's', builderNames = { 'b1' },"
                    " change_filter = util.ChangeFilter{ branch_re = '(' } }")
        == "master.lua:6: c.schedulers[2].change_filter.branch_re: not a regular expression, at "
           "character 2: missing closing parenthesis");
    CHECK(errors_with("c.schedulers[2] = schedulers.ForceScheduler{ 'f', { 'b1' }, properties = { "
                      "util.StringParameter{ name = 'owner' } } }")
          == "master.lua:6: c.schedulers[2].properties[1].name: 'owner' is reserved");
  }

  TEST_CASE_FIXTURE(config_stage, "collects all errors, those of shared factories once") {
    CHECK(
        errors_with("c.title = 1\nc.bogus = 2\nf:addStep(steps.ShellCommand{ command = 7 })\n"
                    "c.builders[2] = util.BuilderConfig{ name = 'b2', workernames = { 'w9' }, "
                    "factory = f }")
        == "master.lua:6: c.title: text expected, found 1\n"
           "master.lua:7: c.bogus: unknown key 'bogus': known are buildbotURL, builders, caches, "
           "change_source, codebaseGenerator, collapseRequests, journal, logEncoding, logMaxSize, "
           "logMaxTailSize, prioritizeBuilders, properties, protocols, revlink, schedulers, title, "
           "titleURL, workers\n"
           "master.lua:8: c.builders[1].factory.steps[2].command: a command, text or a list, "
           "expected, found 7\n"
           "master.lua:9: c.builders[2].workernames[1]: unknown worker 'w9': did you mean 'w1'?\n"
           "master.lua:9: c.builders[2]: no scheduler starts builder 'b2'");
  }
}

} // namespace troupe::test
