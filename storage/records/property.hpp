// A property: a JSON value and who set it, for people to read ("Scheduler", "Change", "Worker").
#pragma once

#include <map>
#include <string>

#include "storage/codec.hpp"
#include "storage/json.hpp"

namespace troupe::records {

struct property {
  json value;
  std::string source;
  TROUPE_FIELDS(value, source)
};

using property_map = std::map<std::string, property>;

} // namespace troupe::records
