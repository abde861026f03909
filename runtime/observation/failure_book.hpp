// The last failures of all services, for a look at the running system. Bounded; thread-safe.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/supervision/child_spec.hpp"

namespace troupe::runtime {

inline constexpr std::size_t failures_kept = 256;

struct service_failure {
  instant at;
  std::string path;
  std::string handling;
  std::string reason;
  TROUPE_FIELDS(at, path, handling, reason)
};

class failure_book {
public:
  void add(service_failure one) {
    std::lock_guard guard{lock_};
    kept_.push_back(std::move(one));
    if (kept_.size() > failures_kept)
      kept_.pop_front();
  }
  /// The newest first.
  std::vector<service_failure> list() const {
    std::lock_guard guard{lock_};
    return {kept_.rbegin(), kept_.rend()};
  }

private:
  mutable std::mutex lock_;
  std::deque<service_failure> kept_;
};

} // namespace troupe::runtime
