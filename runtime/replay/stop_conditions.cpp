#include "runtime/replay/stop_conditions.hpp"

namespace troupe::runtime {

const breakpoint& stop_conditions::add(breakpoint one) {
  one.number = next_number_++;
  return all_.emplace_back(std::move(one));
}

bool stop_conditions::remove(std::int64_t number) {
  return std::erase_if(all_, [&](const breakpoint& one) { return one.number == number; }) > 0;
}

std::optional<std::int64_t> stop_conditions::reached(std::string_view cell, std::string_view doing,
                                                     const std::function<json()>& fields) {
  std::optional<json> shown; // once, if anybody asks
  for (auto& one : all_) {
    if (!one.watch && !one.field.empty() && !shown)
      shown = fields();
    if (one.stops(cell, doing, shown ? *shown : json(nullptr))) {
      ++one.hits;
      return one.number;
    }
  }
  return std::nullopt;
}

void stop_conditions::watch_from(const visible_states& now) {
  watched_.clear();
  for (const auto& one : all_)
    for (const auto& path : one.watch ? now.paths() : std::vector<std::string>{})
      if (matches(one.path, path))
        if (auto state = now.state_of(path))
          watched_.look(one, path, *state);
}

std::optional<field_change> stop_conditions::changed(const std::string& cell,
                                                     const visible_states& now) {
  std::optional<field_change> first;
  std::optional<json> state;
  for (auto& one : all_) {
    if (!one.watch || !matches(one.path, cell))
      continue;
    if (!state)
      state = now.state_of(cell);
    if (!state)
      break; // the next service in it is compared with the former
    auto change = watched_.look(one, cell, *state);
    if (!change)
      continue;
    ++one.hits;
    if (!first)
      first = std::move(change);
  }
  return first;
}

} // namespace troupe::runtime
