#include <doctest/doctest.h>

#include "actors/metrics/metrics.hpp"
#include "actors/status/events.hpp"
#include "tests/support/counting_stage.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;
using namespace std::chrono_literals;

namespace {

struct events_stage : counting_stage {
  events_stage() {
    kinds.add(status::event_hub::static_kind());
    kinds.add(metrics::metrics::static_kind());
    prepare();
    status::event_hub_config steady{{std::string{metrics::metrics_path}}};
    start_with({child_of("status", "status", steady),
                child_of("metrics", "metrics", metrics::metrics_config{})});
    run();
  }
  void say(std::string topic, json content = nullptr) {
    send("/status", status::event{std::move(topic), std::move(content)});
    run();
  }
  std::int64_t metric(const char* group, const char* name) {
    auto all = state_of("/metrics").at(group).as_object();
    auto* found = all.if_contains(name);
    return found ? found->as_int64() : 0;
  }
};

} // namespace

TEST_SUITE("events") {

  TEST_CASE_FIXTURE(events_stage, "events are counted by kind, and the sums told after a while") {
    say("builds/1/new");
    say("logs/1/append");
    say("logs/2/append");
    CHECK(metric("gauges", "builds.running") == 1); // at once
    CHECK(metric("counters", "logs/append") == 0);
    advance(10s);
    CHECK(metric("counters", "logs/append") == 2);
    CHECK(metric("counters", "builds/new") == 1);
    say("builds/1/finished", json{{"started_at", 5}, {"complete_at", 7}});
    say("logs/1/append");
    advance(10s);
    CHECK(metric("gauges", "builds.running") == 0);
    CHECK(metric("counters", "logs/append") == 3);
    CHECK(state_of("/metrics").at("timers").at("builds").at("count").as_int64() == 1);
  }

  TEST_CASE_FIXTURE(events_stage, "that nobody named cost no message each") {
    auto before = state_of("/status").at("events").as_int64();
    auto taken = [&] { return address_of("/metrics").at()->taken.load(); };
    auto taken_before = taken();
    for (int i = 0; i < 100; ++i)
      say("logs/1/append");
    CHECK(state_of("/status").at("events").as_int64() == before + 100);
    CHECK(taken() == taken_before);
    advance(10s);
    CHECK(taken() == taken_before + 1);
  }

  TEST_CASE_FIXTURE(events_stage, "go to metrics again when either of them has failed") {
    for (const char* path : {"/metrics", "/status"}) {
      CHECK(control(path, crash_service{"test"}).ok);
      advance(3s);
      say("builds/1/new");
      CHECK(metric("gauges", "builds.running") == 1);
      say("builds/1/finished");
    }
  }

} // TEST_SUITE
