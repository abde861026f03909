// Several causes at once, and causes of causes.
#include "tests/actors/debug/why_corpus.hpp"

#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/worker.hpp"

namespace troupe::testing {

namespace {

/// What keeps one of several workers away: the likelier it is to be ready soon, the lower.
enum class obstacle { busy, full, resting, attaching, paused, gone, never };

int rank_of(obstacle what) {
  return what <= obstacle::full ? 0 : what <= obstacle::attaching ? 1 : static_cast<int>(what);
}

any_code code_of(obstacle what) {
  const std::array<any_code, 7> codes{
      worker_builds_for_builder, worker_full,   worker_quarantined,
      worker_attaching,          worker_paused, worker_not_connected,
      worker_never_connected};
  return codes[static_cast<std::size_t>(what)];
}

void put_in_its_way(why_stage& on, const std::string& worker, const std::string& builder,
                    obstacle what) {
  if (what == obstacle::never)
    return;
  if (what == obstacle::attaching)
    on.session(worker).unanswered = {"getWorkerInfo"};
  on.attach(worker);
  switch (what) {
  case obstacle::busy:
    on.ask(builder);
    break;
  case obstacle::full:
    on.ask("other " + worker);
    break;
  case obstacle::resting:
    on.send(worker_path(worker), worker_released{builder, records::result_code::exception});
    on.run();
    break;
  case obstacle::paused:
    on.control_worker(worker, "pause", "new disk");
    break;
  case obstacle::gone:
    on.session(worker).go_away("it went home");
    on.run();
    break;
  default:
    break;
  }
}

void take_away(why_stage& on, const std::string& worker, obstacle what) {
  switch (what) {
  case obstacle::busy:
  case obstacle::full:
    on.session(worker).ends(0);
    break;
  case obstacle::resting:
  case obstacle::paused:
    on.control_worker(worker, "unpause");
    break;
  case obstacle::attaching:
    on.session(worker).speak_again();
    break;
  default:
    on.attach(worker);
  }
}

/// Each worker with an obstacle of its own; that which is likely to be gone first is the reason.
situation many_workers(why_stage& on, prng& by) {
  auto its = small_master(on, by, 2 + by.up_to(3));
  std::vector<obstacle> ways;
  for (std::size_t n = 0; n < its.workers.size(); ++n) {
    ways.push_back(static_cast<obstacle>(by.up_to(6)));
    if (ways.back() == obstacle::full) {
      on.wanted.workers[n].set("max_builds", json(1));
      on.add_builder("other " + its.workers[n], {its.workers[n]});
    }
  }
  on.begin();
  for (std::size_t n = 0; n < ways.size(); ++n)
    put_in_its_way(on, its.workers[n], its.builder, ways[n]);
  auto request = on.ask(its.builder);
  std::size_t first = 0;
  std::vector<expectation> also;
  for (std::size_t n = 0; n < ways.size(); ++n) {
    also.push_back({code_of(ways[n]), "worker " + its.workers[n]});
    if (rank_of(ways[n]) < rank_of(ways[first]))
      first = n;
  }
  auto worker = its.workers[first];
  return {question_of(request),
          {also[first]},
          also,
          [&on, worker, way = ways[first]] { take_away(on, worker, way); },
          starts(on, request)};
}

/// A worker with two obstacles: what lasts is said before what goes by itself.
situation two_at_once(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  on.send(worker_path(worker), worker_released{its.builder, records::result_code::exception});
  on.run();
  auto until = on.now() + 10s;
  on.session(worker).go_away("it went home");
  on.run();
  auto request = on.ask(its.builder);
  auto rests = expectation{worker_quarantined, "worker " + worker, {}, until};
  return {question_of(request),
          {{worker_not_connected, "worker " + worker}},
          {rests},
          [&on, worker] { on.attach(worker); },
          {},
          {rests}};
}

/// The worker that is ready is kept by a lock, the other one is paused.
situation lock_and_worker(why_stage& on, prng& by) {
  auto its = small_master(on, by, 2);
  on.wanted.locks = {why_stage::lock("a", 1), why_stage::lock("b", 1)};
  on.wanted.builders[0].set("locks", boost::json::array{on.access("a"), on.access("b")});
  on.add_builder("has a", {its.workers[0]}).set("locks", on.access("a"));
  on.add_builder("has b", {its.workers[0]}).set("locks", on.access("b"));
  on.begin();
  on.attach(its.workers[0]);
  on.attach(its.workers[1]);
  on.control_worker(its.workers[1], "pause");
  on.ask("has b");
  auto has_a = on.ask("has a");
  on.advance(by.some_time());
  auto request = on.ask(its.builder);
  return {question_of(request),
          {{lock_held, "lock a"}},
          {{lock_held, "lock b"}, {worker_paused, "worker " + its.workers[1]}},
          [&on, has_a] { on.stop("has a", has_a, "no need"); },
          {},
          {{lock_held, "lock b"}}};
}

/// Each build holds a lock and has a step that waits for the lock of the next one.
situation lock_chain(why_stage& on, prng& by) {
  auto length = static_cast<std::size_t>(1 + by.up_to(4));
  auto its = small_master(on, by, static_cast<std::int64_t>(length) + 1);
  auto lock = [](std::size_t n) { return "l" + std::to_string(n); };
  auto builder = [&](std::size_t n) { return n == 0 ? its.builder : "b" + std::to_string(n); };
  for (std::size_t n = 1; n <= length; ++n) {
    on.wanted.locks.push_back(why_stage::lock(lock(n), 1));
    auto& made = on.add_builder(builder(n), {its.workers[n]});
    made.set("locks", on.access(lock(n)));
    if (n < length)
      why_stage::set_steps(made, {on.make("compile", {{"locks", on.access(lock(n + 1))}})});
  }
  on.wanted.builders[0].set("workernames", boost::json::array{its.workers[0]});
  on.wanted.builders[0].set("locks", on.access(lock(1)));
  on.begin();
  for (const auto& name : its.workers)
    on.attach(name);
  std::vector<instant> held(length + 1);
  for (auto n = length; n > 0; --n) {
    held[n] = on.now();
    on.ask(builder(n));
    on.advance(by.some_time());
  }
  auto request = on.ask(its.builder);
  situation made{question_of(request), {}, {}, [&on, last = its.workers[length]] {
                   on.session(last).ends(0);
                 }};
  for (std::size_t n = 1; n <= length; ++n)
    made.links.push_back({lock_held, "lock " + lock(n), held[n]});
  auto runs = [&](std::size_t n) {
    return expectation{command_running, quoted("step", "compile of " + builder(n) + "/1")};
  };
  made.next = {made.links.begin(), made.links.end() - 1};
  made.links.push_back(runs(length));
  if (length == 1)
    made.gone = starts(on, request);
  else
    made.next.push_back(runs(length - 1));
  return made;
}

/// Two builds, each of which has what the other one's step wants.
situation circle(why_stage& on, prng& by) {
  auto its = small_master(on, by, 2);
  on.wanted.locks = {why_stage::lock("a", 1), why_stage::lock("b", 1)};
  on.add_builder("other", {its.workers[1]}).set("locks", on.access("b"));
  on.wanted.builders[0].set("locks", on.access("a"));
  on.wanted.builders[0].set("workernames", boost::json::array{its.workers[0]});
  why_stage::set_steps(on.wanted.builders[0], {on.make("compile", {{"locks", on.access("b")}})});
  why_stage::set_steps(on.wanted.builders[1], {on.make("compile", {{"locks", on.access("a")}})});
  on.begin();
  on.attach(its.workers[0]);
  on.attach(its.workers[1]);
  auto builds = on.ask(std::vector<std::string>{its.builder, "other"});
  on.advance(by.some_time());
  return {{its.builder + "/1"},
          {{lock_held, "lock b"}, {lock_held, "lock a"}},
          {{step_waits_for_locks, quoted("step", "compile of " + its.builder + "/1")}},
          [&on, other = builds.at("other")] { on.stop("other", other, "no need"); },
          {},
          {{command_running, quoted("step", "compile of " + its.builder + "/1")}}};
}

/// Some requests stand in line; each but the first waits for the first, which waits for a build.
situation in_line(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  auto runs = on.ask(its.builder);
  auto first = on.ask(its.builder);
  std::int64_t request = 0;
  for (auto more = 1 + by.up_to(4); more > 0; --more)
    request = on.ask(its.builder);
  on.advance(by.some_time());
  auto build = on.build_of(runs);
  auto leads = expectation{another_goes_first, quoted("request", std::to_string(first))};
  return {question_of(request),
          {leads,
           {worker_builds_for_builder, "worker " + worker},
           {command_running, "step compile of " + build}},
          {{worker_builds_for_builder, "worker " + worker}},
          [&on, worker] { on.session(worker).ends(0); },
          [&on, first] { return on.is_claimed(first); }};
}

} // namespace

std::vector<maker> chain_situations() {
  return {{"many workers", many_workers},
          {"many workers, again", many_workers},
          {"many workers, and again", many_workers},
          {"two obstacles at once", two_at_once},
          {"lock and worker", lock_and_worker},
          {"lock chain", lock_chain},
          {"circle", circle},
          {"in line", in_line}};
}

} // namespace troupe::testing
