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

std::string as_text(const swarm::conduct& x) {
  return fmt::format("{} {} {} {} {} {}", x.tag, x.lines, x.line_bytes, x.seconds, x.rc,
                     static_cast<int>(x.how));
}

/// How the next commands of a worker go.
std::vector<std::string> ways(simulated_workers& of, const std::string& worker, int count) {
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i)
    all.push_back(as_text(of.begin({0, worker, "b", "shell"})));
  return all;
}

} // namespace

TEST_SUITE("simulated crew") {

  TEST_CASE_FIXTURE(network_stage, "has commands go the same, whatever else is in the plan") {
    sim::planned_worker one{.name = "w0", .failing = 300, .mischievous = 300}, other = one;
    other.name = "w1";
    auto small = plan_with({one});
    simulated_workers alone{small, net};
    auto wanted = ways(alone, "w0", 20);
    auto large = plan_with({other, one});
    large.events = {{.at = 1s, .what = sim::event_kind::die}};
    large.network.jitter_us = 99;
    simulated_workers together{large, net};
    std::vector<std::string> went;
    for (int i = 0; i < 20; ++i) {
      ways(together, "w1", 2);
      went.push_back(ways(together, "w0", 1)[0]);
    }
    CHECK(went == wanted);
    CHECK(std::set<std::string>(wanted.begin(), wanted.end()).size() == 20);
  }

  TEST_CASE_FIXTURE(network_stage,
                    "has commands go otherwise with another seed or another worker") {
    auto of = plan_with({{.name = "w0"}, {.name = "w1"}});
    auto again = of;
    again.seed++;
    simulated_workers first{of, net}, second{again, net};
    auto went = ways(first, "w0", 5);
    CHECK(ways(second, "w0", 5) != went);
    std::vector<std::string> others;
    for (auto message : ways(first, "w1", 5))
      others.push_back(message.replace(0, 2, "w0"));
    CHECK(others != went);
  }

  TEST_CASE_FIXTURE(network_stage, "keeps commands to what the plan says of the worker") {
    auto of = plan_with({{.name = "w0",
                          .seconds_max = 3,
                          .lines_max = 4,
                          .line_bytes = 50,
                          .failing = 0,
                          .mischievous = 0},
                         {.name = "w1", .failing = 1000, .mischievous = 1000}});
    simulated_workers workers{of, net};
    for (int i = 0; i < 200; ++i) {
      auto good = workers.begin({0, "w0", "b", "shell"});
      CHECK(good.seconds <= 3);
      CHECK(good.lines <= 4);
      CHECK(good.line_bytes == 50);
      CHECK(good.rc == 0);
      CHECK(good.how == swarm::byzantine_fault::none);
      auto bad = workers.begin({0, "w1", "b", "shell"});
      CHECK(bad.rc != 0);
      CHECK(bad.how != swarm::byzantine_fault::none);
    }
  }

  TEST_CASE_FIXTURE(network_stage, "remembers what commands said, by their tags") {
    auto of = plan_with({{.name = "w0"}});
    simulated_workers workers{of, net};
    auto first = workers.begin({0, "w0", "b", "shell"}),
         second = workers.begin({0, "w0", "c", "x"});
    CHECK(first.tag == "w0#1");
    CHECK(second.tag == "w0#2");
    workers.said(first, 3);
    workers.ended(second, 2);
    CHECK(workers.told().at("w0#1").lines == 3);
    CHECK_FALSE(workers.told().at("w0#1").rc);
    CHECK(workers.told().at("w0#2").rc == 2);
    CHECK(workers.told().at("w0#2").builder == "c");
  }

  TEST_CASE_FIXTURE(network_stage, "is quick and honest when it is to behave") {
    auto of =
        plan_with({{.name = "w0", .seconds_max = 300, .lines_max = 2000, .mischievous = 1000}});
    simulated_workers workers{of, net};
    workers.behave(now);
    for (int i = 0; i < 50; ++i) {
      auto how = workers.begin({0, "w0", "b", "shell"});
      CHECK(how.seconds <= 1);
      CHECK(how.lines <= 10);
      CHECK(how.how == swarm::byzantine_fault::none);
    }
  }

  TEST_CASE_FIXTURE(network_stage, "comes when its time has come, and again later each time") {
    auto of = plan_with({{.name = "w0"}});
    simulated_workers workers{of, net};
    auto& member = *workers.find("w0");
    CHECK(workers.find("nobody") == nullptr);
    CHECK(workers.next_due() == span{0});
    workers.connect_due(now);
    CHECK(net.is_connected(member));
    CHECK_FALSE(workers.next_due());
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 7; ++i) {
      net.cut(member, "closed by the peer");
      REQUIRE(workers.next_due());
      waits.push_back((*workers.next_due() - now) / 1s);
      now = *workers.next_due() - 1us;
      workers.connect_due(now);
      CHECK_FALSE(net.is_connected(member));
      now += 1us;
      workers.connect_due(now);
      CHECK(net.is_connected(member));
    }
    CHECK(waits == std::vector<std::int64_t>{1, 2, 4, 8, 15, 30, 30});
  }

  TEST_CASE_FIXTURE(network_stage, "tries again where nobody listens") {
    order(io::stop_listening{"pb"});
    auto of = plan_with({{.name = "w0"}});
    simulated_workers workers{of, net};
    workers.connect_due(now);
    CHECK_FALSE(net.is_connected(*workers.find("w0")));
    CHECK(workers.next_due() == span{1s});
  }
}
