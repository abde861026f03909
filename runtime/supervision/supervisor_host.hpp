// What a supervisor orders, and who carries it out.
#pragma once

#include <string>

#include "runtime/log.hpp"
#include "runtime/supervision/child_spec.hpp"

namespace troupe::runtime {

/// What a supervisor tells the cell of a child. `restart` builds a new service where one failed,
/// `reset` takes the service down and waits, `stop` asks it to end, `kill` does not ask.
enum class child_order : int { start, restart, reset, stop, kill };

/// Keys of a supervisor's wake-ups: the name of the child follows, but for a group's.
namespace wake_keys {
inline constexpr std::string_view start_patience = "start:", pause = "pause:",
                                  stop_patience = "stop:", group_pause = "rise:";
} // namespace wake_keys

/// The cell whose children are supervised.
class supervisor_host {
public:
  virtual void spawn_child(const child_spec& spec) = 0;
  virtual void order_child(const std::string& name, child_order what) = 0;
  virtual instant child_time() const = 0;
  virtual std::uint64_t prng() = 0;
  virtual void wake_supervisor(std::string key, span after) = 0;
  virtual void note(level severity, std::string message) = 0;
  virtual void children_started() = 0;
  virtual void children_stopped() = 0;
  virtual void children_gave_up(std::string reason) = 0;
  /// A significant child has ended: the parent is to stop its children and end in good order.
  virtual void children_shut_down(std::string reason) = 0;
  virtual void child_gone(const std::string& name) = 0;

protected:
  ~supervisor_host() = default;
};

} // namespace troupe::runtime
