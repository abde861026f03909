// The commands of the shell about the master as a whole, and what they wait for.
#pragma once

#include "actors/build_master/master.hpp"
#include "runtime/shell/command.hpp"

namespace troupe::master {

/// status, health, shutdown.
const shell::command_table& commands();

using command_answers = runtime::messages<stop_taken>;

} // namespace troupe::master
