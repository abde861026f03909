// Benchmarks of the runtime alone: swaps under load, restarts, large trees. A line of JSON each;
// tools/bench/bench.py runs it with the others.
// Usage: troupe-bench [swaps [COUNT]] [restarts] [trees]     (all without words)
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "runtime/shell/tree_views.hpp"
#include "runtime/shell/work_done.hpp"
#include "tools/bench/bench_services.hpp"

namespace troupe::bench {

using namespace runtime;
using clock = std::chrono::steady_clock;

namespace {

constexpr double milli = 1e3;

// -- swaps ----------------------------------------------------------------------------------------

/// Four services that keep talking to each of eight others, which are swapped all the time.
bool swaps(std::size_t count) {
  constexpr std::size_t receivers = 8, senders = 4;
  std::vector<child_spec> children;
  for (std::size_t i = 0; i < receivers; ++i)
    children.push_back(peer_child("r" + std::to_string(i)));
  for (std::size_t i = 0; i < senders; ++i)
    children.push_back(peer_child("s" + std::to_string(i)));
  scene on{branch_child("", std::move(children))};
  keep_saying order;
  for (std::size_t i = 0; i < receivers; ++i)
    order.to.push_back(on.address_of("/r" + std::to_string(i)));
  for (std::size_t i = 0; i < senders; ++i)
    on.sys().send(on.address_of("/s" + std::to_string(i)), order, on.me());
  std::vector<double> pauses;
  pauses.reserve(count);
  auto began = clock::now();
  for (std::size_t i = 0; i < count; ++i) {
    auto name = "r" + std::to_string(i % receivers);
    swap_service swap;
    swap.spec = peer_child(name, static_cast<std::int64_t>(i));
    auto answer = on.ask("/" + name, any_message{std::move(swap)});
    if (!answer.ok)
      throw failed{failure{errc::refused, answer.message}};
    pauses.push_back(static_cast<double>(on.address_of("/" + name).at()->pause_ns.load()) / 1e6);
  }
  auto took = seconds_since(began);
  std::int64_t heard = 0, wrong = 0;
  for (std::size_t i = 0; i < receivers; ++i) {
    show_cell question;
    question.what = "state";
    auto state = on.ask("/r" + std::to_string(i), any_message{question}).content;
    heard += state.at("heard").to_number<std::int64_t>();
    wrong += state.at("out_of_order").to_number<std::int64_t>();
  }
  auto p99 = at_part(pauses, 0.99);
  return send("swaps_under_load", p99, "ms pause p99", count, "<= 1, none out of order",
              p99 <= 1 && wrong == 0 && heard > 0,
              {{"out_of_order", wrong},
               {"messages", heard},
               {"swaps_per_second", static_cast<double>(count) / took},
               {"pause_p50", at_part(pauses, 0.5)},
               {"pause_max", at_part(pauses, 1)}});
}

// -- restarts -------------------------------------------------------------------------------------

bool restart_of_a_leaf() {
  scene on{branch_child("", {peer_child("a"), peer_child("b")})};
  std::vector<double> took;
  for (int i = 0; i < 5000; ++i) {
    auto began = clock::now();
    on.command("/a", any_message{crash_service{"bench", "t"}});
    on.sys().send(on.address_of("/a"), numbered{1, 1, on.me()},
                  on.me()); // waits for the next incarnation
    on.ear().wait_taken();
    took.push_back(seconds_since(began) * milli);
    (void)on.ear().wait();
  }
  auto p99 = at_part(took, 0.99);
  return send("restart_leaf", p99, "ms p99", took.size(), "<= 1", p99 <= 1,
              {{"p50", at_part(took, 0.5)}});
}

bool restart_of_a_subtree() {
  constexpr int leaves = 1000;
  std::vector<child_spec> children;
  for (int i = 0; i < leaves; ++i)
    children.push_back(peer_child("l" + std::to_string(i)));
  auto all = branch_child("all", {peer_child("a"), branch_child("many", std::move(children))});
  all.children_policy.strategy = restart_strategy::one_for_all;
  scene on{branch_child("", {std::move(all)})};
  std::vector<double> took;
  for (int i = 0; i < 30; ++i) {
    auto last = on.address_of("/all/many/l999");
    auto former = last.at()->since_us.load();
    auto began = clock::now();
    on.command("/all/a", any_message{crash_service{"bench", "t"}});
    auto up = [&] {
      auto now = on.address_of("/all/many/l999");
      return now.at()->since_us.load() > former && now.at()->phase.load() == cell_phase::running
             && on.address_of("/all/many").at()->phase.load() == cell_phase::running;
    };
    while (!up())
      std::this_thread::sleep_for(std::chrono::microseconds{50}); // the cores are the services'
    took.push_back(seconds_since(began) * milli);
    (void)on.ear().wait();
  }
  auto p50 = at_part(took, 0.5);
  return send("restart_subtree", p50, "ms p50", took.size(), "<= 50", p50 <= 50,
              {{"services", leaves + 2}, {"max", at_part(took, 1)}});
}

// -- large trees ----------------------------------------------------------------------------------

/// Messages that the talkers have taken, in all.
std::uint64_t taken_by_talkers(scene& on, int talkers) {
  std::uint64_t sum = 0;
  for (int i = 0; i < talkers; ++i)
    sum += on.address_of("/b0/l" + std::to_string(i)).at()->taken.load();
  return sum;
}

bool trees() {
  constexpr int branches = 100, leaves = 1000, talkers = 8;
  std::vector<child_spec> children;
  for (int b = 0; b < branches; ++b) {
    std::vector<child_spec> below;
    for (int i = 0; i < leaves; ++i)
      below.push_back(peer_child("l" + std::to_string(i)));
    children.push_back(branch_child("b" + std::to_string(b), std::move(below)));
  }
  auto began = clock::now();
  scene on{branch_child("", std::move(children))};
  auto start = seconds_since(began);
  std::vector<double> tree, top;
  auto tree_page = [&](std::string_view from) {
    auto page = on.sys().paths().walk("/", from, 1000);
    return print(shell::tree_view(page, on.sys().now())).size();
  };
  auto before = shell::look_at_work(on.sys().paths());
  auto top_page = [&] {
    auto next = shell::look_at_work(on.sys().paths());
    auto size =
        print(shell::top_view(before, on.sys().paths(), "time", std::chrono::seconds{1}, 30))
            .size();
    before = std::move(next);
    return size;
  };
  for (int i = 0; i < 50; ++i) {
    began = clock::now();
    tree_page("/b" + std::to_string(i * 2 % branches));
    tree.push_back(seconds_since(began) * milli);
    began = clock::now();
    top_page();
    top.push_back(seconds_since(began) * milli);
  }
  bool good = send("tree_page", at_part(tree, 0.99), "ms p99", tree.size(), "<= 50",
                   at_part(tree, 0.99) <= 50,
                   {{"services", branches * (leaves + 1) + 1}, {"start_seconds", start}});
  good &= send("top_page", at_part(top, 0.99), "ms p99", top.size(), "<= 50",
               at_part(top, 0.99) <= 50, {{"services", branches * (leaves + 1) + 1}});
  // Each talks to its neighbour, as fast as two cores allow; windows with and without a look.
  for (int i = 0; i < talkers; ++i)
    on.sys().send(on.address_of("/b0/l" + std::to_string(i)),
                  keep_saying{{on.address_of("/b0/l" + std::to_string((i + 1) % talkers))}, 4},
                  on.me());
  std::vector<double> ratios;
  for (int i = 0; i < 16; ++i) {
    double rates[2]; // without, with
    for (int turn = 0; turn < 2; ++turn) {
      bool looked_at = (turn == 1) == (i % 2 == 0); // in turns, for the machine drifts
      auto first = taken_by_talkers(on, talkers);
      began = clock::now();
      if (looked_at) {
        tree_page({});
        top_page();
      }
      std::this_thread::sleep_for(std::chrono::seconds{1} - (clock::now() - began));
      rates[looked_at] =
          static_cast<double>(taken_by_talkers(on, talkers) - first) / seconds_since(began);
    }
    ratios.push_back((1 - rates[1] / rates[0]) * 100);
  }
  auto cost = at_part(ratios, 0.5);
  return good
         & send("tree_and_top_cost", cost, "% of throughput, median", ratios.size(), "< 1",
                cost < 1, {{"least", at_part(ratios, 0)}, {"most", at_part(ratios, 1)}});
}

} // namespace

} // namespace troupe::bench

int main(int count, char** message) {
  using namespace troupe::bench;
  auto wanted = [&](const char* name) {
    bool none = count == 1;
    for (int i = 1; i < count; ++i)
      none |= std::strcmp(message[i], name) == 0;
    return none;
  };
  std::size_t swap_count = 1'000'000;
  for (int i = 1; i + 1 < count; ++i)
    if (std::strcmp(message[i], "swaps") == 0)
      swap_count = std::strtoull(message[i + 1], nullptr, 10);
  try {
    bool good = true;
    if (wanted("swaps"))
      good &= swaps(swap_count);
    if (wanted("restarts")) {
      good &= restart_of_a_leaf();
      good &= restart_of_a_subtree();
    }
    if (wanted("trees"))
      good &= trees();
    return good ? 0 : 1;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "troupe-bench: %s\n", problem.what());
    return 1;
  }
}
