#include "actors/config/model/component.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "storage/json.hpp"

namespace troupe::model {

std::string component::full_name() const {
  return space.empty() ? std::string{name} : fmt::format("{}.{}", space, name);
}

const argument* component::find(std::string_view wanted) const {
  for (const auto& one : arguments)
    if (one.name == wanted)
      return &one;
  return nullptr;
}

const json& component::fallback(std::string_view wanted) const {
  // Read once: a build with many steps asks for each argument that is not given.
  using defaults = std::map<std::string_view, json>;
  static const auto all = [] {
    std::map<const component*, defaults> made;
    for (const auto* one : catalogue())
      for (const auto& argument : one->arguments)
        made[one].emplace(argument.name, argument.is_required()
                                             ? json(nullptr)
                                             : parse_json(argument.fallback).value());
    return made;
  }();
  auto own = all.find(this);
  if (own != all.end())
    if (auto found = own->second.find(wanted); found != own->second.end())
      return found->second;
  throw std::logic_error{fmt::format("{} has no argument '{}'", full_name(), wanted)};
}

std::vector<argument> with(std::vector<argument> base, const std::vector<argument>& more) {
  for (const auto& one : more) {
    auto same = std::find_if(base.begin(), base.end(),
                             [&](const auto& known) { return known.name == one.name; });
    if (same == base.end())
      base.push_back(one);
    else
      *same = one;
  }
  return base;
}

const component* find_component(component_use use, std::string_view name) {
  static const auto all = [] {
    std::map<std::pair<component_use, std::string_view>, const component*> made;
    for (const auto* one : catalogue())
      made.emplace(std::pair{one->use, one->name}, one);
    return made;
  }();
  auto found = all.find({use, name});
  return found == all.end() ? nullptr : found->second;
}

std::vector<std::string_view> component_spaces() {
  std::vector<std::string_view> out;
  for (const auto* one : catalogue())
    if (!one->space.empty() && std::find(out.begin(), out.end(), one->space) == out.end())
      out.push_back(one->space);
  return out;
}

std::vector<std::string_view> names_of_components(component_use use) {
  std::vector<std::string_view> out;
  for (const auto* one : catalogue())
    if (one->use == use)
      out.push_back(one->name);
  return out;
}

std::string wanted_component(component_use use) {
  const component* only = nullptr;
  for (const auto* one : catalogue())
    if (one->use == use) {
      if (only)
        return fmt::format("a {}", names_of(use)[static_cast<std::size_t>(use)]);
      only = one;
    }
  return "a " + (only ? only->full_name() : std::string{"component"});
}

std::string field_name(std::string_view argument) {
  std::string out;
  bool upper_before = true; // no underscore in front
  for (std::size_t i = 0; i < argument.size(); ++i) {
    auto c = argument[i];
    bool upper = c >= 'A' && c <= 'Z';
    bool word_follows =
        i + 1 < argument.size() && argument[i + 1] >= 'a' && argument[i + 1] <= 'z' && i > 0;
    if (upper && (!upper_before || word_follows))
      out += '_';
    out += upper ? static_cast<char>(c - 'A' + 'a') : c;
    upper_before = upper || c == '_';
  }
  return out;
}

std::string type_in_words(const argument_type& type) {
  using enum argument_kind;
  auto words = [&]() -> std::string {
    switch (type.kind) {
    case any:
      return "any value";
    case boolean:
      return "true or false";
    case integer:
      return type.least > std::numeric_limits<std::int64_t>::min()
                 ? fmt::format("a whole number from {} on", type.least)
                 : "a whole number";
    case number:
      return "a number";
    case seconds:
      return "seconds";
    case string:
      return "text";
    case secret:
      return "text, kept secret";
    case strings:
      return "a text or a list of texts";
    case text_list:
      return "a list of texts";
    case strings_or_null:
      return "a text, None, or a list of these";
    case string_or_strings:
      return "text or a list of texts";
    case list:
      return "a list";
    case map:
      return "a map";
    case command:
      return "a command: text or a list of words";
    case condition:
      return "true, false or a function";
    case argument_kind::function:
      return "a function";
    case boolean_or_function:
      return "true, false or a function";
    case choice:
      return fmt::format("one of '{}'", fmt::join(type.choices, "', '"));
    case argument_kind::component:
      return wanted_component(type.use);
    case components:
      return fmt::format("a list: each {}", wanted_component(type.use));
    case accesses:
      return "a list of lock accesses, lock:access(mode, count)";
    }
    return {};
  };
  return words() + (type.renderable ? "; may be a renderable" : "");
}

} // namespace troupe::model
