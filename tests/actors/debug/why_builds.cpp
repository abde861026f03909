// Builds that do not end: for each of what they may wait for.
#include "tests/actors/debug/why_corpus.hpp"

#include "actors/botmaster/locks/locks.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/worker.hpp"
#include "runtime/io/files.hpp"
#include "runtime/path.hpp"

namespace troupe::testing {

namespace {

/// A build that runs its only step.
struct build_case {
  simple_case its;
  std::string worker;
  std::int64_t request = 0;
  instant since;
  std::string build, step;
  std::vector<std::string> question;
};

build_case begun(why_stage& on, prng& by, std::vector<model::part> steps = {}) {
  build_case made;
  made.its = small_master(on, by, 1);
  made.worker = made.its.workers[0];
  if (!steps.empty())
    why_stage::set_steps(on.wanted.builders[0], std::move(steps));
  auto step = why_stage::steps_of(on.wanted.builders[0])[0].arguments.at("name");
  on.begin();
  on.attach(made.worker);
  on.advance(by.some_time());
  made.since = on.now();
  made.request = on.ask(made.its.builder);
  made.build = made.its.builder + "/1";
  made.step = "step " + std::string{step.as_string()} + " of " + made.build;
  made.question = by.either() ? std::vector<std::string>{made.build}
                              : std::vector<std::string>{"build", made.its.builder + "/last"};
  return made;
}

std::function<void()> ending(why_stage& on, const std::string& worker) {
  return [&on, worker] { on.session(worker).ends(0); };
}

expectation over(const build_case& is) {
  return {build_finished, "build " + is.build};
}

situation engaging(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  auto shut = on.close(worker_path(worker));
  on.advance(by.some_time());
  auto since = on.now();
  on.ask(its.builder);
  on.advance(1s + by.some_time());
  return {{its.builder + "/1"},
          {{build_engaging, quoted("build", its.builder + "/1"), since},
           {service_silent, "service " + worker_path(worker)}},
          {},
          [shut] { shut->open(); },
          {},
          {{command_running, quoted("step", "compile of " + its.builder + "/1")}}};
}

/// It answered the ping, or not even that.
situation preparing(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  auto heard = on.now();
  on.advance(by.some_time());
  bool pinged = by.either();
  on.session(worker).unanswered = {pinged ? "startBuild" : "print"};
  auto shut = on.close(worker_path(worker)); // the worker's service takes its time
  on.ask(its.builder);
  on.advance(by.some_time());
  auto since = on.now();
  shut->open();
  on.advance(1s + by.some_time());
  auto waits = expectation{build_preparing, quoted("build", its.builder + "/1"), since};
  auto silent = expectation{worker_silent, "worker " + worker, heard};
  return {{its.builder + "/1"},
          {pinged ? waits : silent},
          {waits},
          [&on, worker] { on.session(worker).speak_again(); },
          {},
          {{command_running, quoted("step", "compile of " + its.builder + "/1")}}};
}

situation running(why_stage& on, prng& by) {
  auto quiet = std::chrono::seconds{30 + by.up_to(1000)};
  auto most = std::chrono::seconds{30 + by.up_to(1000)};
  bool limited = by.either(), prints = by.either();
  boost::json::object arguments{{"timeout", quiet.count()}};
  if (limited)
    arguments["maxTime"] = most.count();
  auto is = begun(on, by, {on.make("test", arguments)});
  on.advance(by.some_time());
  instant until = is.since + quiet;
  if (prints) {
    on.session(is.worker).prints("hello\n");
    on.run();
    until = on.now() + quiet;
  }
  if (limited)
    until = std::min(until, instant{is.since + most});
  on.advance(by.some_time());
  return {is.question, {{command_running, is.step, is.since, until}}, {}, ending(on, is.worker), {},
          {over(is)}};
}

/// The worker lets the interrupt pass, or nothing is heard from it at all.
situation interrupted(why_stage& on, prng& by) {
  auto is = begun(on, by);
  on.session(is.worker).obedient = false;
  on.advance(by.some_time());
  bool silent = by.either();
  if (silent)
    on.session(is.worker).unanswered = {"*"};
  auto since = on.now();
  on.stop(is.its.builder, is.request, "stopped by ada");
  on.advance(by.some_time());
  auto told = expectation{command_ending, is.step, since};
  return {is.question,
          {silent ? expectation{worker_silent, "worker " + is.worker, is.since} : told},
          {told},
          [&on, worker = is.worker] {
            on.session(worker).speak_again();
            on.session(worker).ends(-1);
          },
          {},
          {over(is)}};
}

situation between_tries(why_stage& on, prng& by) {
  auto git =
      on.make("get", {{"repourl", "URL"}, {"retry", boost::json::array{60 + by.up_to(60), 2}}});
  auto pause = git.arguments.at("retry").as_array()[0].to_number<std::int64_t>();
  git.class_name = "Git";
  git.drop("command");
  auto is = begun(on, by, {git});
  auto& git_worker = on.session(is.worker);
  git_worker.prints("git version 2.39.2\n");
  for (auto rc : {0, 1, 1, 1}) { // its version, a patch, the folder, the clone
    git_worker.ends(rc);
    on.run();
  }
  auto until = on.now() + std::chrono::seconds{pause};
  on.advance(by.some_time());
  return {is.question, {{step_waits_between_tries, is.step, {}, until}},
          {},          [&on, pause] { on.advance(std::chrono::seconds{pause}); },
          {},          {{command_running, is.step, until}}};
}

situation files(why_stage& on, prng& by) {
  auto upload = on.make("fetch", {{"workersrc", "a"}, {"masterdest", "b"}});
  upload.class_name = "FileUpload";
  upload.drop("command");
  auto disk = std::make_shared<listener>();
  auto is = begun(on, by, {upload});
  on.address_of(io::files_path).at()->bind(disk);
  on.session(is.worker).call("1.1/writer", "write", {wire::jelly::raw("data")});
  on.run();
  on.advance(by.some_time());
  return {is.question,
          {{step_waits_for_files, is.step}},
          {{command_running, is.step, is.since}},
          [&on, disk, build = is.build] {
            auto blocks = disk->heard<io::write_block>();
            REQUIRE(blocks.size() == 1);
            on.send(blocks[0].requester.path(), io::file_done{blocks[0].token, true});
          },
          {},
          {{command_running, is.step, is.since}}};
}

/// The next step's command leaves with the commit of the last step's end.
situation not_stored(why_stage& on, prng& by) {
  auto is = begun(on, by, {on.make("one"), on.make("two")});
  auto shut = on.close("/db");
  on.advance(by.some_time());
  on.session(is.worker).ends(0);
  on.run();
  on.advance(by.some_time());
  return {is.question, {{waits_for_store, "service /db"}},
          {},          [shut] { shut->open(); },
          {},          {{command_running, quoted("step", "two of " + is.build)}}};
}

/// Its end is in the store's mail: it is gone already, and nobody knows yet.
situation end_not_stored(why_stage& on, prng& by) {
  auto is = begun(on, by);
  on.advance(1s);
  auto shut = on.close("/db");
  on.session(is.worker).ends(0);
  on.run();
  on.advance(by.some_time());
  return {is.question, {{waits_for_store, "service /db"}}, {}, [shut] { shut->open(); }, {},
          {over(is)}};
}

situation ended(why_stage& on, prng& by) {
  auto is = begun(on, by);
  on.advance(by.some_time());
  auto since = on.now();
  on.session(is.worker).ends(by.up_to(1));
  on.run();
  on.advance(by.some_time());
  return {is.question, {{build_finished, "build " + is.build, since}}};
}

situation silent(why_stage& on, prng& by) {
  auto is = begun(on, by);
  on.advance(1s);
  auto path = runtime::child_path(builder_path(is.its.builder), "1");
  auto shut = on.close(path);
  return {is.question, {{service_silent, "service " + path}}, {}, [shut] { shut->open(); },
          {},          {{command_running, is.step, is.since}}};
}

// -- locks ----------------------------------------------------------------------------------------

/// A build whose locks somebody took while its worker was made ready, or whose step wants a lock
/// that another one's step has.
situation wants_lock(why_stage& on, prng& by) {
  auto its = small_master(on, by, 2);
  bool of_step = by.either();
  on.wanted.locks = {why_stage::lock("db", 1)};
  on.wanted.builders[0].set("workernames", boost::json::array{its.workers[0]});
  auto& holder = on.add_builder("holder", {its.workers[1]});
  auto& waiter = on.wanted.builders[0];
  for (auto* one : {&waiter, &holder})
    if (of_step)
      why_stage::set_steps(*one, {on.make("migrate", {{"locks", on.access("db")}})});
    else
      one->set("locks", on.access("db"));
  on.begin();
  for (const auto& name : its.workers)
    on.attach(name);
  on.session(its.workers[0]).unanswered = {"startBuild"};
  on.ask(its.builder);
  auto holds = on.ask("holder");
  auto held = on.now();
  on.advance(1s + by.some_time());
  auto since = on.now();
  on.session(its.workers[0]).speak_again();
  on.advance(by.some_time());
  auto build = its.builder + "/1";
  auto step = quoted("step", (of_step ? "migrate of " : "compile of "));
  auto waits = of_step ? expectation{step_waits_for_locks, step + build, since}
                       : expectation{build_waits_for_locks, "build " + build, since};
  return {{build},
          {{lock_held, "lock db", held},
           {command_running, step + on.build_of(holds), held, held + 20min}},
          {waits},
          ending(on, its.workers[1]),
          {},
          {{command_running, step + build}}};
}

/// The locks have not heard of it yet, or do not answer.
situation lock_not_heard(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  bool of_step = by.either();
  on.wanted.locks = {why_stage::lock("db", 1)};
  if (of_step)
    why_stage::set_steps(on.wanted.builders[0], {on.make("compile", {{"locks", on.access("db")}})});
  else
    on.wanted.builders[0].set("locks", on.access("db"));
  on.begin();
  on.attach(its.workers[0]);
  bool deaf = by.either();
  auto shut = on.close(locks_path, [deaf](const auto& what) {
    return deaf || what.template as<acquire_locks>() != nullptr;
  });
  on.advance(by.some_time());
  auto since = on.now();
  on.ask(its.builder);
  on.advance(by.some_time());
  auto build = its.builder + "/1";
  auto step = quoted("step", "compile of " + build);
  situation made{{build},
                 {of_step ? expectation{step_waits_for_locks, step, since}
                          : expectation{build_waits_for_locks, "build " + build, since}},
                 {},
                 [shut] { shut->open(); },
                 {},
                 {{command_running, step}}};
  if (deaf)
    made.also = {{service_silent, "service /botmaster/locks"}};
  return made;
}

} // namespace

std::vector<maker> build_situations() {
  return {{"engaging", engaging},
          {"preparing", preparing},
          {"command running", running},
          {"interrupted", interrupted},
          {"between tries", between_tries},
          {"files", files},
          {"not stored", not_stored},
          {"end not stored", end_not_stored},
          {"ended", ended},
          {"build silent", silent},
          {"wants a lock", wants_lock},
          {"lock not heard", lock_not_heard}};
}

} // namespace troupe::testing
