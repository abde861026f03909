// The tree that a configuration wants: read this first. Children start in the order listed and stop
// in reverse; the names are those that operators see.
#pragma once

#include "actors/config/wanted_tree.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::master {

/// The whole tree, its root included.
runtime::child_spec wanted_root(model::master wanted, const master_environment& given);

/// Every kind of service that a master consists of.
void add_kinds(runtime::kind_registry& to);

} // namespace troupe::master
