// The commands that the runtime has for every tree, and what they wait for.
#pragma once

#include "runtime/io/io_loop.hpp"
#include "runtime/mail/control.hpp"
#include "runtime/replay/journal_query_service.hpp"
#include "runtime/shell/command.hpp"

namespace troupe::shell {

/// What the tree is and how its services are: tree, ls, info, state, …, restarts, top.
const command_table& tree_commands();
/// Messages as they are taken: trace.
const command_table& trace_commands();
/// What is connected: conns.
const command_table& connection_commands();
/// The past: journal, at, cause, record.
const command_table& journal_commands();
/// What changes one service: suspend, resume, restart, swap, crash, send.
const command_table& service_commands();

using runtime_answers = runtime::messages<runtime::cell_answer, io::connections_listed,
                                          runtime::traced, runtime::trace_over, runtime::past_told>;

} // namespace troupe::shell
