#include "actors/schedulers/buildset_builder.hpp"

#include "actors/config/rendering/render.hpp"

namespace troupe::schedulers {

using records::change;

namespace {

records::sourcestamp from_defaults(const std::string& name, const codebase& defaults) {
  return {.branch = defaults.branch,
          .revision = defaults.revision,
          .repository = defaults.repository,
          .codebase = name};
}

records::sourcestamp from_change(const change& what) {
  return {.branch = what.branch,
          .revision = what.revision,
          .repository = what.repository,
          .project = what.project,
          .codebase = what.codebase};
}

} // namespace

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

std::string reason_of(const scheduler_settings& definition) {
  auto reason = definition.reason;
  replace_all(reason, "%(classname)s", definition.class_name);
  replace_all(reason, "%(name)s", definition.name);
  return reason;
}

result<void> compose(const scheduler_settings& definition, const std::vector<change>& changes,
                     const std::map<std::string, change>& last, model::function_host& functions,
                     botmaster::add_buildset& order) {
  std::map<std::string, const change*> newest;
  for (const auto& one : changes)
    newest[one.codebase] = &one; // in the order of ids
  for (const auto& [codebase, defaults] : definition.codebases) {
    if (auto found = newest.find(codebase); found != newest.end())
      order.set.sourcestamps.push_back(found->second->sourcestamp);
    else if (auto seen = last.find(codebase); seen != last.end())
      order.set.sourcestamps.push_back(seen->second.sourcestamp);
    else
      order.contents.push_back({from_defaults(codebase, defaults), {}});
  }
  auto& properties = order.set.properties;
  for (const auto& [name, value] : definition.properties)
    properties[name] = {value, "Scheduler"};
  properties["scheduler"] = {to_json(definition.name), "Scheduler"};
  for (const auto& one : changes)
    for (const auto& [name, value] : one.properties)
      properties[name] = value;

  std::map<std::string, json> plain;
  for (const auto& [name, one] : properties)
    plain[name] = one.value;
  std::vector<model::render_source> sources;
  for (const auto& one : changes) {
    auto stamp = from_change(one);
    auto same = std::find_if(sources.begin(), sources.end(), [&](const auto& source) {
      return source.stamp.codebase == stamp.codebase;
    });
    auto& source = same == sources.end() ? sources.emplace_back() : *same;
    source.stamp = stamp;
    source.changes.push_back(one);
  }
  model::render_context context{plain, sources, nullptr, functions};
  for (auto& [name, one] : properties) {
    if (one.source != "Scheduler")
      continue; // data, which means nothing
    auto value = model::render(one.value, context);
    if (!value)
      return value.error().in("property " + name);
    one.value = *value;
    plain[name] = *value;
  }
  auto names = model::render(definition.builder_names, context);
  if (!names)
    return names.error().in("builderNames");
  if (auto read = from_json(order.builder_names, *names); !read)
    return read.error().in("builderNames");
  if (definition.priority) {
    auto priority = *definition.priority;
    if (!model::is_plain(priority)) {
      auto asked = functions.call(priority, {to_json(order.builder_names), to_json(changes)});
      if (!asked)
        return asked.error().in("priority");
      priority = *asked;
    }
    if (auto read = from_json(order.priority, priority); !read)
      return read.error().in("priority");
  }
  return {};
}

} // namespace troupe::schedulers
