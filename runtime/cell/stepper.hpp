// STEPPER: runs a deterministic system (system_options::deterministic) on the calling thread, one
// message at a time, and lets its virtual time pass. Which of the services that have mail goes next
// is the caller's choice: every choice is an order that could happen on threads too.
#pragma once

#include <cstddef>
#include <optional>

#include "storage/describe.hpp"

namespace caf::scheduler {
class test_coordinator;
}

namespace troupe::runtime {

class system;

class stepper {
public:
  /// Of a system that is deterministic, and outlives this.
  explicit stepper(system& sys);

  /// How many cells have something to do.
  std::size_t ready() const;
  /// Takes one message of the cell at `which` among those that are ready. False if none is.
  bool step(std::size_t which = 0);
  /// Until nobody has anything to do.
  void run();

  /// Time since the system's beginning; jumps of the wall clock are not in it.
  span elapsed() const;
  /// When the next timer is due, as `elapsed` will show it.
  std::optional<span> next_due() const;
  /// Lets time pass and makes those ready whose timers are due by then. Runs nobody.
  void pass(span time);

private:
  caf::scheduler::test_coordinator& steps_;
};

} // namespace troupe::runtime
