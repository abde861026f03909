#include "actors/config/filter.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "actors/config/printf.hpp"
#include "actors/config/regex.hpp"

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

result<bool> holds(const condition& wanted, const maybe_text& value, function_runner& functions) {
  if (wanted.equal && !contains(*wanted.equal, value))
    return false;
  if (wanted.not_equal && contains(*wanted.not_equal, value))
    return false;
  if (!wanted.matches.empty())
    if (auto found = any_matches(wanted.matches, value); !found || !*found)
      return found;
  if (!wanted.not_matches.empty()) {
    auto found = any_matches(wanted.not_matches, value);
    if (!found)
      return found;
    if (*found)
      return false;
  }
  if (!wanted.function)
    return true;
  auto said = functions.call(*wanted.function, {value ? json(*value) : json(nullptr)});
  if (!said)
    return said.error();
  return truth(*said);
}

maybe_text attribute(const records::change& change, std::string_view name) {
  if (name == "branch")
    return change.branch;
  if (name == "category")
    return change.category;
  return name == "project" ? change.project : name == "codebase" ? change.codebase
                                                                 : change.repository;
}

} // namespace

result<bool> matches(const change_filter& filter, const records::change& change,
                     function_runner& functions) {
  for (const auto& [name, wanted] : filter.attributes)
    if (auto fine = holds(wanted, attribute(change, name), functions); !fine || !*fine)
      return fine;
  for (const auto& [name, wanted] : filter.properties) {
    auto property = change.properties.find(name);
    maybe_text value = property == change.properties.end() ? std::string{}
                                                           : python_str(property->second.value);
    if (auto fine = holds(wanted, value, functions); !fine || !*fine)
      return fine;
  }
  if (!filter.function)
    return true;
  auto said = functions.call(*filter.function, {change_for_functions(change)});
  if (!said)
    return said.error();
  return truth(*said);
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
