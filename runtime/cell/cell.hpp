// CELL: the CAF actor behind an address. It owns the path, the mailbox, the timers and the children
// for as long as the path is in the tree; the service in it is built, fails, is rebuilt and
// replaced. The only file, with its source, that uses CAF's hooks.
#pragma once

#include <memory>
#include <string>

#include <caf/actor.hpp>

#include "runtime/supervision/child_spec.hpp"
#include "runtime/supervision/supervisor.hpp"

namespace troupe::runtime {

class system;

/// Makes a parked cell at `path` and binds its address. `parent` is told of what happens in it; the
/// root has none.
caf::actor spawn_cell(system& sys, std::string path, child_spec spec, const caf::actor& parent);
void order_cell(const caf::actor& cell, child_order what);

} // namespace troupe::runtime
