// The value of one field of one row, as it is filtered, ordered and shown.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "storage/json.hpp"

namespace troupe::data {

enum class value_type { integer, boolean, text, time, duration, list, map };

/// Nothing is null. Lists and maps are JSON.
using value = std::variant<std::monostate, std::int64_t, bool, std::string, instant, span, json>;

inline bool is_null(const value& x) {
  return std::holds_alternative<std::monostate>(x);
}

/// As REST shows it: times are whole seconds since 1970, durations whole seconds.
json rest_form(const value& x);
/// As the shell shows it: times are text, durations are seconds with their fraction.
json shell_form(const value& x);

/// Null is below everything; lists and maps are compared by their text.
bool is_less(const value& a, const value& b);

/// From the text of a query: integers, booleans in their many spellings, times as whole seconds.
std::optional<value> read_value(value_type type, std::string_view text);

/// Whether a list or a text contains it.
bool contains(const value& x, const value& part);

// -- from the fields of records -------------------------------------------------------------------

template <class T>
struct value_of {
  static constexpr auto type = value_type::list;
  static value from(const T& x) { return to_json(x); }
};
template <>
struct value_of<std::int64_t> {
  static constexpr auto type = value_type::integer;
  static value from(std::int64_t x) { return x; }
};
template <>
struct value_of<bool> {
  static constexpr auto type = value_type::boolean;
  static value from(bool x) { return x; }
};
template <>
struct value_of<std::string> {
  static constexpr auto type = value_type::text;
  static value from(const std::string& x) { return x; }
};
template <>
struct value_of<instant> {
  static constexpr auto type = value_type::time;
  static value from(instant x) { return x; }
};
template <>
struct value_of<span> {
  static constexpr auto type = value_type::duration;
  static value from(span x) { return x; }
};
template <class Tag>
struct value_of<id<Tag>> {
  static constexpr auto type = value_type::integer;
  static value from(id<Tag> x) { return x.value; }
};
template <class Enum>
requires std::is_enum_v<Enum>
struct value_of<Enum> {
  static constexpr auto type = value_type::integer;
  static value from(Enum x) { return static_cast<std::int64_t>(x); }
};
template <class T>
struct value_of<std::map<std::string, T>> {
  static constexpr auto type = value_type::map;
  static value from(const std::map<std::string, T>& x) { return to_json(x); }
};
template <class T>
struct value_of<std::optional<T>> {
  static constexpr auto type = value_of<T>::type;
  static value from(const std::optional<T>& x) { return x ? value_of<T>::from(*x) : value{}; }
};

} // namespace troupe::data
