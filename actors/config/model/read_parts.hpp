// From what Lua's tables say to the model, part by part. Kinds of values are checked here; what
// parts say about each other is checked on the model (check.hpp).
#pragma once

#include <map>

#include "actors/config/model/part_reader.hpp"

namespace troupe::model {

/// What the loader found in BuildmasterConfig.
struct raw_configuration {
  json table;                            ///< As lua_value.hpp describes it.
  std::map<std::string, place> assigned; ///< Where each key was assigned.
  place at;                              ///< For what has no other place.
  std::map<std::string, json> locks;     ///< Definitions that were met.
};

master read_master(const raw_configuration& raw, complaints& errors);

builder read_builder(const json& part, const std::string& path, const place& at,
                     complaints& errors);
scheduler read_scheduler(const json& part, const std::string& path, const place& at,
                         complaints& errors);
change_filter read_filter(const json& part, const std::string& path, const place& at,
                          complaints& errors);

/// The parameters of a ForceScheduler, Buildbot's fixed ones first: maps with "kind", "name" and
/// what else was given.
json read_force_parameters(part_reader& from);

/// The directory of a builder that says none: its name without what file systems dislike (§27).
std::string default_builddir(std::string_view name);

} // namespace troupe::model
