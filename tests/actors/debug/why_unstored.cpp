// Requests whose fate is not in the store yet, or whose distributor does not answer.
// Requests that wait for workers, for the store, for the master.
#include "tests/actors/debug/why_corpus.hpp"

#include "actors/botmaster/brd/brd.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/worker.hpp"
#include "runtime/path.hpp"
#include "storage/tables/buildsets.hpp"

namespace troupe::testing {

namespace {

situation set_not_stored(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  on.attach(its.workers[0]);
  on.advance(by.some_time());
  auto shut = on.close("/db");
  add_buildset order;
  order.builder_names = {its.builder};
  on.send(brd_path, order);
  auto since = on.now();
  on.run();
  on.advance(by.some_time());
  return {
      {"1"}, {{waits_for_store, "buildset 1", since}}, {}, [shut] { shut->open(); }, starts(on, 1)};
}

situation claim_not_stored(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto worker = its.workers[0];
  on.attach(worker);
  on.control_worker(worker, "pause");
  auto request = on.ask(its.builder);
  on.advance(by.some_time());
  auto shut = on.close("/db");
  auto since = on.now();
  on.control_worker(worker, "unpause");
  on.advance(by.some_time());
  return {question_of(request),
          {{waits_for_store, "service /db", since}},
          {},
          [shut] { shut->open(); },
          starts(on, request)};
}

// Records as they should never be: the set of a request that is open is complete.
situation set_is_over(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  storage::batch work;
  records::buildset set;
  set.id = buildset_id{3};
  set.complete = true;
  records::buildrequest request;
  request.id = buildrequest_id{5};
  request.buildset = set.id;
  request.builder = builder_id{1};
  on.put(work.put(set).put(request).put(a_builder(1, its.builder)));
  on.begin();
  on.attach(its.workers[0]);
  return {question_of(5),
          {{buildset_over, "buildset 3"}},
          {},
          [&on] { on.cancel(5, "cancelled by ada"); },
          {},
          {{request_cancelled, "request 5"}}};
}

situation completion_not_stored(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto request = on.ask(its.builder);
  auto shut = on.close("/db");
  on.cancel(request, "cancelled by ada");
  on.advance(by.some_time());
  return {question_of(request),
          {{waits_for_store, "service /db"}},
          {},
          [shut] { shut->open(); },
          {},
          {{request_cancelled, quoted("request", std::to_string(request))}}};
}

situation distributor_silent(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto request = on.ask(its.builder);
  bool rebuilt = by.either();
  auto shut = on.close(rebuilt ? std::string_view{"/db"} : brd_path);
  if (rebuilt) // which waits for the store
    REQUIRE(on.control(brd_path, runtime::crash_service{"for a test", "t"}).ok);
  return {question_of(request),
          {{service_silent, "service /botmaster/brd"}},
          {},
          [&on, shut] {
            shut->open();
            on.flush();
          },
          {},
          {{worker_never_connected, "worker " + its.workers[0]}}};
}

situation distributor_absent(why_stage& on, prng& by) {
  auto its = small_master(on, by, 1);
  on.begin();
  auto request = on.ask(its.builder);
  REQUIRE(on.control("/botmaster", runtime::terminate_child{"brd", "t"}).ok);
  on.flush();
  return {question_of(request),
          {{service_absent, "service /botmaster/brd"}},
          {},
          [&on] {
            REQUIRE(on.control("/botmaster", runtime::restart_child{"brd", "t"}).ok);
            on.flush();
          },
          {},
          {{worker_never_connected, "worker " + its.workers[0]}}};
}

} // namespace

std::vector<maker> unstored_situations() {
  return {{"buildset not stored", set_not_stored},
          {"claim not stored", claim_not_stored},
          {"buildset over", set_is_over},
          {"completion not stored", completion_not_stored},
          {"distributor silent", distributor_silent},
          {"distributor absent", distributor_absent}};
}

} // namespace troupe::testing
