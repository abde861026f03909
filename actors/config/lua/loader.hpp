// Loads a configuration: master.lua, or the JSON that a dump of one gave, into the model.
//
// master.lua is Lua 5.4 in a sandbox (sandbox.hpp). It fills the table BuildmasterConfig with
// Buildbot's keys, by Buildbot's names: worker.Worker{…}, schedulers.…, util.…, steps.… .
// include("x.lua") runs another file below the configuration's folder and gives what that returns;
// read_file("x") gives a file's text. Both are noted in `master::files`.
#pragma once

#include <string>
#include <vector>

#include "actors/config/lua/sandbox.hpp"
#include "actors/config/model/model.hpp"

namespace troupe::model {

struct loaded_configuration {
  master configuration;             ///< Complete only when there are no errors.
  std::vector<config_error> errors; ///< All of them, in the order in which they were found.
  std::vector<std::string> printed; ///< What the Lua code gave to print().
};

/// Files beyond are refused.
constexpr std::size_t configuration_bytes_max = 16u << 20;

/// Loads and checks. A path that ends in ".json" is a dump, anything else is Lua.
loaded_configuration read_configuration(const std::string& path, const sandbox_limits& limits = {});

/// The same with the errors as one failure, `invalid`, a line each.
result<master> load_configuration(const std::string& path);

/// What `load_configuration` accepts in a ".json" file; a loaded dump equals what was dumped.
json dump_configuration(const master& of);

} // namespace troupe::model
