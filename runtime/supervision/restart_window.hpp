// Restart intensity: so many restarts within so long, and how long to pause before the next.
#pragma once

#include <cstdint>
#include <deque>

#include "runtime/supervision/child_spec.hpp"

namespace troupe::runtime {

class restart_window {
public:
  explicit restart_window(const supervision& policy) : policy_{policy} {}

  void govern(const supervision& policy) { policy_ = policy; }
  const supervision& policy() const noexcept { return policy_; }

  /// Counts a restart at `now`. False if it is one too many.
  bool admit(instant now) {
    while (!recent_.empty() && now - recent_.front() > policy_.period)
      recent_.pop_front();
    recent_.push_back(now);
    return recent_.size() <= static_cast<std::size_t>(std::max(policy_.restarts_max, 0));
  }

  /// How long to wait before the restart just admitted; `prng` is uniform in [0, 1).
  span pause(double prng) const {
    if (recent_.size() < 2)
      return span{0};
    auto doublings = std::min<std::size_t>(recent_.size() - 2, 20);
    auto full = std::min(policy_.pause_min * (std::int64_t{1} << doublings), policy_.pause_max);
    return full / 2 + span{static_cast<std::int64_t>(prng * static_cast<double>(full.count()) / 2)};
  }

private:
  supervision policy_;
  std::deque<instant> recent_;
};

} // namespace troupe::runtime
