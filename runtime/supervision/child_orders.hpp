// Orders to children: each is given to the host, with a wake-up where the child has a limited time
// to obey.
#pragma once

#include "runtime/supervision/child_table.hpp"
#include "runtime/supervision/supervisor_host.hpp"

namespace troupe::runtime {

class child_orders {
public:
  /// `host` outlives it.
  explicit child_orders(supervisor_host& host) : host_{host} {}

  /// Has its service built; `how` is `start` or `restart`.
  void begin(supervised_child& one, child_order how);
  /// Begins it again after `pause`.
  void begin_later(supervised_child& one, span pause);
  /// Takes its service down; its cell stays.
  void reset(supervised_child& one);
  /// Has it end: asked, or killed at once if it is specified so.
  void stop(supervised_child& one);

private:
  supervisor_host& host_;
};

} // namespace troupe::runtime
