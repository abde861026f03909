// The commands of the shell about requests, builds and workers, and what they wait for.
#pragma once

#include "actors/botmaster/brd/messages.hpp"
#include "runtime/shell/command.hpp"

namespace troupe::botmaster {

/// requests.
const shell::command_table& request_commands();
/// stop, cancel, worker.
const shell::command_table& build_commands();

using command_answers = runtime::messages<request_done, requests_explained>;

} // namespace troupe::botmaster
