// The command of the shell that forces builds, and what it waits for.
#pragma once

#include "actors/botmaster/brd/messages.hpp"
#include "runtime/shell/command.hpp"

namespace troupe::schedulers {

/// force.
const shell::command_table& commands();

using command_answers = runtime::messages<botmaster::buildset_added, botmaster::buildset_refused>;

} // namespace troupe::schedulers
