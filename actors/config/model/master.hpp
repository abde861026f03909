// BuildmasterConfig: from what Lua's table says to the model, key by key.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "actors/config/model/model.hpp"

namespace troupe::model {

/// What the loader found in BuildmasterConfig.
struct raw_configuration {
  json table;                            ///< As lua_value.hpp describes it.
  std::map<std::string, place> assigned; ///< Where each key was assigned.
  place at;                              ///< For what has no other place.
  std::map<std::string, json> locks;     ///< Definitions that were met.
};

extern const component buildmaster_config;

/// The keys and the classes of parts are checked; the parts themselves are not (check.hpp).
master read_master(const raw_configuration& raw, complaints& errors);

/// A port, "9989" or 9989, as text; nothing when it is none. Text is Twisted's description of where
/// to listen.
std::optional<std::string> read_port_text(const json& value);

} // namespace troupe::model
