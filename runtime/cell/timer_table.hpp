// The timers of a cell: their keys, when they are due, what they say. Nobody waits here: the table
// tells when its cell wants to be woken, and which timers are due then.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/mail/address.hpp"

namespace troupe::runtime {

/// The part of the cell that has set a timer. Each owner has keys of its own.
enum class timer_owner : std::size_t {
  service,
  supervisor,
  participant, ///< For a coordinator that is silent.
};

class timer_table {
public:
  using time = std::chrono::steady_clock::time_point;

  /// A timer whose time has come.
  struct due_timer {
    timer_owner owner{};
    std::string key;
    any_message what; ///< Only of the service's.
    origin cause;
  };

  /// Replaces an earlier timer of the same owner and key.
  void set(timer_owner owner, std::string_view key, time due, any_message what = {},
           origin cause = {});
  void cancel(timer_owner owner, std::string_view key);
  void cancel_all(timer_owner owner);
  void clear();

  /// When the cell is to be woken, if that is before the wake-up it waits for; it then waits for
  /// this one.
  std::optional<time> next_wake();

  /// Calls `each(due_timer)` for those that are due, the earliest first. A timer that an earlier
  /// call has cancelled is left out. The awaited wake-up is over.
  template <class F>
  void expire(time now, const F& each) {
    for (const auto& one : due(now))
      if (auto found = take(one))
        each(std::move(*found));
  }

  /// {"key": …, "in_seconds": …} each.
  json view(time now) const;

private:
  struct timer {
    time due;
    any_message what;
    origin cause;
  };
  /// Which timer, and when it is due.
  struct due_key {
    time due;
    timer_owner owner{};
    std::string key;
    auto operator<=>(const due_key&) const = default;
  };
  using timers = std::map<std::string, timer, std::less<>>;

  timers& of(timer_owner owner) { return timers_[static_cast<std::size_t>(owner)]; }
  std::vector<due_key> due(time now);
  std::optional<due_timer> take(const due_key& which);

  std::array<timers, 3> timers_;
  time awaited_ = time::max();
  bool changed_ = false; ///< Since `next_wake` was asked: it may find an earlier time.
};

} // namespace troupe::runtime
