// The model: what a configuration says, as one plain comparable value. Everything after the loader
// works on it; `troupe dumpconfig` prints it as JSON, and that JSON is accepted in place of Lua.
//
// `computed` is JSON in which a map with the key "$" stands for something that is computed later
// (semantics.md §10): {"$": "Property", …}, {"$": "Interpolate", …}, {"$": "function", …}; a
// literal map that has such a key is wrapped as {"$": "literal", "value": …}. See render.hpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/journal/settings.hpp"
#include "storage/codec.hpp"

namespace troupe::model {

/// A JSON value that may hold renderables and functions at any depth.
using computed = json;

/// Where in the configuration something was written, for errors and for people. Not compared when
/// deciding what changed: see `same_but_for_place`.
struct place {
  std::string file;
  std::int64_t line = 0;
  TROUPE_FIELDS(file, line)
};

/// One attribute of a change against what is allowed; all that is given must hold (§17.1). A null
/// in `equal` is the missing value, such as the default branch.
struct condition {
  std::optional<std::vector<std::optional<std::string>>> equal;
  std::optional<std::vector<std::optional<std::string>>> not_equal;
  std::vector<std::string> matches; ///< Regular expressions, matched at the start.
  std::vector<std::string> not_matches;
  std::optional<computed> function;
  TROUPE_FIELDS(equal, not_equal, matches, not_matches, function)
};

struct change_filter {
  std::map<std::string, condition> attributes; ///< project, repository, branch, category, codebase.
  std::map<std::string, condition> properties;
  std::optional<computed> function; ///< filter_fn(change)
  TROUPE_FIELDS(attributes, properties, function)
};

struct pb_protocol {
  /// "9989", "tcp:9989:interface=127.0.0.1", "ssl:9990:privateKey=…:certKey=…".
  std::vector<std::string> ports;
  TROUPE_FIELDS(ports)
};

struct worker {
  std::string name;
  computed password;
  std::optional<std::int64_t> max_builds;
  std::map<std::string, computed> properties;
  std::map<std::string, computed> default_properties;
  std::vector<std::string> notify_on_missing;
  span missing_timeout = std::chrono::hours{1}; ///< 0: never missing.
  span keepalive_interval = std::chrono::hours{1};
  std::vector<json> locks; ///< Lock accesses.
  place at;
  TROUPE_FIELDS(name, password, max_builds, properties, default_properties, notify_on_missing,
                missing_timeout, keepalive_interval, locks, at)
};

struct change_source {
  std::string kind; ///< "PBChangeSource".
  std::string name;
  std::string user = "change";
  computed password = "changepw";
  std::optional<std::string> port; ///< Nothing: that of the workers.
  std::string prefix;
  place at;
  TROUPE_FIELDS(kind, name, user, password, port, prefix, at)
};

struct codebase {
  std::string repository;
  std::optional<std::string> branch;
  std::optional<std::string> revision;
  TROUPE_FIELDS(repository, branch, revision)
};

struct scheduler {
  std::string kind; ///< "SingleBranchScheduler", "AnyBranchScheduler", "ForceScheduler".
  std::string name;
  computed builder_names; ///< A list of names, or a renderable that gives one.
  std::map<std::string, computed> properties;
  std::map<std::string, codebase> codebases; ///< Never empty: by default one, named "".
  std::optional<computed> priority;          ///< A number or a function.
  std::optional<change_filter> filter;
  std::optional<span> tree_stable_timer;
  std::optional<computed> file_is_important; ///< function(change)
  bool only_important = false;
  bool create_absolute_sourcestamps = false;
  std::string reason;      ///< Template with %(classname)s, %(name)s; force: reasonString.
  json parameters;         ///< ForceScheduler: the list of its parameters, as §20 describes them.
  std::string button_name; ///< ForceScheduler.
  std::string label;
  place at;
  TROUPE_FIELDS(kind, name, builder_names, properties, codebases, priority, filter,
                tree_stable_timer, file_is_important, only_important, create_absolute_sourcestamps,
                reason, parameters, button_name, label, at)
};

/// A step template: its class and the arguments given, Buildbot's names, checked against the
/// class's schema (step_schema.hpp); absent ones have the schema's default.
struct step {
  std::string kind;
  std::map<std::string, computed> arguments;
  place at;
  TROUPE_FIELDS(kind, arguments, at)
};

struct factory {
  std::vector<step> steps;
  std::string workdir = "build";
  TROUPE_FIELDS(steps, workdir)
};

struct builder {
  std::string name;
  std::optional<std::string> description;
  std::vector<std::string> tags;
  std::vector<std::string> worker_names;
  std::string builddir;       ///< Default: the name with unsafe characters replaced (§27).
  std::string workerbuilddir; ///< Default: builddir.
  model::factory factory;
  std::map<std::string, computed> env;
  std::map<std::string, computed> properties;
  std::map<std::string, computed> default_properties;
  std::optional<computed> collapse_requests; ///< true, false or function(R, U).
  std::optional<computed> next_build;
  std::optional<computed> next_worker;
  std::optional<computed> can_start_build;
  std::optional<computed> do_build_if;
  computed locks;
  place at;
  TROUPE_FIELDS(name, description, tags, worker_names, builddir, workerbuilddir, factory, env,
                properties, default_properties, collapse_requests, next_build, next_worker,
                can_start_build, do_build_if, locks, at)
};

/// A definition of a lock; its uses name it (§8).
struct lock {
  std::string kind; ///< "MasterLock", "WorkerLock".
  std::string name;
  std::int64_t max_count = 1;
  std::map<std::string, std::int64_t> max_count_for_worker;
  TROUPE_FIELDS(kind, name, max_count, max_count_for_worker)
};

struct master {
  std::string title = "Buildbot";
  std::string title_url;
  std::string buildbot_url = "http://localhost:8010/";
  pb_protocol pb;
  std::vector<worker> workers;
  std::vector<change_source> change_sources;
  std::vector<scheduler> schedulers;
  std::vector<builder> builders;
  std::vector<lock> locks;
  std::map<std::string, computed> properties;
  std::optional<computed> collapse_requests;
  std::optional<computed> prioritize_builders;
  std::optional<computed> codebase_generator;
  std::optional<computed> revlink;
  std::map<std::string, std::int64_t> caches;
  std::optional<std::int64_t> log_max_size;      ///< Bytes of one log.
  std::optional<std::int64_t> log_max_tail_size; ///< Bytes kept of the end when it is cut.
  std::string log_encoding = "utf-8";
  runtime::journal_settings journal;
  std::vector<std::pair<std::string, std::string>> files; ///< Read while loading: path, digest.
  TROUPE_FIELDS(title, title_url, buildbot_url, pb, workers, change_sources, schedulers, builders,
                locks, properties, collapse_requests, prioritize_builders, codebase_generator,
                revlink, caches, log_max_size, log_max_tail_size, log_encoding, journal, files)
};

} // namespace troupe::model
