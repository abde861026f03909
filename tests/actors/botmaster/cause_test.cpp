#include <doctest/doctest.h>

#include "actors/botmaster/brd/brd.hpp"
#include "actors/botmaster/locks/locks.hpp"
#include "actors/botmaster/workers/causes.hpp"
#include "actors/botmaster/workers/worker_availability.hpp"
#include "runtime/service/branch.hpp"

using namespace troupe;
using namespace troupe::botmaster;
using namespace std::chrono_literals;
using enum worker_cause;

namespace {

/// A worker in good health, and its explanation ten minutes later.
struct worker_case {
  instant now{std::chrono::seconds{1'700'000'000}};
  worker_standing is{.connected_since = now - 10min, .attached = true};

  std::vector<std::string> codes() const {
    std::vector<std::string> out;
    for (const auto& one : why_it_may_not_build("w1", is, now)) {
      CHECK(one.subject == the_worker("w1"));
      out.push_back(one.code);
    }
    CHECK(out.empty() == is.can_build());
    return out;
  }
  cause first() const { return why_it_may_not_build("w1", is, now).at(0); }
};

/// The codes of several causes, as text.
struct codes_of : std::vector<std::string> {
  codes_of(std::initializer_list<worker_cause> codes) {
    for (auto code : codes)
      emplace_back(code_of(code));
  }
};

} // namespace

TEST_SUITE("cause") {

  TEST_CASE("how long something lasts is said in one unit") {
    const std::pair<span, const char*> table[]{
        {-5s, "0.0 s"},  {0s, "0.0 s"},   {9999ms, "9.9 s"},       {10s, "10 s"},
        {119s, "119 s"}, {2min, "2 min"}, {119min, "119 min"},     {2h, "2 h"},
        {47h, "47 h"},   {48h, "2 days"}, {24h * 400, "400 days"},
    };
    for (const auto& [time, message] : table)
      CHECK(lasting(time) == std::string{message});
  }

  TEST_CASE("things are called as they are asked for, names are listed") {
    CHECK(to_string(the_worker("w 1")) == "worker w 1");
    CHECK(to_string(the_request(buildrequest_id{12})) == "request 12");
    CHECK(to_string(the_service("/db")) == "service /db");
    CHECK(listed({}).empty());
    CHECK(listed({"a"}) == "a");
    CHECK(listed({"a", "b", "c"}) == "a, b and c");
  }

  TEST_CASE("every code has a name of its own") {
    std::set<std::string_view> names;
    for (auto name : names_of(worker_cause{}))
      names.insert(name);
    CHECK(names.size() == names_of(worker_cause{}).size());
    cause absent{runtime::service_cause::service_absent, "nobody is there", the_service("/db")};
    CHECK(to_json(absent).at("code") == json("service.absent"));
    CHECK(absent.is(runtime::service_cause::service_absent));
  }

  TEST_CASE("services that explain hear queries, others do not") {
    auto hears_queries = [](const runtime::service_kind& kind) {
      return kind.find(&runtime::tag_of<query>) != nullptr;
    };
    CHECK(hears_queries(distributor::static_kind()));
    CHECK(hears_queries(locks::static_kind()));
    CHECK_FALSE(hears_queries(runtime::branch::static_kind()));
  }

  TEST_CASE_FIXTURE(worker_case, "a worker that is attached may build") {
    CHECK(codes().empty());
  }

  TEST_CASE_FIXTURE(worker_case, "each obstacle of a worker is named, with its times") {
    SUBCASE("paused") {
      is.paused = true;
      CHECK(codes() == codes_of{worker_paused});
      CHECK(first().message == "worker w1 is paused");
      is.pause_reason = "new disk";
      CHECK(first().message == "worker w1 is paused: new disk");
    }
    SUBCASE("graceful") {
      is.graceful = true;
      CHECK(codes() == codes_of{worker_graceful});
    }
    SUBCASE("in quarantine") {
      is.rests_until = now + 8s;
      CHECK(codes() == codes_of{worker_quarantined});
      CHECK(first().until == now + 8s);
      CHECK(first().message
            == "worker w1 is in quarantine for another 8.0 s: a build on it went wrong");
    }
    SUBCASE("attaching") {
      is.attached = false;
      CHECK(codes() == codes_of{worker_attaching});
      CHECK(first().since == now - 10min);
    }
    SUBCASE("never connected") {
      is = {};
      is.absent_since = now - 1min; // when its service began
      CHECK(codes() == codes_of{worker_never_connected});
      CHECK_FALSE(first().since);
    }
    SUBCASE("not connected") {
      is = {};
      is.last_connected = now - 2h;
      CHECK(codes() == codes_of{worker_not_connected});
      CHECK(first().message == "worker w1 has not come back; it last came 2 h ago");
      is.absent_since = now - 1min;
      CHECK(first().message == "worker w1 has not come back for 60 s; it last came 2 h ago");
      is.last_words = "cable torn";
      CHECK(first().message == "worker w1 has not been connected for 60 s: cable torn");
      CHECK(first().since == now - 1min);
    }
    SUBCASE("not served") {
      is.served = false;
      is.paused = true; // which matters no more
      CHECK(codes() == codes_of{worker_unserved});
    }
  }

  TEST_CASE_FIXTURE(worker_case, "of several obstacles what lasts longest comes first") {
    is.attached = false;
    is.paused = is.graceful = true;
    is.rests_until = now + 1s;
    CHECK(codes()
          == codes_of{worker_paused, worker_graceful, worker_quarantined, worker_attaching});
    is.connected_since.reset();
    is.last_connected = now;
    CHECK(codes() == codes_of{worker_not_connected, worker_paused, worker_quarantined});
  }
}
