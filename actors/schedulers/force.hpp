// What may be asked of a ForceScheduler.
#pragma once

#include "actors/botmaster/brd/messages.hpp"
#include "actors/scheduler_manager/scheduler_manager.hpp"

namespace troupe::schedulers {

/// Force builds (semantics.md §20). No names: all of the scheduler's builders. Answered with
/// `botmaster::buildset_added` or `botmaster::buildset_refused`, the latter with all errors.
struct force_build {
  std::string owner;
  std::vector<std::string> builder_names;
  json parameters; ///< A map by the parameters' full names.
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(owner, builder_names, parameters, token, requester)
};

} // namespace troupe::schedulers
