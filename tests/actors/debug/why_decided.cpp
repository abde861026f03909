// Requests that wait because of each other, of functions of the configuration, of locks; and those
// that wait no longer.
#include "actors/botmaster/builders/messages.hpp"
#include "actors/botmaster/locks/messages.hpp"
#include "actors/botmaster/paths.hpp"
#include "tests/actors/debug/why_corpus.hpp"

namespace troupe::testing {

namespace {

/// Two requests of different priority behind a build: the lower one waits for the higher one.
situation another_first(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  on.advance(by.some_time());
  auto since = on.now();
  auto runs = on.ask(its.builder);
  auto request = on.ask(its.builder, by.up_to(3));
  auto first = on.ask(its.builder, 4 + by.up_to(3));
  on.advance(by.some_time());
  auto busy = expectation{worker_builds_for_builder, "worker " + worker, since};
  return {question_of(request),
          {{another_goes_first, quoted("request", std::to_string(first))},
           busy,
           {command_running, "step compile of " + on.build_of(runs), since}},
          {busy},
          [&on, first] { on.cancel(first, "no need"); },
          {},
          {busy}};
}

/// A builder of which a function decides; without it the request starts.
situation decided_by(why_stage& on, prng& by, std::string_view which, const std::string& function,
                     any_code code, std::string subject = {}) {
  auto its = small_master(on, by, 1);
  on.wanted.builders[0].set(which, on.function(function));
  on.begin();
  on.attach(its.workers[0]);
  auto request = on.ask(its.builder);
  on.advance(by.some_time());
  if (subject.empty())
    subject = "builder " + its.builder;
  else if (subject == "worker")
    subject += " " + its.workers[0];
  return {question_of(request),
          {{code, subject}},
          {},
          [&on, which] {
            on.wanted.builders[0].drop(which);
            on.reconfigure(std::string{brd_path});
          },
          starts(on, request)};
}

situation next_build_none(why_stage& on, prng& by) {
  return decided_by(on, by, "nextBuild",
                    by.either() ? "(b, requests) return nil" : "(b, requests) return { id = 1 }",
                    next_build_chose_none);
}
situation next_build_fails(why_stage& on, prng& by) {
  return decided_by(on, by, "nextBuild", "(b, requests) error('who knows')", next_build_failed);
}
situation next_worker_none(why_stage& on, prng& by) {
  return decided_by(on, by, "nextWorker", "(b, workers, r) return nil", next_worker_chose_none);
}
situation next_worker_other(why_stage& on, prng& by) {
  return decided_by(on, by, "nextWorker", "(b, workers, r) return 'nobody'",
                    next_worker_chose_another, "worker nobody");
}
situation next_worker_fails(why_stage& on, prng& by) {
  return decided_by(on, by, "nextWorker", "(b, workers, r) error('who knows')", next_worker_failed);
}
situation can_start_no(why_stage& on, prng& by) {
  return decided_by(on, by, "canStartBuild",
                    by.either() ? "(b, w, r) return false"
                                : "(b, w, r) return r.properties.ready ~= nil",
                    can_start_build_says_no, "worker");
}
situation can_start_fails(why_stage& on, prng& by) {
  return decided_by(on, by, "canStartBuild", "(b, w, r) return r.x.y", can_start_build_failed,
                    "worker");
}

/// nextBuild wants the first one, which canStartBuild keeps.
situation next_build_other(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  auto& builder = on.wanted.builders[0];
  builder.set("nextBuild", on.function("(b, requests) return requests[1]"));
  builder.set("canStartBuild", on.function("(b, w, r) return r.buildrequestid ~= 1"));
  on.begin();
  on.attach(its.workers[0]);
  auto first = on.ask(its.builder);
  auto request = on.ask(its.builder);
  return {question_of(request),
          {{next_build_chose_another, quoted("request", std::to_string(first))},
           {can_start_build_says_no, "worker " + its.workers[0]}},
          {},
          [&on, first] { on.cancel(first, "no need"); },
          starts(on, request)};
}

// -- locks ----------------------------------------------------------------------------------------

/// Two builders with one lock; one holds it. `kind`: of the lock.
situation held(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  auto worker = its.workers[0];
  bool of_worker = by.either();
  std::string lock = by.name("lock");
  auto max = 1 + by.up_to(3);
  on.wanted.locks = {why_stage::lock(lock, max, of_worker)};
  on.add_builder("holder", {worker});
  bool exclusive = by.either();
  on.wanted.builders[1].set("locks",
                            exclusive ? on.access(lock) : on.access(lock, "counting", max));
  on.wanted.builders[0].set("locks",
                            by.either() ? on.access(lock) : on.access(lock, "counting", 1));
  if (of_worker)
    lock += "@" + worker;
  on.begin();
  on.attach(worker);
  on.advance(by.some_time());
  auto since = on.now();
  auto holds = on.ask("holder");
  on.advance(by.some_time());
  auto request = on.ask(its.builder);
  on.advance(by.some_time());
  return {question_of(request),
          {{lock_held, "lock " + lock, since},
           {command_running, "step compile of " + on.build_of(holds), since, since + 20min}},
          {},
          [&on, worker] { on.session(worker).ends(0); },
          starts(on, request)};
}

/// One holds a unit of two, one that wants both stands before us.
situation wanted_before(why_stage& on, prng& by) {
  auto its = small_master(on, by, 3);
  on.wanted.locks = {why_stage::lock("db", 2)};
  on.wanted.builders[0].set("workernames", boost::json::array{its.workers[0]});
  on.add_builder("holder", {its.workers[1]}).set("locks", on.access("db", "counting"));
  on.add_builder("greedy", {its.workers[2]}).set("locks", on.access("db"));
  on.wanted.builders[0].set("locks", on.access("db", "counting"));
  on.begin();
  for (const auto& name : its.workers)
    on.attach(name);
  on.session(its.workers[2]).unanswered = {"startBuild"};
  auto greedy = on.ask("greedy");
  on.advance(1s);
  auto holds = on.ask("holder");
  auto held_since = on.now();
  on.advance(by.some_time());
  on.session(its.workers[2]).speak_again();
  auto since = on.now();
  on.run();
  on.advance(by.some_time());
  auto request = on.ask(its.builder);
  return {question_of(request),
          {{lock_wanted_before, "lock db", since},
           {lock_held, "lock db", held_since},
           {command_running, "step compile of " + on.build_of(holds), held_since}},
          {},
          [&on, greedy] { on.stop("greedy", greedy, "no need"); },
          starts(on, request)};
}

situation too_small(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  auto units = 2 + by.up_to(5);
  on.wanted.locks = {why_stage::lock("db", 1)};
  on.wanted.builders[0].set("locks", on.access("db", "counting", units));
  on.begin();
  on.attach(its.workers[0]);
  auto request = on.ask(its.builder);
  return {question_of(request),
          {{lock_too_small, "lock db"}},
          {},
          [&on, units] {
            on.wanted.locks[0].set("maxCount", json(units));
            on.reconfigure(std::string{locks_path});
            on.reconfigure(std::string{brd_path});
          },
          starts(on, request)};
}

// -- claimed, complete ----------------------------------------------------------------------------

situation claimed(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  on.advance(by.some_time());
  auto since = on.now();
  auto request = on.ask(its.builder);
  on.advance(by.some_time());
  auto build = on.build_of(request);
  return {{std::to_string(request)},
          {{being_built, "build " + build, since},
           {command_running, "step compile of " + build, since, since + 20min}},
          {},
          [&on, worker] { on.session(worker).ends(0); },
          {},
          {{request_complete, "request 1"}}};
}

situation order_held(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  auto shut = on.close(builder_path(its.builder),
                       [](const auto& what) { return what.template as<start_build>() != nullptr; });
  auto since = on.now();
  auto request = on.ask(its.builder);
  on.advance(by.some_time());
  return {question_of(request),
          {{being_built, "build " + its.builder, since},
           {claim_being_stored, "builder " + its.builder}},
          {},
          [shut] { shut->open(); },
          {},
          {{being_built, "build " + its.builder + "/1", since}}};
}

situation complete(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  on.attach(its.workers[0]);
  auto request = on.ask(its.builder);
  on.advance(by.some_time());
  auto since = on.now();
  on.session(its.workers[0]).ends(by.up_to(2));
  on.run();
  on.advance(by.some_time());
  return {question_of(request),
          {{request_complete, "request 1", since},
           {build_finished, "build " + on.build_of(request), since}}};
}

situation cancelled(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto request = on.ask(its.builder);
  on.advance(by.some_time());
  auto since = on.now();
  on.cancel(request, by.either() ? "cancelled by ada: too late" : "");
  return {question_of(request), {{request_cancelled, "request 1", since}}};
}

/// The same branch twice: the newer request takes the older one's place.
situation collapsed(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.add_scheduler("all", {its.builder});
  on.begin();
  on.change("main");
  on.advance(by.some_time());
  auto since = on.now();
  on.change("main");
  on.advance(by.some_time());
  return {{"1"},
          {{request_collapsed, "request 1", since},
           {worker_never_connected, "worker " + its.workers[0]}}};
}

} // namespace

std::vector<maker> decided_situations() {
  return {{"another goes first", another_first},
          {"nextBuild chose none", next_build_none},
          {"nextBuild chose another", next_build_other},
          {"nextBuild failed", next_build_fails},
          {"nextWorker chose none", next_worker_none},
          {"nextWorker chose another", next_worker_other},
          {"nextWorker failed", next_worker_fails},
          {"canStartBuild says no", can_start_no},
          {"canStartBuild failed", can_start_fails},
          {"lock held", held},
          {"lock wanted before", wanted_before},
          {"lock too small", too_small},
          {"claimed", claimed},
          {"order on its way", order_held},
          {"complete", complete},
          {"cancelled", cancelled},
          {"collapsed", collapsed}};
}

} // namespace troupe::testing
