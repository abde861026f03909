// From rows to what the shell shows of them.
#pragma once

#include <initializer_list>

#include "actors/data/read.hpp"

namespace troupe::data {

/// What the shell calls a field.
struct column {
  std::string_view shown;
  std::string_view field;
};

inline void add(boost::json::object& to, const row& from, std::initializer_list<column> columns) {
  for (const auto& one : columns)
    to[one.shown] = shell_form(from[one.field]);
}

inline query newest(std::size_t limit, std::string key) {
  return {.order = {{std::move(key), true}}, .limit = limit};
}

inline std::int64_t number(const row& of, std::string_view field) {
  auto is = of[field];
  const auto* known = std::get_if<std::int64_t>(&is);
  return known ? *known : 0;
}

inline bool flag(const row& of, std::string_view field) {
  auto is = of[field];
  const auto* known = std::get_if<bool>(&is);
  return known && *known;
}

inline json content(const row& of, std::string_view field) {
  auto is = of[field];
  const auto* known = std::get_if<json>(&is);
  return known ? *known : json(nullptr);
}

} // namespace troupe::data
