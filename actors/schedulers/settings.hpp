// What all schedulers have: the arguments that they share, and the typed form of them.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "actors/config/model/part_check.hpp"

namespace troupe::schedulers {

/// The source of a codebase of which no change is known.
struct codebase {
  std::string repository;
  std::optional<std::string> branch;
  std::optional<std::string> revision;
  TROUPE_FIELDS(repository, branch, revision)
};

struct scheduler_settings {
  std::string class_name; ///< For the reason.
  std::string name;
  json builder_names; ///< A list of names, or a renderable that gives one.
  std::map<std::string, json> properties;
  std::map<std::string, codebase> codebases; ///< Never empty: by default one, named "".
  std::optional<json> priority;              ///< A number or a function.
  std::string reason;                        ///< With %(classname)s and %(name)s in it.
  TROUPE_FIELDS(class_name, name, builder_names, properties, codebases, priority, reason)
};

/// `name` and `builderNames`, which every scheduler has.
std::vector<model::argument> named_arguments();
/// Those of schedulers that make buildsets by themselves.
std::vector<model::argument> scheduler_arguments(const std::vector<model::argument>& own);

/// That the builders exist, and that codebases have proper names.
void check_scheduler(const model::part& of, model::part_check& with);
void check_codebase_name(std::string_view name, model::part_check& with);

} // namespace troupe::schedulers
