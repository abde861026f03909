// Builders, workers, masters and users: who takes part. They stay when no longer configured.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/codec.hpp"
#include "storage/json.hpp"
#include "storage/records/ids.hpp"
#include "storage/schema.hpp"

namespace troupe::records {

struct builder {
  builder_id id;
  std::string name;
  std::optional<std::string> description;
  std::optional<std::string> description_format; ///< "markdown", or nothing for plain text.
  std::vector<std::string> tags;
  std::vector<master_id> masters; ///< Those that have it configured; empty when none has.
  TROUPE_FIELDS(id, name, description, description_format, tags, masters)
};

/// A worker is configured for `builder` on `master`.
struct worker_place {
  master_id master;
  builder_id builder;
  TROUPE_FIELDS(master, builder)
};

struct worker {
  worker_id id;
  std::string name;
  std::map<std::string, json> info; ///< What it told of itself: admin, host, version, …
  std::vector<worker_place> configured_on;
  std::vector<master_id> connected_to;
  bool paused = false;
  std::optional<std::string> pause_reason;
  bool graceful = false; ///< Takes no new builds and is told to shut down when idle.
  std::optional<instant> last_connected;
  TROUPE_FIELDS(id, name, info, configured_on, connected_to, paused, pause_reason, graceful,
                last_connected)
};

struct master {
  master_id id;
  std::string name; ///< HOST:BASEDIR.
  bool active = false;
  instant last_active;
  TROUPE_FIELDS(id, name, active, last_active)
};

struct user {
  user_id id;
  std::string identifier;                        ///< Unique; for changes the author.
  std::map<std::string, std::string> attributes; ///< Kind ("git", "email", …) to its text.
  std::optional<std::string> username;
  std::optional<std::string> password_digest;
  TROUPE_FIELDS(id, identifier, attributes, username, password_digest)
};

} // namespace troupe::records

namespace troupe::storage {

template <>
struct table_traits<records::builder>
  : detail::keyed_by_id<table_number::builders, records::builder> {};
template <>
struct table_traits<records::worker> : detail::keyed_by_id<table_number::workers, records::worker> {
};
template <>
struct table_traits<records::master> : detail::keyed_by_id<table_number::masters, records::master> {
};
template <>
struct table_traits<records::user> : detail::keyed_by_id<table_number::users, records::user> {};

} // namespace troupe::storage
