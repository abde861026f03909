// The model: what a configuration says, as one plain comparable value. Everything after the loader
// works on it; `troupe dumpconfig` prints it as JSON, and that JSON is accepted in place of Lua.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/config/model/part.hpp"
#include "runtime/journal/settings.hpp"

namespace troupe::model {

struct pb_protocol {
  /// "9989", "tcp:9989:interface=127.0.0.1", "ssl:9990:privateKey=…:certKey=…".
  std::vector<std::string> ports;
  TROUPE_FIELDS(ports)
};
struct protocol_settings {
  pb_protocol pb;
  TROUPE_FIELDS(pb)
};

/// util.BuildFactory.
struct factory {
  std::vector<part> steps;
  std::string workdir = "build";
  TROUPE_FIELDS(steps, workdir)
};

/// A definition of a lock; its uses name it (§8).
struct lock {
  std::string name;
  std::int64_t max_count = 1;
  bool per_worker = false; ///< One for each worker; else one for the master.
  std::map<std::string, std::int64_t> max_count_for_worker;
  TROUPE_FIELDS(name, max_count, per_worker, max_count_for_worker)
};

/// BuildmasterConfig; its arguments are those of the component `buildmaster_config`.
struct master {
  std::string title;
  std::string title_url;
  std::string buildbot_url;
  protocol_settings protocols;
  std::vector<part> workers;
  std::vector<part> change_source;
  std::vector<part> schedulers;
  std::vector<part> builders;
  std::vector<part> locks; ///< Those that were met: a configuration does not list them.
  std::map<std::string, computed> properties;
  std::optional<computed> collapse_requests;
  std::optional<computed> prioritize_builders;
  std::optional<computed> codebase_generator;
  std::optional<computed> revlink;
  std::map<std::string, std::int64_t> caches;
  std::optional<std::int64_t> log_max_size;      ///< Bytes of one log.
  std::optional<std::int64_t> log_max_tail_size; ///< Bytes kept of the end when it is cut.
  std::string log_encoding;
  runtime::journal_settings journal;
  std::vector<std::pair<std::string, std::string>> files; ///< Read while loading: path, digest.
  TROUPE_FIELDS(title, title_url, buildbot_url, protocols, workers, change_source, schedulers,
                builders, locks, properties, collapse_requests, prioritize_builders,
                codebase_generator, revlink, caches, log_max_size, log_max_tail_size, log_encoding,
                journal, files)
};

/// The lists of parts in a configuration, each with its use.
struct part_list {
  component_use use;
  std::string_view argument; ///< "change_source"
  std::vector<part> master::*parts;
};
inline constexpr part_list part_lists[]{
    {component_use::worker, "workers", &master::workers},
    {component_use::change_source, "change_source", &master::change_source},
    {component_use::scheduler, "schedulers", &master::schedulers},
    {component_use::builder, "builders", &master::builders},
};

/// The locks that are defined.
std::vector<lock> locks_of(const master& of);

/// The component of a part in such a list. Parts have been checked before: none is a bug.
const component& component_of(const part& of, component_use use);

} // namespace troupe::model
