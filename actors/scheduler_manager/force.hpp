// What may be said to a ForceScheduler.
#pragma once

#include <string>
#include <vector>

#include "runtime/address.hpp"

namespace troupe::schedulers {

inline constexpr std::string_view scheduler_manager_path = "/scheduler_manager";

/// Make a build on demand. Answered with `botmaster::buildset_added` or `buildset_refused`.
struct force_build {
  std::string owner;                      ///< Who asks, for the reason and the property "owner".
  std::vector<std::string> builder_names; ///< Empty: all of the scheduler's.
  json parameters;                        ///< An object, by the parameters' full names.
  std::string token;
  runtime::address asker;
  TROUPE_FIELDS(owner, builder_names, parameters, token, asker)
};

} // namespace troupe::schedulers
