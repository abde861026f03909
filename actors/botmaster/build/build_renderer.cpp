#include "actors/botmaster/build/build_renderer.hpp"

#include "actors/botmaster/build/build_properties.hpp"
#include "actors/config/rendering/render.hpp"

namespace troupe::botmaster {

result<json> build_renderer::render(const json& value) const {
  std::map<std::string, json> properties;
  for (const auto& [name, one] : state_.record.properties)
    properties[name] = one.value;
  std::vector<model::render_source> sources;
  for (const auto& stamp : config_.order.stamps) {
    model::render_source source{stamp, config_.order.patch, {}};
    for (const auto& change : config_.order.changes)
      if (change.sourcestamp == stamp.id)
        source.changes.push_back(change);
    sources.push_back(std::move(source));
  }
  return model::render(value, {properties, sources, &state_.worker_info, functions_});
}

/// What a function of the step sees of it: its name, the build's properties, what came of it.
json build_renderer::view_of(const running_step& step) const {
  return boost::json::object{{"name", to_json(step.record.name)},
                             {"kind", to_json(step.definition.class_name)},
                             {"workername", to_json(config_.order.worker)},
                             {"buildername", to_json(config_.definition.name)},
                             {"number", config_.number},
                             {"results", to_json(static_cast<int>(state_.results))},
                             {"properties", values_of(state_.record.properties)}};
}

result<json> build_renderer::decide(const running_step& step, std::string_view argument,
                                    std::optional<records::result_code> results) const {
  const auto& value = step.argument(argument);
  auto* tag = value.is_object() ? value.get_object().if_contains("$") : nullptr;
  if (!tag || !tag->is_string() || tag->get_string() != "function")
    return render(value);
  std::vector<json> given;
  if (results)
    given.push_back(json(static_cast<int>(*results)));
  given.push_back(view_of(step));
  return call(value, given);
}

result<json> build_renderer::decide_build(const json& condition) const {
  if (!condition.is_object())
    return condition;
  return call(condition,
              {boost::json::object{{"buildername", to_json(config_.definition.name)},
                                   {"number", config_.number},
                                   {"properties", values_of(state_.record.properties)}}});
}

} // namespace troupe::botmaster
