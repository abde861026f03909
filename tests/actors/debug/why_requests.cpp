// Requests that wait for workers, for the store, for the master.
#include "tests/actors/debug/why_corpus.hpp"

#include "actors/botmaster/brd/brd.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/worker.hpp"
#include "runtime/path.hpp"
#include "storage/tables/buildsets.hpp"

namespace troupe::testing {

simple_case small_master(why_stage& on, prng& by, std::int64_t workers) {
  simple_case made;
  made.builder = by.name("linux");
  for (std::int64_t n = 1; n <= workers; ++n)
    made.workers.push_back(by.name("w") + "." + std::to_string(n));
  on.add_builder(made.builder, made.workers);
  for (const auto& name : made.workers)
    on.add_worker(name);
  return made;
}

std::vector<std::string> question_of(std::int64_t request) {
  return {"request", std::to_string(request)};
}

std::function<bool()> starts(why_stage& on, std::int64_t request) {
  return [&on, request] { return on.is_claimed(request); };
}

namespace {

situation never_connected(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1 + by.up_to(2));
  on.begin();
  auto request = on.ask(its.builder);
  on.advance(by.some_time());
  auto worker = its.workers[0];
  return {question_of(request),
          {{worker_never_connected, "worker " + worker}},
          {},
          [&on, worker] { on.attach(worker); },
          starts(on, request)};
}

situation not_connected(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  on.advance(by.some_time());
  auto since = on.now();
  on.session(worker).go_away("cable torn");
  on.advance(by.some_time());
  auto request = on.ask(its.builder);
  return {question_of(request),
          {{worker_not_connected, "worker " + worker, since}},
          {},
          [&on, worker] { on.attach(worker); },
          starts(on, request)};
}

situation paused(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  on.control_worker(worker, "pause", by.either() ? "new disk" : "");
  auto request = on.ask(its.builder);
  on.advance(by.some_time());
  return {question_of(request),
          {{worker_paused, "worker " + worker}},
          {},
          [&on, worker] { on.control_worker(worker, "unpause"); },
          starts(on, request)};
}

situation graceful(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  on.control_worker(worker, "stop");
  auto request = on.ask(its.builder);
  return {question_of(request),
          {{worker_graceful, "worker " + worker}},
          {},
          [&on, worker] {
            on.session(worker).go_away("it shut down");
            on.attach(worker);
          },
          starts(on, request)};
}

situation quarantined(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  why_stage::set_steps(on.wanted.builders[0],
                       {on.make("bad", {{"doStepIf", on.function("(step) error('broken')")}})});
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  on.ask(its.builder);
  auto until = on.now() + 10s;
  on.advance(std::chrono::seconds{by.up_to(8)});
  auto request = on.ask(its.builder);
  return {question_of(request),
          {{worker_quarantined, "worker " + worker, {}, until}},
          {},
          [&on, by]() mutable {
            if (by.either())
              on.advance(10s);
            else
              on.control_worker(on.wanted.workers[0].name(), "unpause");
          },
          starts(on, request)};
}

situation attaching(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.session(worker).unanswered = {
      by.one_of<std::string>({"print", "getWorkerInfo", "setBuilderList"})};
  on.advance(by.some_time());
  auto since = on.now();
  on.attach(worker);
  auto request = on.ask(its.builder);
  on.advance(by.some_time());
  return {question_of(request),
          {{worker_attaching, "worker " + worker, since}},
          {},
          [&on, worker] { on.session(worker).speak_again(); },
          starts(on, request)};
}

situation full(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  auto most = 1 + by.up_to(2);
  on.wanted.workers[0].set("max_builds", json(most));
  std::vector<std::string> others;
  for (std::int64_t n = 0; n < most; ++n) {
    others.push_back("other" + std::to_string(n));
    on.add_builder(others.back(), its.workers);
  }
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  std::optional<instant> since;
  for (const auto& name : others) {
    on.advance(by.some_time());
    since = on.now();
    on.ask(name);
  }
  on.advance(by.some_time());
  auto request = on.ask(its.builder);
  return {question_of(request),
          {{worker_full, "worker " + worker, since}},
          {},
          [&on, worker] { on.session(worker).ends(0); },
          starts(on, request)};
}

situation builds_for_builder(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  on.advance(by.some_time());
  auto since = on.now();
  auto first = on.ask(its.builder);
  on.advance(by.some_time());
  auto request = on.ask(its.builder);
  return {question_of(request),
          {{worker_builds_for_builder, "worker " + worker, since},
           {command_running, "step compile of " + on.build_of(first), since, since + 20min}},
          {},
          [&on, worker] { on.session(worker).ends(0); },
          starts(on, request)};
}

situation lacks_builder(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.session(worker).unserved = {its.builder};
  on.attach(worker);
  auto request = on.ask(its.builder);
  return {question_of(request),
          {{worker_lacks_builder, "worker " + worker}},
          {},
          [&on, worker] {
            on.session(worker).unserved.clear();
            on.session(worker).go_away("again");
            on.attach(worker);
          },
          starts(on, request)};
}

// A distributor that began again has to be told again.
situation unreported(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  auto shut = on.close(
      brd_path, [](const auto& what) { return what.template as<worker_changed>() != nullptr; });
  REQUIRE(on.control(brd_path, runtime::crash_service{"for a test", "t"}).ok);
  on.flush();
  auto request = on.ask(its.builder);
  return {question_of(request),
          {{worker_unreported, "worker " + worker}},
          {},
          [shut] { shut->open(); },
          starts(on, request)};
}

situation unserved(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  REQUIRE(on.control(workers_path, runtime::remove_child{runtime::path_segment(worker), "t"}).ok);
  on.flush();
  auto request = on.ask(its.builder);
  return {question_of(request),
          {{worker_unserved, "worker " + worker}},
          {},
          [&on, worker] {
            worker_config config;
            config.name = worker;
            config.builders = {{on.wanted.builders[0].name(), "b"}};
            REQUIRE(on.control(workers_path,
                               runtime::add_child{runtime::child_of(runtime::path_segment(worker),
                                                                    "worker", config),
                                                  "t"})
                        .ok);
            on.flush();
            on.session(worker).go_away("not served");
            on.attach(worker);
          },
          starts(on, request)};
}

situation no_worker(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  auto worker = its.workers[0];
  on.wanted.builders[0].set("workernames", boost::json::array{});
  on.begin();
  on.attach(worker);
  auto request = on.ask(its.builder);
  return {question_of(request),
          {{no_worker_configured, "builder " + its.builder}},
          {},
          [&on, worker] {
            on.wanted.builders[0].set("workernames", boost::json::array{worker});
            on.reconfigure(worker_path(worker));
            on.reconfigure(std::string{brd_path});
          },
          starts(on, request)};
}

situation unconfigured(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  auto request = on.ask(its.builder);
  auto builder = on.wanted.builders[0];
  on.wanted.builders.clear();
  on.reconfigure(std::string{brd_path});
  on.attach(worker);
  return {question_of(request),
          {{builder_unconfigured, "builder " + its.builder}},
          {},
          [&on, builder] {
            on.wanted.builders = {builder};
            on.reconfigure(std::string{brd_path});
          },
          starts(on, request)};
}

situation shutting(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  bool attached = by.either();
  if (attached)
    on.attach(worker);
  on.advance(by.some_time());
  auto since = on.now();
  on.send(brd_path, hold_builds{true, on.address_of("/asker")});
  on.run();
  on.advance(by.some_time());
  on.send(brd_path, hold_builds{true, on.address_of("/asker")}); // said again, as the master does
  auto request = on.ask(its.builder);
  situation made{question_of(request), {{shutting_down, "master /", since}}, {}, [&on] {
                   on.send(brd_path, hold_builds{false});
                   on.run();
                 }};
  if (attached)
    made.gone = starts(on, request);
  else
    made.next = {expectation{worker_never_connected, "worker " + worker}};
  return made;
}

} // namespace

std::vector<maker> request_situations() {
  return {{"never connected", never_connected},
          {"not connected", not_connected},
          {"paused", paused},
          {"graceful", graceful},
          {"in quarantine", quarantined},
          {"attaching", attaching},
          {"full", full},
          {"builds for the builder", builds_for_builder},
          {"lacks the builder", lacks_builder},
          {"not reported", unreported},
          {"not served", unserved},
          {"no worker", no_worker},
          {"builder not configured", unconfigured},
          {"shutting down", shutting}};
}

} // namespace troupe::testing
