// What a builder builds, as util.BuilderConfig says it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "actors/config/model/model.hpp"

namespace troupe::botmaster {

struct builder_settings {
  std::string name;
  std::string workerbuilddir;
  model::factory factory;
  std::map<std::string, json> env;
  std::map<std::string, json> properties;
  std::map<std::string, json> default_properties;
  std::optional<json> do_build_if;
  json locks = boost::json::array{};
  TROUPE_FIELDS(name, workerbuilddir, factory, env, properties, default_properties, do_build_if,
                locks)
};

} // namespace troupe::botmaster
