#include "actors/master/recovery.hpp"

#include <doctest/doctest.h>

#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/state.hpp"
#include "tests/support/temp_store.hpp"

using namespace troupe;
using namespace troupe::records;
using troupe::test::temp_store;

namespace {

constexpr instant then{std::chrono::seconds{1'700'000'000}};
constexpr instant now = then + std::chrono::hours{1};

struct left_behind {
  temp_store store;
  storage::batch work;

  void request(std::int64_t id, std::int64_t set, bool claimed = true) {
    buildrequest made;
    made.id = buildrequest_id{id};
    made.buildset = buildset_id{set};
    made.builder = builder_id{1};
    if (claimed) {
      made.claimed_at = then;
      made.claimed_by = master_id{1};
    }
    work.put(made);
  }
  void set(std::int64_t id) {
    buildset made;
    made.id = buildset_id{id};
    work.put(made);
  }
  void build(std::int64_t id, std::int64_t request, std::optional<result_code> results = {}) {
    records::build made;
    made.id = build_id{id};
    made.number = id;
    made.builder = builder_id{1};
    made.request = buildrequest_id{request};
    made.worker = worker_id{1};
    made.results = results;
    if (results)
      made.complete_at = then;
    work.put(made);
  }
  void step(std::int64_t id, std::int64_t build, std::optional<result_code> results = {}) {
    records::step made;
    made.id = step_id{id};
    made.number = id;
    made.name = "step " + std::to_string(id);
    made.build = build_id{build};
    made.started_at = then;
    made.state_string = "running";
    made.results = results;
    if (results)
      made.complete_at = then;
    work.put(made);
    records::log made_log;
    made_log.id = log_id{id};
    made_log.name = made_log.slug = "stdio";
    made_log.step = made.id;
    made_log.complete = results.has_value();
    work.put(made_log);
  }
  troupe::master::recovered recover() {
    if (!work.empty())
      REQUIRE(store->apply(std::exchange(work, {})));
    return troupe::master::recover(*store, "host:/folder", now).value();
  }
  buildrequest request_now(std::int64_t id) {
    return storage::find_buildrequest(store->read(), buildrequest_id{id}).value();
  }
  buildset set_now(std::int64_t id) {
    return storage::find_buildset(store->read(), buildset_id{id}).value();
  }
};

} // namespace

TEST_SUITE("recovery") {

  TEST_CASE_FIXTURE(left_behind, "recovery gives a new master an id and knows it again") {
    auto first = recover(), second = recover();
    CHECK(first.first_start);
    CHECK_FALSE(second.first_start);
    CHECK(first.id == second.id);
    CHECK(storage::find_master(store->read(), "host:/folder")->active);
    CHECK_FALSE(troupe::master::recover(*store, "other:/folder", now).value().id == first.id);
  }

  TEST_CASE_FIXTURE(left_behind,
                    "recovery ends what was running as retry, with its steps and logs") {
    set(1);
    request(1, 1);
    build(1, 1);
    step(1, 1, result_code::warnings);
    step(2, 1);
    CHECK(recover().builds == 1);
    auto from = store->read();
    auto ended = storage::find_build(from, build_id{1}).value();
    CHECK(ended.results == result_code::retry);
    CHECK(ended.complete_at == now);
    CHECK(ended.state_string == "retry master stopped");
    CHECK(storage::incomplete_builds(from).empty());
    auto steps = storage::steps_of_build(from, build_id{1});
    REQUIRE(steps.size() == 2);
    CHECK(steps[0].results == result_code::warnings);
    CHECK(steps[0].complete_at == then);
    CHECK(steps[1].results == result_code::retry);
    CHECK(steps[1].complete_at == now);
    CHECK(steps[1].state_string == "running (retry)");
    for (std::int64_t id : {1, 2})
      CHECK(storage::find_log(from, log_id{id})->complete);
  }

  TEST_CASE_FIXTURE(left_behind, "frees the request of a build that was running or had not begun") {
    set(1);
    request(1, 1);
    request(2, 1);
    request(3, 1, false);
    build(1, 1);
    CHECK(recover().requests == 2);
    for (std::int64_t id : {1, 2, 3}) {
      CHECK_FALSE(request_now(id).claimed_at);
      CHECK_FALSE(request_now(id).claimed_by);
      CHECK_FALSE(request_now(id).complete);
    }
    CHECK_FALSE(set_now(1).complete);
  }

  TEST_CASE_FIXTURE(left_behind,
                    "completes a request whose build had ended, and then its buildset") {
    set(1);
    request(1, 1);
    build(1, 1, result_code::retry);
    build(2, 1, result_code::failure);
    CHECK(recover().requests == 0);
    CHECK(request_now(1).complete);
    CHECK(request_now(1).results == result_code::failure);
    CHECK(request_now(1).claimed_by == master_id{1});
    CHECK(set_now(1).complete);
    CHECK(set_now(1).complete_at == now);
    CHECK(set_now(1).results == result_code::failure);
  }

  TEST_CASE_FIXTURE(left_behind, "recovery leaves a buildset open of which another request is") {
    set(1);
    request(1, 1);
    build(1, 1, result_code::success);
    request(2, 1, false);
    recover();
    CHECK(request_now(1).complete);
    CHECK_FALSE(set_now(1).complete);
  }

  TEST_CASE_FIXTURE(left_behind, "completes a buildset with the worst of all its requests") {
    set(1);
    request(1, 1);
    build(1, 1, result_code::success);
    request(2, 1);
    build(2, 2, result_code::exception);
    recover();
    CHECK(set_now(1).complete);
    CHECK(set_now(1).results == result_code::exception);
  }

  TEST_CASE_FIXTURE(left_behind, "frees a request whose builds all ended as retry") {
    set(1);
    request(1, 1);
    build(1, 1, result_code::retry);
    CHECK(recover().requests == 1);
    CHECK_FALSE(request_now(1).complete);
  }

  TEST_CASE_FIXTURE(left_behind, "recovery forgets what services had kept of themselves") {
    work.put_state("/botmaster/builders/linux/7", "build", "state");
    work.put_state("/botmaster/locks", "locks", "state");
    recover();
    CHECK(storage::service_states(store->read()).empty());
  }

  TEST_CASE_FIXTURE(left_behind, "recovery finds nothing to do the second time") {
    set(1);
    request(1, 1);
    build(1, 1);
    recover();
    auto again = recover();
    CHECK(again.builds == 0);
    CHECK(again.requests == 0);
  }
}
