// What may be said to the configuration service.
#pragma once

#include <string>

#include "runtime/address.hpp"

namespace troupe::config {

inline constexpr std::string_view config_path = "/config";

/// Load the configuration anew and bring the tree in line with it. Answered with `reconfigured`.
struct reconfigure {
  bool dry_run = false; ///< Only say what would be done.
  std::string token;
  runtime::address asker;
  TROUPE_FIELDS(dry_run, token, asker)
};
struct reconfigured {
  std::string token;
  bool ok = false;
  std::string words; ///< Why not.
  json plan;
  TROUPE_FIELDS(token, ok, words, plan)
};

} // namespace troupe::config
