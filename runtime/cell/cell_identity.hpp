// What every part of a cell knows: the system it runs in, and its own address.
#pragma once

#include "runtime/cell/system.hpp"
#include "runtime/mail/address.hpp"

namespace troupe::runtime {

/// Shared by the parts of one cell; it outlives them.
struct cell_identity {
  runtime::system& sys;
  runtime::address me;

  /// The figures of the cell that anyone may read.
  port& figures() const { return *me.at(); }
};

} // namespace troupe::runtime
