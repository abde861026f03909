// The command of the shell about connected workers.
#pragma once

#include "runtime/shell/command.hpp"

namespace troupe::workers {

/// workers.
const shell::command_table& commands();

} // namespace troupe::workers
