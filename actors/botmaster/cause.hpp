// Why something does not start or end: causes, as values, and the questions that bring them.
//
// A cause follows from the state of the service that gives it, at the moment when it is asked:
// nothing in it is guessed, or kept from earlier. Lists of causes are in order of importance; the
// first is the reason.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "actors/botmaster/cause_code.hpp"
#include "runtime/mail/address.hpp"
#include "storage/records/ids.hpp"
#include "storage/snapshot.hpp"

namespace troupe::botmaster {

enum class thing_kind : int {
  nobody,
  master,
  builder,
  worker,
  build,
  request,
  buildset,
  lock,
  step,
  timer,
  change,
  scheduler,
  service
};
constexpr auto names_of(thing_kind) {
  return std::array<std::string_view, 13>{"nobody",  "master",    "builder", "worker", "build",
                                          "request", "buildset",  "lock",    "step",   "timer",
                                          "change",  "scheduler", "service"};
}

/// What a cause is about, or who is behind it.
struct thing {
  thing_kind kind = thing_kind::nobody;
  std::string name;    ///< As people call it: "w1", "linux/7", "12".
  std::int64_t id = 0; ///< Of requests, builds, buildsets and changes: their number in the store.
  TROUPE_FIELDS(kind, name, id)
};
/// "worker w1"; the words with which it can be asked for.
std::string to_string(const thing& what);

struct cause {
  cause_code code = cause_code::waits_for_store;
  std::string message; ///< One sentence for people, without its full stop.
  thing subject;
  std::optional<instant> since;
  std::optional<instant> until; ///< When it ends by itself.
  thing by; ///< Whose own causes say more: a build, a request, a worker; or nobody.
  TROUPE_FIELDS(code, message, subject, since, until, by)
};
using causes = std::vector<cause>;

/// The answer to each of the questions below.
struct explanation {
  std::string token;
  botmaster::causes causes;
  TROUPE_FIELDS(token, causes)
};

/// To the distributor: why does the request not start?
struct explain_request {
  buildrequest_id request;
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(request, token, requester)
};
/// To a builder, which passes it on to its build: why does the build not end?
struct explain_build {
  build_id build;
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(build, token, requester)
};
/// To the locks: for what does the build, or its step, wait?
struct explain_locks {
  build_id build;
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(build, token, requester)
};
/// To a worker: why may it not build? To the distributor: why does it not build more?
struct explain_worker {
  std::string name;
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(name, token, requester)
};
/// To a scheduler: why does it order nothing?
struct explain_scheduler {
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(token, requester)
};

// -- for those who answer -------------------------------------------------------------------------

inline thing the_worker(std::string name) {
  return {thing_kind::worker, std::move(name), 0};
}
inline thing the_builder(std::string name) {
  return {thing_kind::builder, std::move(name), 0};
}
inline thing the_service(std::string_view path) {
  return {thing_kind::service, std::string{path}, 0};
}
thing the_request(buildrequest_id which);
/// "linux/7", from the store; while the build is not there, the name of its builder.
thing the_build(const storage::snapshot& from, build_id which, std::string builder = {});
using build_namer = std::function<thing(build_id which, const std::string& builder)>;

/// "0.3 s", "12 s", "3 min", "5 h", "2 days"; two units never, so that it can be read at a glance.
std::string lasting(span time);
/// "a, b and c".
std::string listed(const std::vector<std::string>& names);

} // namespace troupe::botmaster
