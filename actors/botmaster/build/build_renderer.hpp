// What the configuration computes for one build: renderables, and functions that are asked.
#pragma once

#include "actors/botmaster/build/build_config.hpp"
#include "actors/botmaster/build/build_state.hpp"
#include "actors/config/rendering/function_host.hpp"

namespace troupe::botmaster {

class build_renderer {
public:
  build_renderer(const build_config& config, const build_state& state,
                 model::function_host& functions)
    : config_{config}, state_{state}, functions_{functions} {}

  /// A value with everything in it computed.
  result<json> render(const json& value) const;
  /// doStepIf or hideStepIf of a step: a function is called, everything else rendered. `results` is
  /// known if the step has ended.
  result<json> decide(const running_step& step, std::string_view argument,
                      std::optional<records::result_code> results = std::nullopt) const;
  /// doBuildIf.
  result<json> decide_build(const json& condition) const;
  /// Calls a function of the configuration.
  result<json> call(const json& function, const std::vector<json>& arguments) const {
    return functions_.call(function, arguments);
  }

private:
  json view_of(const running_step& step) const;

  const build_config& config_;
  const build_state& state_;
  model::function_host& functions_;
};

} // namespace troupe::botmaster
