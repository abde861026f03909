#include "tools/players/faults.hpp"

#include <algorithm>

#include "tools/sim/controls.hpp"

namespace troupe::players {

namespace {

/// "*" stands for any child. Patterns that are listed repeatedly are drawn more often.
const std::vector<std::string> services{"/botmaster/brd",
                                        "/botmaster/brd",
                                        "/botmaster/locks",
                                        "/botmaster/builders/*",
                                        "/botmaster/builders/*/*",
                                        "/botmaster/builders/*/*",
                                        "/botmaster/builders/*/*",
                                        "/botmaster/workers/*",
                                        "/workers",
                                        "/workers/*",
                                        "/change_svc",
                                        "/change_svc/*",
                                        "/scheduler_manager",
                                        "/scheduler_manager/*",
                                        "/db",
                                        "/config",
                                        "/status",
                                        "/pbmanager",
                                        "/pbmanager/*",
                                        "/metrics",
                                        "/caches"};

/// A supervisor's restart period (runtime/child_spec.hpp), and a second for messages in flight.
constexpr span period = std::chrono::seconds{31};
/// Bounds the faults that are due, so that they do not pile up while none is tolerated.
constexpr double backlog_max = 5;

std::string parent_of(const std::string& path) {
  auto slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

} // namespace

faults::faults(fault_rates how, std::uint64_t seed, bool shell_too, listing below)
  : how_{how}, chance_{seed ^ 0xfa17ULL}, patterns_{services}, below_{std::move(below)} {
  if (shell_too)
    patterns_.push_back("/debug");
}

void faults::messages(std::int64_t count) {
  auto more = static_cast<double>(count - messages_) / 1000;
  messages_ = count;
  kills_due_ = std::min(kills_due_ + more * how_.kill, backlog_max);
  swaps_due_ = std::min(swaps_due_ + more * how_.swap, backlog_max);
}

/// One less than the supervisor's restart intensity (actors/master/tree.cpp): recorded commands
/// inject failures too.
std::size_t faults::allowance(const std::string& parent) {
  if (parent == "/")
    return 15;
  auto depth = std::count(parent.begin(), parent.end(), '/');
  return parent.starts_with("/botmaster/builders/") && depth == 3 ? 900 : 4;
}

bool faults::admit(const std::string& path, span now) {
  if (path == "/")
    return false; // the master would end
  auto& late = failed_[parent_of(path)];
  while (!late.empty() && now - late.front() > period)
    late.pop_front();
  if (late.size() >= allowance(parent_of(path)))
    return false;
  late.push_back(now);
  return true;
}

std::string faults::choose() {
  return sim::path_for(chance_.one_of(patterns_), [this](const std::string& path) {
    auto all = below_(path);
    return all.empty() ? std::string{} : chance_.one_of(all);
  });
}

std::optional<std::string> faults::next_kill(span now) {
  if (kills_due_ < 1)
    return std::nullopt;
  auto path = choose();
  if (path.empty() || !admit(path, now))
    return std::nullopt;
  kills_due_ -= 1;
  kills_++;
  return path;
}

std::optional<std::string> faults::next_swap() {
  if (swaps_due_ < 1)
    return std::nullopt;
  auto path = choose();
  if (path.empty())
    return std::nullopt;
  swaps_due_ -= 1;
  swaps_++;
  return path;
}

} // namespace troupe::players
