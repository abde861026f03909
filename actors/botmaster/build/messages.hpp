// What a running build hears of builders and clients and of itself, and what it tells of its end.
#pragma once

#include <optional>
#include <string>

#include "runtime/mail/address.hpp"
#include "storage/records/ids.hpp"
#include "storage/records/results.hpp"

namespace troupe::botmaster {

// -- to a running build ---------------------------------------------------------------------------

/// Why builds are stopped when the master ends.
inline constexpr std::string_view shutdown_reason = "Master Shutdown";

/// Stops a build on purpose (§6.6). Answered with `request_done` if somebody asks.
struct stop_build {
  build_id build;
  std::string reason;
  records::result_code results = records::result_code::cancelled;
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(build, reason, results, token, requester)
};

// -- to the distributor and the builder ----------------------------------------------------------

/// The build for a claimed request has ended (`results`), or could not begin (no results: the
/// request goes back to the queue).
struct build_over {
  build_id build;
  buildrequest_id request;
  std::string builder;
  std::string worker;
  std::optional<records::result_code> results;
  TROUPE_FIELDS(build, request, builder, worker, results)
};

// -- to itself ------------------------------------------------------------------------------------

/// What began is stored, whether or not the worker has answered.
struct beginning_due {
  TROUPE_FIELDS()
};
/// The worker has said nothing for a while: is it still the one that was engaged?
struct readiness_due {
  TROUPE_FIELDS()
};
/// Its end is stored, and has been told.
struct end_stored {
  TROUPE_FIELDS()
};
/// A step that waits goes on.
struct step_due {
  step_id step;
  TROUPE_FIELDS(step)
};

} // namespace troupe::botmaster
