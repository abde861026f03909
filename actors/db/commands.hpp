// The command of the shell about the store.
#pragma once

#include "runtime/shell/command.hpp"

namespace troupe::db {

/// db.
const shell::command_table& commands();

} // namespace troupe::db
