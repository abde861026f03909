#include "actors/schedulers/settings.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/map_reader.hpp"

namespace troupe::schedulers {

using model::class_of;
using model::part_check;
using model::view;
namespace types = model::types;

namespace {

constexpr std::size_t codebase_name_max = 70;

void read_builder_names(json& value, part_check& with) {
  if (value.is_array())
    with.texts("builderNames", value);
  else if (class_of(value).empty() && !value.is_null())
    with.expected("builderNames", "a list of names", value);
}

// A list of names, or a map from names to where their source is by default.
void read_codebases(json& value, part_check& with) {
  if (value.is_null())
    return;
  boost::json::object out;
  auto* entries = model::as_map(value);
  if (value.is_array() && !value.get_array().empty()) {
    with.texts("codebases", value);
    for (const auto& name : value.get_array())
      if (name.is_string())
        out.emplace(name.get_string(), boost::json::object{});
  } else if (!entries || entries->empty()) {
    with.expected("codebases", "a list of names or a map from names, not empty,", value);
  } else {
    for (const auto& [name, source] : *entries) {
      auto key = fmt::format("codebases.{}", view(name));
      model::map_reader own{source, fmt::format("{}.{}", with.path(), key), with.at(),
                            with.errors()};
      if (!model::as_map(source))
        with.expected(key, "a map with repository, branch and revision", source);
      for (auto field : {"repository", "branch", "revision"})
        own.text(field);
      own.finish();
      out.emplace(name, model::as_map(source) ? *model::as_map(source) : boost::json::object{});
    }
  }
  value = std::move(out);
}

void read_priority(json& value, part_check& with) {
  if (!value.is_null() && !value.is_int64() && class_of(value) != "function")
    with.expected("priority", "a whole number or a function", value);
}

} // namespace

std::vector<model::argument> named_arguments() {
  return {{"name", types::string, model::required, "Its name."},
          {"builderNames", types::any, model::required,
           "The builders that it starts: a list of names, or a renderable that gives one.",
           read_builder_names}};
}

std::vector<model::argument> scheduler_arguments(const std::vector<model::argument>& own) {
  auto all = model::with(
      named_arguments(),
      {{"properties", types::map, "{}", "Properties of its builds; values may be renderables."},
       {"codebases", types::any, "{\"\":{}}",
        "Its codebases: a list of names, or a map from names to repository, branch, revision.",
        read_codebases},
       {"priority", types::any, "null", "Priority of its requests: a number or a function.",
        read_priority},
       {"reason", types::string,
        "\"The %(classname)s scheduler named '%(name)s' triggered this build\"",
        "Why its builds are made; %(classname)s and %(name)s are filled in."}});
  return model::with(std::move(all), own);
}

void check_codebase_name(std::string_view name, part_check& with) {
  if (!name.empty() && (!model::is_identifier(name) || name.size() > codebase_name_max))
    with.complain("codebases", fmt::format("an identifier of at most {} characters expected, "
                                           "found '{}'",
                                           codebase_name_max, name));
}

void check_scheduler(const model::part& of, part_check& with) {
  auto& names = with.names();
  auto* builders = of.given("builderNames");
  if (!builders || !builders->is_array()) {
    names.scheduled_by_computation = true;
  } else {
    std::size_t index = 0;
    for (const auto& one : builders->get_array()) {
      ++index;
      if (!one.is_string())
        continue;
      std::string name{model::as_text(one)};
      names.scheduled.insert(name);
      if (!names.builders.contains(name))
        with.complain(
            fmt::format("builderNames[{}]", index),
            model::unknown_word("builder", name, {names.builders.begin(), names.builders.end()}));
    }
  }
  if (auto* codebases = of.given("codebases"); codebases && codebases->is_object())
    for (const auto& [name, source] : codebases->get_object())
      check_codebase_name(view(name), with);
}

} // namespace troupe::schedulers
