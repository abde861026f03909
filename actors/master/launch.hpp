// A whole master in this process, from its folder to its end.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "runtime/log.hpp"

namespace troupe::master {

struct launch_options {
  std::string folder;      ///< With the store, the socket, the log.
  std::string config_file; ///< `master.lua` in it, or what is named.
  runtime::level least = runtime::level::info;
  bool json_log = false;
  std::function<void(std::string_view)> log;     ///< Takes log lines.
  std::function<void()> ready;                   ///< Called once everything is up.
  std::function<void(std::string_view)> refused; ///< Called with the reason if it does not come up.
};

/// Blocks until the master has ended. 0: it was stopped. 1: it could not start or gave up; the
/// reason was logged and, before it was ready, told to `refused`.
int run_master(const launch_options& options);

} // namespace troupe::master
