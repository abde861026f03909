// Workers that do not build, or not more.
#include "tests/actors/debug/why_corpus.hpp"

#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/worker.hpp"
#include "actors/workers/messages.hpp"
#include "runtime/path.hpp"

namespace troupe::testing {

namespace {

std::vector<std::string> question_of(prng& by, const std::string& worker) {
  return by.either() ? std::vector<std::string>{worker}
                     : std::vector<std::string>{"worker", worker};
}

/// What keeps a worker away from everything, and how it comes back.
situation standing(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  auto& session = on.session(worker);
  situation made{question_of(by, worker),
                 {},
                 {},
                 [&on, worker] { on.attach(worker); },
                 {},
                 {{nothing_waits, "worker " + worker}}};
  auto subject = "worker " + worker;
  on.advance(by.some_time());
  auto since = on.now();
  switch (by.up_to(4)) {
  case 0:
    made.links = {{worker_never_connected, subject}};
    break;
  case 1:
    on.attach(worker);
    on.advance(by.some_time());
    since = on.now();
    session.go_away("it went home");
    made.links = {{worker_not_connected, subject, since}};
    break;
  case 2:
    session.unanswered = {"getWorkerInfo"};
    on.attach(worker);
    made.links = {{worker_attaching, subject, since}};
    made.remove = [&session] { session.speak_again(); };
    break;
  case 3:
    on.attach(worker);
    on.control_worker(worker, "pause", "new disk");
    made.links = {{worker_paused, subject}};
    made.remove = [&on, worker] { on.control_worker(worker, "unpause"); };
    break;
  default:
    on.attach(worker);
    on.control_worker(worker, "stop");
    made.links = {{worker_graceful, subject}};
    made.remove = [&on, worker] {
      on.session(worker).go_away("as told");
      on.attach(worker);
    };
  }
  on.advance(by.some_time());
  return made;
}

situation resting(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  on.advance(by.some_time());
  auto until = on.now() + 10s;
  on.send(worker_path(worker), worker_released{its.builder, records::result_code::exception});
  on.advance(std::chrono::seconds{by.up_to(9)});
  return {question_of(by, worker),
          {{worker_quarantined, "worker " + worker, {}, until}},
          {},
          [&on] { on.advance(10s); },
          {},
          {{nothing_waits, "worker " + worker}}};
}

situation full_worker(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.wanted.workers[0].set("max_builds", json(1));
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  on.advance(by.some_time());
  auto since = on.now();
  on.ask(its.builder);
  on.advance(by.some_time());
  return {question_of(by, worker),
          {{worker_full, "worker " + worker, since}},
          {{nothing_waits, "worker " + worker}},
          [&on, worker] { on.session(worker).ends(0); },
          {},
          {{nothing_waits, "worker " + worker}}};
}

situation building(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  on.ask(its.builder);
  on.advance(by.some_time());
  return {question_of(by, worker),
          {{nothing_waits, "worker " + worker}},
          {{worker_building, "worker " + worker}},
          [&on, its] { on.ask(its.builder); },
          {},
          {{worker_builds_for_builder, "worker " + worker}}};
}

situation unused(why_stage& on, prng& by) {
  auto its = small_master(on, by, 2);
  auto worker = its.workers[1];
  on.wanted.builders[0].arguments.at("workernames").as_array().pop_back();
  on.begin();
  on.attach(worker);
  return {question_of(by, worker),
          {{worker_unused, "worker " + worker}},
          {},
          [&on, worker] {
            on.wanted.builders[0].arguments.at("workernames").as_array().emplace_back(worker);
            on.reconfigure(worker_path(worker));
            on.reconfigure(std::string{brd_path});
          },
          {},
          {{nothing_waits, "worker " + worker}}};
}

/// Its builder has a request that waits for something else.
situation kept_away(why_stage& on, prng& by) {
  auto its = small_master(on, by, 2);
  auto worker = its.workers[0];
  bool lock = by.either();
  on.wanted.locks = {why_stage::lock("db", 1)};
  on.add_builder("holder", {its.workers[1]}).set("locks", on.access("db"));
  if (lock)
    on.wanted.builders[0].set("locks", on.access("db"));
  else
    on.wanted.builders[0].set("canStartBuild", on.function("(b, w, r) return false"));
  on.begin();
  on.attach(its.workers[1]);
  on.ask("holder");
  on.attach(worker);
  on.ask(its.builder);
  on.advance(by.some_time());
  return {question_of(by, worker),
          {lock ? expectation{lock_held, "lock db"}
                : expectation{can_start_build_says_no, "worker " + worker}},
          {},
          [&on, lock, other = its.workers[1]] {
            if (lock)
              on.session(other).ends(0);
            on.wanted.builders[0].drop("canStartBuild");
            on.reconfigure(std::string{brd_path});
          },
          {},
          {{nothing_waits, "worker " + worker}}};
}

/// A keepalive without an answer: the worker is there only as far as we know.
situation silent_worker(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  auto interval = std::chrono::seconds{60 + by.up_to(600)};
  on.wanted.workers[0].set("keepalive_interval", seconds_of(interval));
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  auto heard = on.now();
  on.session(worker).unanswered = {"print"};
  on.advance(interval + 1s);
  return {question_of(by, worker),
          {{worker_silent, "worker " + worker, heard, heard + 2 * interval}},
          {{nothing_waits, "worker " + worker}},
          [&on, worker] { on.session(worker).speak_again(); },
          {},
          {{nothing_waits, "worker " + worker}}};
}

/// Only the store knows it: it was configured once.
situation gone(why_stage& on, prng& by) {
  small_master(on, by, 1);
  auto worker = by.name("old");
  on.put(storage::batch{}.put(a_worker(9, worker)));
  on.begin();
  return {question_of(by, worker), {{worker_unserved, "worker " + worker}}};
}

situation service_away(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  auto path = worker_path(worker);
  auto shut = on.close(path);
  return {question_of(by, worker),
          {{service_silent, "service " + path}},
          {{nothing_waits, "worker " + worker}},
          [shut] { shut->open(); },
          {},
          {{nothing_waits, "worker " + worker}}};
}

} // namespace

std::vector<maker> worker_situations() {
  return {{"standing", standing},
          {"resting", resting},
          {"full worker", full_worker},
          {"building", building},
          {"unused", unused},
          {"kept away", kept_away},
          {"worker silent", silent_worker},
          {"worker gone", gone},
          {"worker service away", service_away}};
}

} // namespace troupe::testing
