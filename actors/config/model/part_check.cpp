#include "actors/config/model/part_check.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "actors/config/model/renderable_role.hpp"

namespace troupe::model {

void part_check::complain(std::string_view argument, std::string message) {
  errors_.add(at_, argument.empty() ? path_ : fmt::format("{}.{}", path_, argument),
              std::move(message));
}

void part_check::expected(std::string_view argument, std::string_view wanted, const json& got) {
  complain(argument, found_instead(wanted, got));
}

void part_check::texts(std::string_view argument, const json& list) {
  std::size_t index = 0;
  for (const auto& element : list.get_array()) {
    ++index;
    if (!element.is_string())
      expected(fmt::format("{}[{}]", argument, index), "text", element);
  }
}

part_check part_check::within(std::string_view argument) const {
  return {fmt::format("{}.{}", path_, argument), at_, errors_, names_};
}

const boost::json::object* as_map(const json& value) {
  static const boost::json::object empty;
  if (value.is_array() && value.get_array().empty())
    return &empty;
  auto kind = class_of(value);
  if (kind == "literal")
    return member(value, "value")->if_object();
  return value.is_object() && kind.empty() ? &value.get_object() : nullptr;
}

bool is_identifier(std::string_view text) {
  auto letter = [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '-'
           || static_cast<unsigned char>(c) >= 0x80;
  };
  if (text.empty() || !letter(text[0]))
    return false;
  for (char c : text)
    if (!letter(c) && !std::isdigit(static_cast<unsigned char>(c)) && c != '.')
      return false;
  return true;
}

void check_accesses(const json& value, part_check& with, std::string_view argument) {
  if (value.is_array()) {
    for (const auto& element : value.get_array())
      check_accesses(element, with, argument);
    return;
  }
  auto kind = class_of(value);
  const auto& locks = with.names().locks;
  auto name = text_of(value, "lock");
  if (kind == "Access" && !locks.contains(name))
    with.complain(argument, unknown_word("lock", name, {locks.begin(), locks.end()}));
  else if (kind.empty() || find_component(component_use::lock, kind))
    with.expected(argument, "a lock access, lock:access(mode, count),", value);
}

void check_formats(const json& value, part_check& with, std::string_view argument) {
  if (value.is_array())
    for (const auto& element : value.get_array())
      check_formats(element, with, argument);
  auto kind = class_of(value);
  if (!value.is_object() || kind == "function")
    return;
  if (auto* role = role_of<renderable_role>(find_component(component_use::renderable, kind)))
    if (auto fine = role->check(value); !fine)
      with.complain(argument, fmt::format("{}: {}", kind, fine.error().message));
  for (const auto& [inner, entry] : value.get_object())
    check_formats(entry, with, argument);
}

void check_nested(json& value, component_use use, part_check& with, std::string_view argument) {
  auto* of = find_component(use, class_of(value));
  part inner;
  if (!of || !of_json(inner, value)) {
    with.expected(argument, wanted_component(use), value);
    return;
  }
  part_check own{fmt::format("{}.{}", with.path(), argument),
                 inner.at.file.empty() ? with.at() : inner.at, with.errors(), with.names()};
  check_arguments(inner, *of, own);
  if (of->check)
    of->check(inner, own);
  value = as_json(inner);
}

void check_arguments(part& of, const component& is, part_check& with) {
  auto& given = of.arguments.get_object();
  for (auto& [key, value] : given) {
    auto name = view(key);
    auto* argument = is.find(name);
    if (argument) {
      check_value(*argument, value, with);
      bool nested = argument->type.kind == argument_kind::component
                    || argument->type.kind == argument_kind::components;
      if (with.names().formats && !nested)
        check_formats(value, with, name);
      continue;
    }
    std::vector<std::string_view> known;
    for (const auto& one : is.arguments)
      known.push_back(one.name);
    auto what = is.use == component_use::step ? fmt::format("argument of {}", is.name) : "key";
    with.complain(name, unknown_word(what, name, known));
  }
  for (const auto& argument : is.arguments) {
    auto* value = argument.is_required() ? of.given(argument.name) : nullptr;
    if (argument.is_required() && (!value || value->is_null()))
      with.complain(argument.name, "required, but not given");
  }
  if (is.complete)
    is.complete(of, with);
}

} // namespace troupe::model
