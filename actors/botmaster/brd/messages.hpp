// Messages to and from the distributor.
#pragma once

#include <map>
#include <set>

#include "actors/change_svc/stamp_messages.hpp"
#include "storage/batch.hpp"
#include "storage/records/buildset.hpp"

namespace troupe::botmaster {

/// Make a buildset with one request per builder. `stamps` are ids, `contents` are found or made.
/// `along` is stored in the same commit. Answered with `buildset_added` or `buildset_refused`. An
/// order with a number may be given again: it is taken once and answered each time, or with
/// `buildset_request_outdated` if another one took its number.
struct add_buildset {
  records::buildset set; ///< Its id, times and completion are given here.
  std::vector<change_svc::stamp_content> contents;
  std::vector<std::string> builder_names; ///< Unknown names are dropped.
  std::int64_t priority = 0;
  bool waited_for = false;
  std::int64_t number = 0; ///< Counts the orders of `set.scheduler` (orders.hpp); 0: not counted.
  storage::batch along;
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(set, contents, builder_names, priority, waited_for, number, along, token, requester)
};
struct buildset_added {
  std::string token;
  buildset_id id;
  std::map<std::string, buildrequest_id> requests; ///< By builder name.
  TROUPE_FIELDS(token, id, requests)
};
struct buildset_refused {
  std::string token;
  std::string message;
  TROUPE_FIELDS(token, message)
};
/// Nothing came of this order: a former incarnation of the scheduler had given one of its number.
/// What that one did is stored now.
struct buildset_request_outdated {
  std::string token;
  TROUPE_FIELDS(token)
};

/// Cancels a request, or the build that runs for it (§4.3). Answered with `request_done`.
struct cancel_request {
  buildrequest_id request;
  std::string reason;
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(request, reason, token, requester)
};
struct request_done {
  std::string token;
  bool ok = false;
  std::string message;
  TROUPE_FIELDS(token, ok, message)
};

/// Why do requests wait? Answered with `requests_explained`; a `query` tells more of one.
struct explain_requests {
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(token, requester)
};
struct requests_explained {
  std::string token;
  std::map<buildrequest_id, std::string> why_not; ///< The reason of each that waits, in words.
  TROUPE_FIELDS(token, why_not)
};

/// A builder's ids and the builds that it runs, told when it begins and when its configuration
/// changes. One that the distributor believes to run there and that is not among them is ordered
/// again.
struct builder_registered {
  std::string name;
  builder_id id;
  std::set<build_id> running;
  TROUPE_FIELDS(name, id, running)
};

/// Start no more builds, but such as a running build waits for; or do so again.
struct hold_builds {
  bool hold = true;
  runtime::address requester; ///< Hears `all_builds_done` once when none is left.
  bool stop_running = false;  ///< Those that run are stopped, to be retried.
  TROUPE_FIELDS(hold, requester, stop_running)
};
struct all_builds_done {
  TROUPE_FIELDS()
};

} // namespace troupe::botmaster
