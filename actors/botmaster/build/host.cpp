// What a step may know of its build, and do to it: the build as a step_host.
#include "actors/botmaster/build/build.hpp"
#include "actors/config/rendering/render.hpp"

namespace troupe::botmaster {

/// What is computed for this build. `step` is what functions of the step are given.
result<json> build::rendered(const json& value) {
  std::map<std::string, json> properties;
  for (const auto& [name, one] : state().record.properties)
    properties[name] = one.value;
  std::vector<model::render_source> sources;
  for (const auto& stamp : config().order.stamps) {
    model::render_source source{stamp, config().order.patch, {}};
    for (const auto& change : config().order.changes)
      if (change.sourcestamp == stamp.id)
        source.changes.push_back(change);
    sources.push_back(std::move(source));
  }
  return model::render(value, {properties, sources, &state().worker_info, functions()});
}

model::function_runner& build::functions() {
  if (!functions_)
    functions_ = std::make_unique<model::function_runner>();
  return *functions_;
}

/// What a function of the step sees of it: its name, the build's properties, what came of it.
json build::step_view() const {
  boost::json::object properties;
  for (const auto& [name, one] : state().record.properties)
    properties[name] = one.value;
  return boost::json::object{{"name", to_json(state().step->record.name)},
                             {"kind", to_json(state().step->definition.class_name)},
                             {"workername", to_json(config().order.worker)},
                             {"buildername", to_json(config().definition.name)},
                             {"number", config().number},
                             {"results", to_json(static_cast<int>(state().results))},
                             {"properties", std::move(properties)}};
}

/// doStepIf and hideStepIf: a function is called, everything else rendered.
result<json> build::decided(std::string_view argument_name, std::vector<json> given) {
  const auto& value = argument(argument_name);
  auto* tag = value.is_object() ? value.get_object().if_contains("$") : nullptr;
  if (tag && tag->is_string() && tag->get_string() == "function")
    return functions().call(value, given);
  return rendered(value);
}

json build::call_function(std::string_view name, std::vector<json> values) {
  return functions().call(argument(name), values).value();
}

const json& build::argument(std::string_view name) const {
  static const json nothing;
  const auto& all = state().step->arguments;
  auto* found =
      all.is_object() ? all.get_object().if_contains({name.data(), name.size()}) : nullptr;
  return found ? *found : nothing;
}

boost::json::object& build::notes() {
  return state().step->notes.get_object();
}

json build::property(std::string_view name) const {
  const auto& all = state().record.properties;
  auto found = all.find(std::string{name});
  return found == all.end() ? json(nullptr) : found->second.value;
}

void build::set_property(std::string name, json value, std::string source) {
  state().record.properties[std::move(name)] = {std::move(value), std::move(source)};
  dirty_ = true;
}

void build::add_log(std::string name, std::string text) {
  auto& log = log_named(name, records::log_type::text);
  append(log, 't', text);
  finish_log(log);
}

void build::say(std::string text) {
  append(log_named("stdio", records::log_type::stdio), 'h', text);
}

void build::describe_done(std::string text) {
  state().step->done_text = std::move(text);
}

std::vector<std::int64_t> build::command_version(std::string_view name) const {
  std::vector<std::int64_t> version;
  auto found = state().commands.find(std::string{name});
  if (found == state().commands.end())
    return version;
  std::int64_t number = 0;
  for (char c : found->second + ".")
    if (c == '.')
      version.push_back(std::exchange(number, 0));
    else if (c >= '0' && c <= '9')
      number = number * 10 + (c - '0');
  return version;
}

bool build::worker_is_windows() const {
  auto found = state().worker_info.find("system");
  return found != state().worker_info.end() && steps::text_of(found->second) == "nt";
}

std::string build::workdir() const {
  return steps::text_of(argument("workdir"), config().definition.factory.workdir);
}

} // namespace troupe::botmaster
