#include "actors/data/parents.hpp"

#include <algorithm>

#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"

namespace troupe::data {

std::optional<records::builder> builder_in(const reading& of, const captures& path) {
  if (path.has("builderid"))
    return storage::find_builder(of.from, builder_id{path.number("builderid")});
  return storage::find_builder(of.from, path.text("buildername"));
}

std::optional<records::build> build_in(const reading& of, const captures& path) {
  if (path.has("buildid"))
    return storage::find_build(of.from, build_id{path.number("buildid")});
  auto builder = builder_in(of, path);
  return builder ? storage::find_build(of.from, builder->id, path.number("build_number"))
                 : std::nullopt;
}

std::optional<records::step> step_in(const reading& of, const captures& path) {
  if (path.has("stepid"))
    return storage::find_step(of.from, step_id{path.number("stepid")});
  auto build = build_in(of, path);
  if (!build)
    return std::nullopt;
  if (path.has("step_number"))
    return storage::find_step(of.from, build->id, path.number("step_number"));
  for (auto& one : storage::steps_of_build(of.from, build->id))
    if (one.name == path.text("step_name"))
      return std::move(one);
  return std::nullopt;
}

std::optional<records::log> log_in(const reading& of, const captures& path) {
  if (path.has("logid"))
    return storage::find_log(of.from, log_id{path.number("logid")});
  auto step = step_in(of, path);
  return step ? storage::find_log(of.from, step->id, path.text("log_slug")) : std::nullopt;
}

std::optional<records::worker> worker_in(const reading& of, const captures& path) {
  if (path.has("workerid"))
    return storage::find_worker(of.from, worker_id{path.number("workerid")});
  return storage::find_worker(of.from, path.text("workername"));
}

json shown_properties(const reading& of, const records::property_map& all) {
  const auto& wanted = of.properties;
  auto is_wanted = [&](const std::string& name) {
    return std::any_of(wanted.begin(), wanted.end(),
                       [&](const auto& one) { return one == "*" || one == name; });
  };
  boost::json::object out;
  for (const auto& [name, one] : all)
    if (is_wanted(name))
      out[name] = boost::json::array{one.value, to_json(one.source)};
  return out;
}

} // namespace troupe::data
