// A scratch folder with a master.lua, loaded.
#pragma once

#include <string>
#include <string_view>

#include "actors/config/lua/loader.hpp"
#include "tests/support/temp_folder.hpp"

namespace troupe::test {

/// The parts that every configuration needs; tests add the line that they are about.
inline constexpr std::string_view small_master = R"(local c = BuildmasterConfig
c.workers = { worker.Worker{ "w1", "pass" } }
c.schedulers = { schedulers.AnyBranchScheduler{ name = "all", builderNames = { "b1" } } }
local f = util.BuildFactory{ steps.ShellCommand{ command = "true" } }
c.builders = { util.BuilderConfig{ name = "b1", workernames = { "w1" }, factory = f } }
)";

struct config_stage {
  temp_folder folder;
  model::sandbox_limits limits;

  model::loaded_configuration load(std::string_view text, const char* name = "master.lua") {
    write_file(folder / name, text);
    return model::read_configuration(folder / name, limits);
  }
  /// The errors, a line each; empty when there are none.
  std::string errors(std::string_view text) { return to_string(load(text).errors); }
  /// The errors of the small configuration with further lines, the first of which is line 6.
  std::string errors_with(std::string_view more) {
    return errors(std::string{small_master} + std::string{more});
  }
  /// The value of an expression, as a worker's property would hold it.
  json value_of(std::string_view expression) {
    auto loaded =
        load(std::string{small_master} + "c.properties = { x = " + std::string{expression} + " }");
    if (!loaded.errors.empty())
      throw std::runtime_error{to_string(loaded.errors)};
    return loaded.configuration.properties.at("x");
  }
};

} // namespace troupe::test
