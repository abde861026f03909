// What a cell is doing, and whether its messages wait although a service is there. Shown in the
// figures of its address.
#pragma once

#include <chrono>
#include <optional>

#include "runtime/mail/address.hpp"

namespace troupe::runtime {

class cell_status {
public:
  using time = std::chrono::steady_clock::time_point;

  explicit cell_status(port& figures) : figures_{figures} { enter(cell_phase::parked); }

  cell_phase phase() const noexcept { return phase_; }
  bool stopping() const noexcept { return phase_ == cell_phase::stopping; }
  bool ended() const noexcept { return phase_ == cell_phase::ended; }
  void enter(cell_phase to);

  /// By command: messages wait while it is on.
  void suspend(bool on);
  bool suspended() const noexcept { return suspended_; }
  /// By a transaction: likewise. At the end the figures tell how long it was.
  void hold(bool on);
  /// Messages wait.
  bool paused() const noexcept { return suspended_ || held_since_; }
  /// Messages have waited since then, until now.
  void show_pause(time since);

private:
  port& figures_;
  cell_phase phase_ = cell_phase::parked;
  bool suspended_ = false;
  std::optional<time> held_since_;
};

} // namespace troupe::runtime
