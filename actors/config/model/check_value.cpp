// What may stand in an argument of each type.
#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "actors/config/model/part_check.hpp"

namespace troupe::model {

namespace {

constexpr double seconds_max = 1e9; // 30 years; far from what microseconds can hold

bool all_texts(const json& value, bool null_too, bool renderable) {
  auto* list = value.if_array();
  return list && std::all_of(list->begin(), list->end(), [&](const json& element) {
           return element.is_string() || (null_too && element.is_null())
                  || (renderable && computed_later(element));
         });
}

bool is_function(const json& value) {
  return class_of(value) == "function";
}

// What was expected, or empty when the value is right as it is.
std::string expected(const argument_type& type, const json& value) {
  using enum argument_kind;
  switch (type.kind) {
  case any:
  case components:
  case argument_kind::component:
    return "";
  case accesses:
    return value.is_array() || value.is_object() ? "" : "a list of lock accesses";
  case boolean:
    return value.is_bool() ? "" : "true or false";
  case integer:
    if (!value.is_int64())
      return "a whole number";
    return value.get_int64() >= type.least ? ""
                                           : fmt::format("a whole number from {} on", type.least);
  case number:
    return value.is_number() ? "" : "a number";
  case seconds:
    return value.is_number() && value.to_number<double>() >= 0
                   && value.to_number<double>() <= seconds_max
               ? ""
               : "seconds, a number from 0 on,";
  case string:
    return value.is_string() ? "" : "text";
  case secret:
    return value.is_string() || !class_of(value).empty() ? "" : "text";
  case strings:
  case text_list:
    return value.is_array() || (type.kind == strings && value.is_string()) ? "" : "a list of texts";
  case strings_or_null:
    return value.is_string() || all_texts(value, true, false) ? "" : "text, or a list of texts,";
  case string_or_strings:
    return value.is_string() || all_texts(value, false, true) ? "" : "text or a list of texts";
  case list:
    return value.is_array() ? "" : "a list";
  case map:
    return (type.renderable ? value.is_object() && !is_function(value) : as_map(value) != nullptr)
               ? ""
               : "a map";
  case command:
    return value.is_string() || value.is_array() ? "" : "a command, text or a list,";
  case condition:
    return value.is_bool() || is_function(value) ? "" : "true, false or a function";
  case argument_kind::function:
    return is_function(value) ? "" : "a function";
  case boolean_or_function:
    return value.is_bool() || is_function(value) ? "" : "true, false or a function";
  case choice:
    for (auto allowed : type.choices)
      if (as_text(value) == allowed)
        return "";
    return fmt::format("one of '{}'", fmt::join(type.choices, "', '"));
  }
  return "";
}

// One form for what may be given in several.
void normalise(const argument_type& type, json& value) {
  using enum argument_kind;
  bool empty_list = value.is_array() && value.get_array().empty();
  if (type.kind == map && empty_list)
    value = boost::json::object{};
  else if ((type.kind == strings && value.is_string())
           || (type.kind == accesses && class_of(value) == "Access"))
    value = boost::json::array{value};
}

} // namespace

void check_value(const argument& of, json& value, part_check& with) {
  if (of.read) {
    of.read(value, with);
    return;
  }
  if (value.is_null() || (of.type.renderable && computed_later(value)))
    return;
  normalise(of.type, value);
  if (auto wanted = expected(of.type, value); !wanted.empty()) {
    with.expected(of.name, wanted, value);
    return;
  }
  using enum argument_kind;
  if (of.type.kind == strings || of.type.kind == text_list)
    with.texts(of.name, value);
  else if (of.type.kind == argument_kind::component)
    check_nested(value, of.type.use, with, of.name);
  else if (of.type.kind == accesses)
    check_accesses(value, with, of.name);
  else if (of.type.kind == components) {
    if (!value.is_array())
      return with.expected(of.name, "a list", value);
    std::size_t index = 0;
    for (auto& element : value.get_array())
      check_nested(element, of.type.use, with, fmt::format("{}[{}]", of.name, ++index));
  }
}

} // namespace troupe::model
