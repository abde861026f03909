// What may be said to the root.
#pragma once

#include <string>

#include "runtime/address.hpp"

namespace troupe::master {

/// End the master; `clean`: once running builds have ended.
struct stop_master {
  bool clean = false;
  std::string token;
  runtime::address asker;
  TROUPE_FIELDS(clean, token, asker)
};

} // namespace troupe::master
