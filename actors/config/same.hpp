// Whether two parts of a configuration are the same for all that they do: `place`s and the lines of
// functions do not count, so that a comment added to master.lua reconfigures nothing.
#pragma once

#include <algorithm>

#include "actors/config/model.hpp"

namespace troupe::model {

/// Computed values: functions are the same when their digests are.
bool same_computed(const computed& a, const computed& b);

template <class T>
bool same_but_for_place(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, place>) {
    return true;
  } else if constexpr (std::is_same_v<T, json>) {
    return same_computed(a, b);
  } else if constexpr (described<T>) {
    auto left = a.troupe_fields();
    auto right = b.troupe_fields();
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return (same_but_for_place(std::get<I>(left), std::get<I>(right)) && ...);
    }(std::make_index_sequence<field_count<T>>{});
  } else if constexpr (detail::is_optional<T>) {
    return a.has_value() == b.has_value() && (!a || same_but_for_place(*a, *b));
  } else if constexpr (detail::is_pair<T>) {
    return a.first == b.first && same_but_for_place(a.second, b.second);
  } else if constexpr (detail::is_map<T> || detail::is_sequence<T>) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
      if constexpr (detail::is_map<T>)
        return x.first == y.first && same_but_for_place(x.second, y.second);
      else
        return same_but_for_place(x, y);
    });
  } else {
    return a == b;
  }
}

} // namespace troupe::model
