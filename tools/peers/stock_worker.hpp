// STOCK WORKER: what Buildbot's worker 3.7 says of itself (pb.md §7).
#pragma once

#include <string>
#include <string_view>

#include "runtime/wire/pb_broker.hpp"

namespace troupe::peers {

inline constexpr std::string_view stock_commands[] = {
    "shell", "uploadFile", "uploadDirectory", "downloadFile", "mkdir", "rmdir", "cpdir",
    "stat",  "glob",       "listdir",         "rmfile"};
inline constexpr std::string_view stock_version = "3.7.0";

/// The answer to `getCommands`.
wire::jelly stock_command_table();
/// The answer to `getWorkerInfo`, added to what `info` has already.
wire::jelly stock_info(const std::string& basedir, wire::jelly info = wire::jelly::dictionary());

/// Begins the names of a worker's objects for builders.
inline constexpr std::string_view builder_key = "builder:";
/// The answer to `setBuilderList`: an object for each builder of the list.
wire::jelly own_builders(const wire::broker_call& call);

} // namespace troupe::peers
