#include "tools/sim/simulated_workers.hpp"

#include "tests/support/network_stage.hpp"

using namespace troupe;
using namespace troupe::testing;
using namespace std::chrono_literals;
using sim::simulated_workers;

namespace {

sim::plan plan_with(std::vector<sim::planned_worker> workers) {
  sim::plan made;
  made.seed = 7;
  made.configured.workers = std::move(workers);
  return made;
}

std::string as_text(const peers::conduct& x) {
  return fmt::format("{} {} {} {} {} {}", x.tag, x.lines, x.line_bytes, x.seconds, x.rc,
                     static_cast<int>(x.how));
}

struct workers_stage : network_stage {
  sim::printed_commands printed;
};

/// How the next commands of a worker go.
std::vector<std::string> ways(simulated_workers& of, const std::string& worker, int count) {
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i)
    all.push_back(as_text(of.draw_conduct(worker, "b")));
  return all;
}

} // namespace

TEST_SUITE("sim: simulated workers") {

  TEST_CASE_FIXTURE(workers_stage,
                    "a simulated worker's commands do not depend on the rest of the plan") {
    sim::planned_worker one{.name = "w0", .failing = 300, .mischievous = 300}, other = one;
    other.name = "w1";
    auto small = plan_with({one});
    simulated_workers alone{small, net, printed};
    auto wanted = ways(alone, "w0", 20);
    auto large = plan_with({other, one});
    large.events = {{.at = 1s, .what = sim::event_kind::die}};
    large.network.jitter_us = 99;
    simulated_workers together{large, net, printed};
    std::vector<std::string> went;
    for (int i = 0; i < 20; ++i) {
      ways(together, "w1", 2);
      went.push_back(ways(together, "w0", 1)[0]);
    }
    CHECK(went == wanted);
    CHECK(std::set<std::string>(wanted.begin(), wanted.end()).size() == 20);
  }

  TEST_CASE_FIXTURE(workers_stage,
                    "a simulated worker's commands depend on the seed and on its name") {
    auto of = plan_with({{.name = "w0"}, {.name = "w1"}});
    auto again = of;
    again.seed++;
    simulated_workers first{of, net, printed}, second{again, net, printed};
    auto went = ways(first, "w0", 5);
    CHECK(ways(second, "w0", 5) != went);
    std::vector<std::string> others;
    for (auto message : ways(first, "w1", 5))
      others.push_back(message.replace(0, 2, "w0"));
    CHECK(others != went);
  }

  TEST_CASE_FIXTURE(workers_stage, "a simulated worker's commands stay within the plan's limits") {
    auto of = plan_with({{.name = "w0",
                          .seconds_max = 3,
                          .lines_max = 4,
                          .line_bytes = 50,
                          .failing = 0,
                          .mischievous = 0},
                         {.name = "w1", .failing = 1000, .mischievous = 1000}});
    simulated_workers workers{of, net, printed};
    for (int i = 0; i < 200; ++i) {
      auto good = workers.draw_conduct("w0", "b");
      CHECK(good.seconds <= 3);
      CHECK(good.lines <= 4);
      CHECK(good.line_bytes == 50);
      CHECK(good.rc == 0);
      CHECK(good.how == peers::byzantine_fault::none);
      auto bad = workers.draw_conduct("w1", "b");
      CHECK(bad.rc != 0);
      CHECK(bad.how != peers::byzantine_fault::none);
    }
  }

  TEST_CASE_FIXTURE(workers_stage, "simulated workers remember by tag what commands printed") {
    auto of = plan_with({{.name = "w0"}});
    simulated_workers workers{of, net, printed};
    auto first = workers.draw_conduct("w0", "b"), second = workers.draw_conduct("w0", "c");
    CHECK(first.tag == "w0#1");
    CHECK(second.tag == "w0#2");
    workers.printed(first, 3, 0);
    workers.ended(second, 2);
    CHECK(printed.at("w0#1").lines == 3);
    CHECK_FALSE(printed.at("w0#1").rc);
    CHECK(printed.at("w0#2").rc == 2);
    CHECK(printed.at("w0#2").builder == "c");
  }

  TEST_CASE_FIXTURE(workers_stage,
                    "a quiesced simulated worker is quick and commits no byzantine fault") {
    auto of =
        plan_with({{.name = "w0", .seconds_max = 300, .lines_max = 2000, .mischievous = 1000}});
    simulated_workers workers{of, net, printed};
    workers.quiesce(now);
    for (int i = 0; i < 50; ++i) {
      auto how = workers.draw_conduct("w0", "b");
      CHECK(how.seconds <= 1);
      CHECK(how.lines <= 10);
      CHECK(how.how == peers::byzantine_fault::none);
    }
  }

  TEST_CASE_FIXTURE(workers_stage, "a simulated worker reconnects with growing delays") {
    auto of = plan_with({{.name = "w0"}});
    simulated_workers workers{of, net, printed};
    auto& worker = *workers.find("w0");
    CHECK(workers.find("nobody") == nullptr);
    CHECK(workers.next_due() == span{0});
    workers.connect_due(now);
    CHECK(net.is_connected(worker));
    CHECK_FALSE(workers.next_due());
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 7; ++i) {
      net.cut(worker);
      REQUIRE(workers.next_due());
      waits.push_back((*workers.next_due() - now) / 1s);
      now = *workers.next_due() - 1us;
      workers.connect_due(now);
      CHECK_FALSE(net.is_connected(worker));
      now += 1us;
      workers.connect_due(now);
      CHECK(net.is_connected(worker));
    }
    CHECK(waits == std::vector<std::int64_t>{1, 2, 4, 8, 15, 30, 30});
  }

  TEST_CASE_FIXTURE(workers_stage, "a simulated worker retries when nothing listens") {
    order(io::stop_listening{"pb"});
    auto of = plan_with({{.name = "w0"}});
    simulated_workers workers{of, net, printed};
    workers.connect_due(now);
    CHECK_FALSE(net.is_connected(*workers.find("w0")));
    CHECK(workers.next_due() == span{1s});
  }
}
