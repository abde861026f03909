// Tells a cell's parent how the cell is. The root has none: it tells the system, and decides itself
// whether it begins again.
#pragma once

#include <string>

#include <caf/actor.hpp>

#include "runtime/cell/cell_identity.hpp"
#include "runtime/cell/cell_messages.hpp"
#include "runtime/cell/service_slot.hpp"
#include "runtime/supervision/restart_window.hpp"

namespace troupe::runtime {

class parent_link {
public:
  /// Both outlive it. The root has no `parent`.
  parent_link(const cell_identity& self, const service_slot& slot, caf::actor parent)
    : self_{self}, slot_{slot}, parent_{std::move(parent)}, own_window_{slot.spec.children_policy} {
  }

  /// Who decides what becomes of a service that failed.
  enum class verdict {
    parent_decides,
    begin_again, ///< The root: it is built again,
    give_up,     ///< or ends, and the program with it.
  };
  /// `by_children`: its children's supervision has given up.
  verdict failed(const std::string& reason, bool by_children);
  /// The service and all children are ready.
  void ready();
  /// The service is down, as was ordered.
  void reset_done() { tell(child_note::kind::reset); }
  /// `failure` is the last one, if there was any.
  void ended(const std::string& reason, const failure_report* failure);
  /// The cell is specified otherwise.
  void respecified();
  /// Nothing is told any more.
  void cut() { parent_ = nullptr; }

private:
  void tell(child_note::kind what, std::string reason = {});
  void tell(child_note note);

  const cell_identity& self_;
  const service_slot& slot_;
  caf::actor parent_;
  restart_window own_window_; ///< The root's, for itself.
};

} // namespace troupe::runtime
