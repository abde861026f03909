// What a person gave a ForceScheduler, checked against its parameters (semantics.md §20). Pure.
#pragma once

#include <map>
#include <string>

#include "actors/change_svc/change_manager.hpp"
#include "storage/json.hpp"
#include "storage/records/property.hpp"

namespace troupe::schedulers {

struct forced {
  std::map<std::string, json> values; ///< Properties by name; nested ones are maps.
  std::vector<records::sourcestamp> stamps;
  std::map<std::string, std::string> errors; ///< By full name; empty if all is well.
};

/// `parameters` as model::scheduler::parameters, `given` a map by full names (parent_name).
forced read_parameters(const json& parameters, const json& given);

} // namespace troupe::schedulers
