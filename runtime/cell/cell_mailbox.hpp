// What the parts of a cell want of its actor.
#pragma once

#include <caf/actor.hpp>

namespace troupe::runtime {

class cell_mailbox {
public:
  /// Hands the messages that wait to the service, as long as it takes any.
  virtual void drain() = 0;
  /// Timers have changed: the actor is woken when the first is due.
  virtual void arm() = 0;
  /// The service is ready: the cell hears of it ahead of all mail.
  virtual void post_ready() = 0;
  /// Nothing is taken any more.
  virtual void close() = 0;
  /// The actor itself, for its children.
  virtual caf::actor handle() = 0;

protected:
  ~cell_mailbox() = default;
};

} // namespace troupe::runtime
