#include "runtime/replay/breakpoint.hpp"

#include "runtime/observation/field_match.hpp"

namespace troupe::runtime {

bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) { // the last star takes one more
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

bool breakpoint::stops(std::string_view cell, std::string_view doing, const json& fields) const {
  if (watch || !matches(path, cell) || (!type.empty() && !matches(type, doing)))
    return false;
  if (field.empty())
    return true;
  const auto* found = find_field(fields, field);
  return found && means(*found, value);
}

std::optional<field_change> watched_fields::look(const breakpoint& watch, const std::string& path,
                                                 const json& state) {
  const auto* found = find_field(state, watch.field);
  auto now = found ? *found : json(nullptr);
  auto [known, fresh] = seen_.try_emplace({watch.number, path}, now);
  if (fresh || known->second == now)
    return std::nullopt;
  return field_change{watch.number, path, watch.field, std::exchange(known->second, now), now};
}

} // namespace troupe::runtime
