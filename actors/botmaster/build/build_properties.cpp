#include "actors/botmaster/build/build_properties.hpp"

namespace troupe::botmaster {

namespace {

constexpr const char *from_builder = "Builder", *from_worker = "Worker", *from_build = "Build";

/// Who is to blame: the authors of the changes and of the patch, and the owner that was given.
std::set<std::string> owners_of(const records::property_map& all, const start_build& order) {
  std::set<std::string> owners;
  for (const auto& change : order.changes)
    owners.insert(change.author);
  if (order.patch && !order.patch->author.empty())
    owners.insert(order.patch->author);
  if (auto owner = value_of(all, "owner"); owner.is_string() && !owner.get_string().empty())
    owners.insert(std::string{owner.get_string()});
  return owners;
}

} // namespace

void set_early_properties(records::property_map& all, const build_config& of) {
  for (const auto& [name, value] : of.global_properties)
    all[name] = {value, of.config_file};
  for (const auto& change : of.order.changes)
    for (const auto& [name, one] : change.properties)
      all[name] = one;
  for (const auto& [name, one] : of.order.set.properties)
    all[name] = one;
  const auto& definition = of.definition;
  all["buildername"] = {to_json(definition.name), from_builder};
  all["builderid"] = {to_json(of.builder), from_builder};
  for (const auto& [name, value] : definition.properties)
    all[name] = {value, from_builder};
  for (const auto& [name, value] : definition.default_properties)
    all.try_emplace(name, records::property{value, from_builder});
  all["workername"] = {to_json(of.order.worker), from_worker};
  all["buildnumber"] = {to_json(of.number), from_build};
  if (of.order.stamps.size() == 1) {
    const auto& stamp = of.order.stamps.front();
    all["branch"] = {to_json(stamp.branch), from_build};
    all["revision"] = {to_json(stamp.revision), from_build};
    all["repository"] = {to_json(stamp.repository), from_build};
    all["codebase"] = {to_json(stamp.codebase), from_build};
    all["project"] = {to_json(stamp.project), from_build};
  }
  auto owners = owners_of(all, of.order);
  if (!owners.empty())
    all["owners"] = {to_json(std::vector<std::string>(owners.begin(), owners.end())), from_build};
}

void set_worker_properties(records::property_map& all, const worker_engaged& brings,
                           const std::string& worker) {
  for (const auto& [name, value] : brings.properties)
    all[name] = {value, from_worker};
  all["workername"] = {to_json(worker), from_worker};
  for (const auto& [name, value] : brings.default_properties)
    all.try_emplace(name, records::property{value, from_worker});
}

void set_folder_properties(records::property_map& all, const build_config& of,
                           const std::string& base, bool windows) {
  all["basedir"] = {to_json(base), from_worker};
  all["builddir"] = {to_json(base + (windows ? "\\" : "/") + of.definition.workerbuilddir),
                     from_worker};
}

json value_of(const records::property_map& all, std::string_view name) {
  auto found = all.find(std::string{name});
  return found == all.end() ? json(nullptr) : found->second.value;
}

boost::json::object values_of(const records::property_map& all) {
  boost::json::object values;
  for (const auto& [name, one] : all)
    values[name] = one.value;
  return values;
}

} // namespace troupe::botmaster
