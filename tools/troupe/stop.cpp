// `troupe stop` and `troupe restart`.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>

#include "tools/troupe/process.hpp"
#include "tools/troupe/shell_client.hpp"
#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

namespace {

/// Every service may take its own stop patience; together they take less than this.
constexpr double stop_patience_seconds = 60;

} // namespace

// By signal, which works whatever state the services are in; only a clean end needs their help.
int stop(const stop_options& options) {
  auto pid = running_master(options.folder);
  if (!pid)
    return complain(fmt::format("no master runs in {}", options.folder));
  if (*pid <= 0)
    return complain(fmt::format("a master is just being started in {}", options.folder));
  if (options.clean) {
    auto client = shell_client::connect(options.folder);
    if (!client)
      return complain(client.error().message);
    if (auto asked = client->ask("shutdown", {"--clean"}); !asked)
      return complain(asked.error().message);
  } else if (::kill(*pid, SIGTERM) != 0) {
    return complain(fmt::format("process {}: {}", *pid, std::strerror(errno)));
  }
  if (!await_end(options.folder, options.clean ? 0 : stop_patience_seconds))
    return complain(
        fmt::format("process {} has not ended within {} s", *pid, stop_patience_seconds));
  std::puts("the master has ended");
  return done;
}

int restart(const stop_options& stopping, const start_options& starting) {
  if (running_master(stopping.folder))
    if (int status = stop(stopping); status != done)
      return status;
  return start(starting);
}

} // namespace troupe::tool
