#include "actors/config/rendering/filter.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "actors/config/rendering/printf.hpp"
#include "actors/config/rendering/regex.hpp"
#include "storage/records/change.hpp"

namespace troupe::model {

namespace {

using maybe_text = std::optional<std::string>;

// Services of several threads filter; each thread compiles for itself.
thread_local regex_cache patterns;

result<bool> any_matches(const std::vector<std::string>& regexes, const maybe_text& value) {
  if (!value)
    return false;
  for (const auto& pattern : regexes) {
    auto compiled = patterns.get(pattern);
    if (!compiled)
      return compiled.error();
    auto found = compiled->matches_start(*value);
    if (!found || *found)
      return found;
  }
  return false;
}

bool contains(const std::vector<maybe_text>& values, const maybe_text& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

/// The first rule of the condition that the value breaks.
result<filter_rule> broken(const condition& wanted, const maybe_text& value,
                           function_host& functions) {
  if (wanted.equal && !contains(*wanted.equal, value))
    return filter_rule::equal;
  if (wanted.not_equal && contains(*wanted.not_equal, value))
    return filter_rule::not_equal;
  if (!wanted.matches.empty()) {
    auto found = any_matches(wanted.matches, value);
    if (!found)
      return found.error();
    if (!*found)
      return filter_rule::matches;
  }
  if (!wanted.not_matches.empty()) {
    auto found = any_matches(wanted.not_matches, value);
    if (!found)
      return found.error();
    if (*found)
      return filter_rule::not_matches;
  }
  if (!wanted.function)
    return filter_rule::none;
  auto said = functions.call(*wanted.function, {value ? json(*value) : json(nullptr)});
  if (!said)
    return said.error();
  return truth(*said) ? filter_rule::none : filter_rule::function;
}

maybe_text attribute(const records::change& change, std::string_view name) {
  if (name == "branch")
    return change.branch;
  if (name == "category")
    return change.category;
  return name == "project"    ? change.project
         : name == "codebase" ? change.codebase
                              : change.repository;
}

maybe_text property_of(const records::change& change, const std::string& name) {
  auto property = change.properties.find(name);
  return property == change.properties.end() ? std::string{} : python_str(property->second.value);
}

std::string quoted(const maybe_text& value) {
  return value ? "'" + *value + "'" : std::string{"nothing"};
}

std::string listed(const std::vector<maybe_text>& values) {
  std::string out;
  for (const auto& one : values)
    out += (out.empty() ? "" : ", ") + quoted(one);
  return out;
}

std::string listed(const std::vector<std::string>& patterns) {
  return listed(std::vector<maybe_text>{patterns.begin(), patterns.end()});
}

} // namespace

result<broken_rule> first_broken(const change_filter& filter, const records::change& change,
                                 function_host& functions) {
  for (const auto& [name, wanted] : filter.attributes)
    if (auto rule = broken(wanted, attribute(change, name), functions); !rule)
      return rule.error();
    else if (*rule != filter_rule::none)
      return broken_rule{*rule, name, false};
  for (const auto& [name, wanted] : filter.properties)
    if (auto rule = broken(wanted, property_of(change, name), functions); !rule)
      return rule.error();
    else if (*rule != filter_rule::none)
      return broken_rule{*rule, name, true};
  if (!filter.function)
    return broken_rule{};
  auto said = functions.call(*filter.function, {change_for_functions(change)});
  if (!said)
    return said.error();
  return truth(*said) ? broken_rule{} : broken_rule{filter_rule::function, {}, false};
}

std::string words_of(const broken_rule& what, const change_filter& filter,
                     const records::change& change) {
  if (what.name.empty())
    return "filter_fn says no";
  std::string name{what.name};
  const auto& rules = (what.property ? filter.properties : filter.attributes).at(name);
  auto is = (what.property ? "property " : "") + name + " "
            + quoted(what.property ? property_of(change, name) : attribute(change, name));
  switch (what.rule) {
  case filter_rule::equal:
    return is + (rules.equal->size() == 1 ? " is not " : " is none of ") + listed(*rules.equal);
  case filter_rule::not_equal:
    return is + " is excluded";
  case filter_rule::matches:
    return is + " does not match " + listed(rules.matches);
  case filter_rule::not_matches:
    return is + " matches what is excluded, " + listed(rules.not_matches);
  case filter_rule::function:
    return name + "_fn says no to " + is;
  case filter_rule::none:
    break;
  }
  return is + " is as wanted";
}

json change_for_functions(const records::change& change) {
  boost::json::object properties;
  for (const auto& [name, property] : change.properties)
    properties.emplace(name, property.value);
  auto files = change.files;
  std::sort(files.begin(), files.end());
  boost::json::object out{{"number", change.id.value},
                          {"who", change.author},
                          {"author", change.author},
                          {"committer", to_json(change.committer)},
                          {"comments", change.comments},
                          {"files", to_json(files)},
                          {"revision", to_json(change.revision)},
                          {"when", change.when.time_since_epoch().count() / 1000000},
                          {"branch", to_json(change.branch)},
                          {"category", to_json(change.category)},
                          {"revlink", to_json(change.revlink)},
                          {"repository", change.repository},
                          {"project", change.project},
                          {"codebase", change.codebase},
                          {"properties", std::move(properties)}};
  return out;
}

} // namespace troupe::model
