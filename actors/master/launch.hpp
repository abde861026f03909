// Runs a whole master in this process.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "runtime/log.hpp"

namespace troupe::master {

struct launch_options {
  std::string folder;
  std::string config_file;
  runtime::level least = runtime::level::info;
  bool json_log = false;
  std::function<void(std::string_view)> log; ///< Takes whole lines.
  std::function<void()> ready;               ///< Called once the whole tree is up.
};

/// Blocks until the master has ended; answers the exit status.
int run_master(const launch_options& options);

} // namespace troupe::master
