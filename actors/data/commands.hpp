// The commands of the shell about what is stored.
#pragma once

#include "runtime/shell/command.hpp"

namespace troupe::data {

/// builders, changes, builds, build.
const shell::command_table& record_commands();
/// What operators did: reconfigs, acts.
const shell::command_table& operation_commands();

} // namespace troupe::data
