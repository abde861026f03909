#include "tools/players/faults.hpp"

#include <algorithm>

#include "tools/sim/controls.hpp"

namespace troupe::players {

namespace {

/// Parts "*" stand for any child. Those that are there often fail often.
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

/// A supervisor's period (runtime/child_spec.hpp), and a second for what is still on its way.
constexpr span period = std::chrono::seconds{31};
/// No more are owed than this: after a long time in which none could fail they must not pile up.
constexpr double owed_max = 5;

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
  kills_due_ = std::min(kills_due_ + more * how_.kill, owed_max);
  swaps_due_ = std::min(swaps_due_ + more * how_.swap, owed_max);
}

/// One less than the supervisor there bears, for what the recording makes fail on top; the tree's
/// own numbers (actors/master/tree.cpp).
std::size_t faults::allowance(const std::string& parent) {
  if (parent == "/")
    return 15;
  auto depth = std::count(parent.begin(), parent.end(), '/');
  return parent.starts_with("/botmaster/builders/") && depth == 3 ? 900 : 4;
}

bool faults::admit(const std::string& path, span now) {
  if (path == "/")
    return false; // then all ends
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
