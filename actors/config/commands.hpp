// The command of the shell that reconfigures the master, and what it waits for.
#pragma once

#include "actors/config/config_service.hpp"
#include "runtime/shell/command.hpp"

namespace troupe::config {

/// reconfig.
const shell::command_table& commands();

using command_answers = runtime::messages<reconfiguring, reconfigured>;

} // namespace troupe::config
