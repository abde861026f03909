#include "runtime/shell/work_done.hpp"

#include <algorithm>
#include <array>

namespace troupe::shell {

namespace {

enum class order { mailbox, messages, time, memory, restarts };
constexpr std::array<std::string_view, 5> orders{"mailbox", "messages", "time", "memory",
                                                 "restarts"};

struct row {
  std::shared_ptr<const runtime::port> port;
  std::int64_t taken = 0, busy_ns = 0, weight = 0;
};

} // namespace

work_done look_at_work(const runtime::directory& paths) {
  work_done seen;
  auto size = paths.slots();
  seen.begun.assign(size, 0);
  seen.taken.assign(size, 0);
  seen.busy_ns.assign(size, 0);
  paths.each([&](std::size_t i, const runtime::port& one) {
    if (i >= size)
      return; // began meanwhile
    seen.begun[i] = one.begun.load(std::memory_order_relaxed);
    seen.taken[i] = static_cast<std::int64_t>(one.taken.load(std::memory_order_relaxed));
    seen.busy_ns[i] = static_cast<std::int64_t>(one.busy_ns.load(std::memory_order_relaxed));
  });
  return seen;
}

bool is_top_order(std::string_view word) {
  return std::find(orders.begin(), orders.end(), word) != orders.end();
}

json top_view(const work_done& before, const runtime::directory& paths, std::string_view by,
              span between, std::size_t rows_max) {
  auto which = static_cast<order>(std::find(orders.begin(), orders.end(), by) - orders.begin());
  auto less = [](const row& a, const row& b) { return a.weight > b.weight; }; // a heap's least
  std::vector<row> best;
  paths.each([&](std::size_t i, const runtime::port& one) {
    row now;
    now.taken = static_cast<std::int64_t>(one.taken.load(std::memory_order_relaxed));
    now.busy_ns = static_cast<std::int64_t>(one.busy_ns.load(std::memory_order_relaxed));
    // A cell that is new counts from nothing.
    if (i < before.begun.size() && before.begun[i] == one.begun.load(std::memory_order_relaxed)) {
      now.taken -= before.taken[i];
      now.busy_ns -= before.busy_ns[i];
    }
    now.weight = which == order::mailbox    ? one.depth.load(std::memory_order_relaxed)
                 : which == order::messages ? now.taken
                 : which == order::time     ? now.busy_ns
                 : which == order::memory   ? one.state_bytes.load(std::memory_order_relaxed)
                                            : one.restarts.load(std::memory_order_relaxed);
    bool full = best.size() == rows_max;
    if (full && now.weight <= best.front().weight)
      return;
    if (full) {
      std::pop_heap(best.begin(), best.end(), less);
      best.pop_back();
    }
    now.port = one.shared_from_this();
    best.push_back(std::move(now));
    std::push_heap(best.begin(), best.end(), less);
  });
  std::sort_heap(best.begin(), best.end(), less);
  auto seconds = std::max(in_seconds(between), 1e-3);
  boost::json::array out;
  for (const auto& one : best)
    out.push_back(
        boost::json::object{{"path", to_json(one.port->path())},
                            {"mailbox", one.port->depth.load()},
                            {"messages_per_second", static_cast<double>(one.taken) / seconds},
                            {"busy_percent", static_cast<double>(one.busy_ns) / 1e7 / seconds},
                            {"state_bytes", one.port->state_bytes.load()},
                            {"taken", one.port->taken.load()},
                            {"restarts", one.port->restarts.load()}});
  return out;
}

} // namespace troupe::shell
