// All commands of the shell: the tables of the folders, joined.
#pragma once

#include "runtime/shell/command.hpp"

namespace troupe::debug {

/// In the order in which `help` shows them.
const shell::command_table& all_commands();
/// Null if there is none of that name.
const shell::command* find_command(std::string_view name);
/// "No such command", with the nearest name.
failure no_such_command(std::string_view name);

} // namespace troupe::debug
