// Described values as JSON: the shell's view, `dumpconfig`, log lines.
#pragma once

#include <string>
#include <string_view>

#include "storage/layout.hpp"

namespace troupe {

std::string print(const json& value);
result<json> parse_json(std::string_view text);
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The name among `known` that `word` was probably meant to be, or nothing.
template <class Names>
std::string_view nearest(std::string_view word, const Names& known) {
  std::string_view best;
  std::size_t least = 1 + word.size() / 3;
  for (std::string_view candidate : known)
    if (auto distance = edit_distance(word, candidate); distance <= least) {
      least = distance;
      best = candidate;
      if (distance == 0)
        break;
    }
  return best;
}

template <class T>
json to_json(const T& x) {
  return show_value(ops_of<T>(), &x);
}

/// As read_value.
template <class T>
result<void> from_json(T& x, const json& in) {
  return read_value(ops_of<T>(), &x, in);
}

} // namespace troupe
