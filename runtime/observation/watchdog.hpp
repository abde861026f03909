// WATCHDOG: finds handlers that do not return. Nothing can interrupt them, but an operator must
// learn where a master stands still, for how long, and on which message.
//
// Every thread that runs handlers notes its present one on a post of its own; another thread looks
// at the posts. A run costs two stores.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/mail/address.hpp"

namespace troupe::runtime {

/// A handler that has not returned for longer than the patience.
struct stuck_handler {
  std::string path;
  std::string handling; ///< A message's type, or "init", "flush", …
  span since{};         ///< How long it has been at it.
  TROUPE_FIELDS(path, handling, since)
};

class watchdog {
public:
  using time = std::chrono::steady_clock::time_point;
  /// Hears once of each handler that is stuck, and once when it has returned after all.
  using listener = std::function<void(const stuck_handler&, bool returned)>;

  watchdog(span patience, listener tell) : patience_{patience}, tell_{std::move(tell)} {}
  ~watchdog();

  /// Begins to look, in a thread of its own.
  void begin();
  /// Looks at all posts once.
  void look(time now);
  /// Those that are stuck now.
  std::vector<stuck_handler> stuck() const;

private:
  struct post {
    std::atomic<std::int64_t> since{0}; ///< Steady nanoseconds; 0: between two messages.
    const address* at = nullptr;        ///< Valid while `since` is not 0.
    std::string_view handling;
    std::atomic<bool> looked_at{false}; ///< The run must not end while somebody reads it.
  };
  struct finding {
    stuck_handler what;
    const post* where = nullptr;
    std::int64_t since = 0;
  };
  post& own_post();

  static std::uint64_t next_id();

  const std::uint64_t id_ = next_id(); ///< No other watchdog of this process has had it.
  const span patience_;
  const listener tell_;
  mutable std::mutex lock_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::vector<std::unique_ptr<post>> posts_;
  std::vector<finding> found_;
  std::thread thread_;

public:
  /// The present thread runs a handler of the cell at `at`, as long as this lives.
  class run {
  public:
    run(watchdog& dog, const address& at, std::string_view handling, time began);
    ~run();
    run(const run&) = delete;
    run& operator=(const run&) = delete;

  private:
    post& post_;
    const bool outermost_;
  };
};

} // namespace troupe::runtime
