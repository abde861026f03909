// Messages between connected workers and the rest of the master, whatever protocol a worker
// speaks. Builds speak to `/workers/NAME`; `/botmaster/workers/NAME` is told of attach and detach.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/workers/datum.hpp"
#include "runtime/mail/address.hpp"

namespace troupe::workers {

inline constexpr std::string_view workers_path = "/workers";

/// The name of the cell of a worker's connection. `again` tells a second one, by its session,
/// from a first one whose cell has yet to end.
std::string connection_segment(std::string_view worker, std::string_view again = {});
/// The worker whose connection bears that name.
std::string worker_of_connection(std::string_view segment);

/// A builder that a worker serves, and its folder there.
struct served_builder {
  std::string name;
  std::string folder; ///< Relative to the worker's base folder.
  TROUPE_FIELDS(name, folder)
};

// -- from botmaster's worker to the connection ----------------------------------------------------

/// The builders to serve and how often to say "keepalive"; the first completes the attach.
struct set_builder_list {
  std::vector<served_builder> builders;
  span keepalive_interval{};
  TROUPE_FIELDS(builders, keepalive_interval)
};
/// To `/workers`, which passes it on: say again what you said at attach, if you are attached.
struct report_worker {
  std::string name;
  TROUPE_FIELDS(name)
};
struct report_attachment {
  TROUPE_FIELDS()
};
/// Tell the worker's process to end.
struct shut_worker_down {
  TROUPE_FIELDS()
};
/// Drop the connection, with the reason for the log.
struct drop_worker {
  std::string reason;
  TROUPE_FIELDS(reason)
};

// -- from the connection to botmaster's worker ----------------------------------------------------

/// It has said who it is and waits for `set_builder_list`.
struct worker_arrived {
  std::string name;
  runtime::address connection;
  TROUPE_FIELDS(name, connection)
};
/// It serves these builders: ready for builds.
struct worker_attached {
  std::string name;
  runtime::address connection;
  std::map<std::string, json> info;            ///< admin, host, version, system, basedir, …
  std::map<std::string, std::string> commands; ///< Command name to version.
  std::map<std::string, std::string> environ;
  std::vector<std::string> builders;
  TROUPE_FIELDS(name, connection, info, commands, environ, builders)
};
struct worker_detached {
  std::string name;
  runtime::address connection;
  std::string message;
  TROUPE_FIELDS(name, connection, message)
};
/// The worker itself asks for a graceful shutdown.
struct graceful_shutdown_requested {
  std::string name;
  TROUPE_FIELDS(name)
};

// -- from a build to the connection ---------------------------------------------------------------

/// One trivial call, then `startBuild`: the worker is there and prepared. Answered with
/// `build_prepared`; from then on `requester` hears `worker_lost`.
struct prepare_build {
  std::string builder;
  runtime::address requester;
  TROUPE_FIELDS(builder, requester)
};
/// Answers: updates, transfer calls and `command_complete` to `requester`.
struct start_command {
  std::string id; ///< Unique in the master.
  std::string builder;
  std::string name;
  datum args; ///< A map.
  runtime::address requester;
  TROUPE_FIELDS(id, builder, name, args, requester)
};
struct interrupt_command {
  std::string id;
  std::string why;
  TROUPE_FIELDS(id, why)
};
/// The build has taken in updates: they are stored or will be.
struct updates_taken {
  std::string id;
  std::int64_t calls = 0; ///< How many `command_update` of this command are done.
  TROUPE_FIELDS(id, calls)
};
struct transfer_result {
  std::string id;
  std::int64_t request = 0;
  datum value;
  TROUPE_FIELDS(id, request, value)
};
/// The build ends: its commands are forgotten.
struct release_builder {
  std::string builder;
  runtime::address requester;
  TROUPE_FIELDS(builder, requester)
};

// -- from the connection to a build ---------------------------------------------------------------

struct build_prepared {
  std::string builder;
  bool pinged = false; ///< The worker answered.
  bool begun = false;  ///< And takes the build.
  std::string message; ///< Why not.
  std::map<std::string, json> info;
  std::map<std::string, std::string> commands;
  std::map<std::string, std::string> environ;
  TROUPE_FIELDS(builder, pinged, begun, message, info, commands, environ)
};
/// One `update` call: pairs in the order sent. Answer with `updates_taken`.
struct command_update {
  std::string id;
  std::vector<std::pair<std::string, datum>> updates;
  TROUPE_FIELDS(id, updates)
};
/// A call on the reader or writer of this command. Answer with `transfer_result`.
struct transfer_call {
  std::string id;
  transfer_object object = transfer_object::reader;
  transfer_method method = transfer_method::other;
  std::int64_t request = 0;
  std::vector<datum> args;
  TROUPE_FIELDS(id, object, method, request, args)
};
/// Nothing more comes for this command. `failure` is the worker's error text, empty if there is
/// none.
struct command_complete {
  std::string id;
  bool failed = false;
  std::string failure;
  TROUPE_FIELDS(id, failed, failure)
};
struct worker_lost {
  std::string worker;
  std::string message;
  TROUPE_FIELDS(worker, message)
};

} // namespace troupe::workers
