#include "actors/config/model/map_reader.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace troupe::model {

void map_reader::expected(std::string_view name, std::string_view wanted, const json& got) {
  errors_.add(at_, path_to(name), found_instead(wanted, got));
}

const json* map_reader::find(std::string_view name) {
  asked_.push_back(name);
  auto found = member(map_, name);
  return found && !found->is_null() ? found : nullptr;
}

const json* map_reader::need(std::string_view name) {
  auto found = find(name);
  if (!found)
    errors_.add(at_, path_to(name), "required, but not given");
  return found;
}

void map_reader::boolean(std::string_view name, bool& out) {
  auto found = find(name);
  if (found && found->is_bool())
    out = found->get_bool();
  else if (found)
    expected(name, "true or false", *found);
}

void map_reader::integer(std::string_view name, std::int64_t& out, std::int64_t least) {
  auto found = find(name);
  if (found && found->is_int64() && found->get_int64() >= least)
    out = found->get_int64();
  else if (found)
    expected(name,
             found->is_int64() ? fmt::format("a whole number from {} on", least) : "a whole number",
             *found);
}

void map_reader::seconds(std::string_view name, span& out) {
  constexpr double most = 1e9; // 30 years; far from what microseconds can hold
  auto found = find(name);
  if (!found)
    return;
  auto value = found->is_number() ? found->to_number<double>() : -1;
  if (value >= 0 && value <= most)
    out = span{static_cast<std::int64_t>(value * 1e6 + 0.5)};
  else
    expected(name, "seconds, a number from 0 on,", *found);
}

void map_reader::text(std::string_view name) {
  if (auto found = find(name); found && !found->is_string())
    expected(name, "text", *found);
}

void map_reader::finish() {
  if (!map_.is_object())
    return;
  std::sort(asked_.begin(), asked_.end());
  asked_.erase(std::unique(asked_.begin(), asked_.end()), asked_.end());
  for (const auto& [key, value] : map_.get_object())
    if (key != "$" && key != "@" && !std::binary_search(asked_.begin(), asked_.end(), view(key)))
      errors_.add(at_, path_to(view(key)), unknown_word("key", view(key), asked_));
}

} // namespace troupe::model
