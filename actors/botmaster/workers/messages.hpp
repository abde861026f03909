// What configured workers hear of builds, people and the distributor, and what they tell them.
#pragma once

#include "actors/botmaster/workers/worker_availability.hpp"
#include "runtime/mail/address.hpp"
#include "storage/records/results.hpp"

namespace troupe::botmaster {

// -- from builds ----------------------------------------------------------------------------------

/// Answered with `worker_engaged`.
struct acquire_worker {
  std::string builder;
  runtime::address requester;
  TROUPE_FIELDS(builder, requester)
};
struct worker_engaged {
  runtime::address connection; ///< Nobody if it is not attached.
  std::map<std::string, json> properties;
  std::map<std::string, json> default_properties;
  std::string message;
  TROUPE_FIELDS(connection, properties, default_properties, message)
};
/// How a build on it went. No results: it could not be prepared.
struct worker_released {
  std::string builder;
  std::optional<records::result_code> results;
  runtime::address killed; ///< A build that could not tell the worker so itself.
  TROUPE_FIELDS(builder, results, killed)
};

// -- from people, and from the distributor --------------------------------------------------------

/// "stop" (graceful), "kill", "pause", "unpause"; answered with `request_done`.
struct control_worker {
  std::string action;
  std::string reason;
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(action, reason, token, requester)
};
/// No build runs on it.
struct worker_idle {
  TROUPE_FIELDS()
};
/// The distributor was restarted and asks for `worker_changed`.
struct report_to_distributor {
  TROUPE_FIELDS()
};

// -- to the distributor ---------------------------------------------------------------------------

/// A worker as the distributor sees it; told whenever any of it changes.
struct worker_changed {
  std::string name;
  worker_id id;
  worker_standing standing;
  std::optional<std::int64_t> max_builds;
  std::vector<std::string> builders; ///< Those it is attached for.
  std::vector<json> locks;
  TROUPE_FIELDS(name, id, standing, max_builds, builders, locks)
};

} // namespace troupe::botmaster
