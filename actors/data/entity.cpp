#include "actors/data/entity.hpp"

#include <charconv>

#include <fmt/format.h>

#include "storage/check.hpp"

namespace troupe::data {

std::string_view captures::text(std::string_view name) const {
  auto found = parts.find(name);
  return found == parts.end() ? std::string_view{} : std::string_view{found->second};
}

std::int64_t captures::number(std::string_view name) const {
  auto digits = text(name);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

const field* entity::find(std::string_view wanted) const {
  for (const auto& one : fields)
    if (one.name == wanted)
      return &one;
  return nullptr;
}

failure entity::no_such_field(std::string_view wanted) const {
  std::vector<std::string_view> names;
  for (const auto& one : fields)
    names.push_back(one.name);
  auto meant = nearest(wanted, names);
  return {errc::invalid,
          fmt::format("no such field '{}'{}", wanted,
                      meant.empty() ? std::string{} : fmt::format("; is it {}?", meant))};
}

value row::operator[](std::string_view name) const {
  const auto* one = of_->find(name);
  TROUPE_CHECK(one != nullptr, "a field of a row that its entity has not");
  return (*this)[*one];
}

std::vector<std::string> patterns_of(std::string_view pattern) {
  struct abbreviation {
    std::string_view word;
    std::vector<std::string_view> stands_for;
  };
  static const std::vector<abbreviation> all{
      {"L", {"logs/n:logid", "SS/logs/i:log_slug"}},
      {"SS", {"steps/n:stepid", "BB/steps/n:step_number", "BB/steps/i:step_name"}},
      {"BB", {"builds/n:buildid", "B/builds/n:build_number"}},
      {"B", {"builders/n:builderid", "builders/s:buildername"}},
      {"W", {"workers/n:workerid", "workers/i:workername"}}};
  auto first = pattern.substr(0, pattern.find('/'));
  for (const auto& one : all) {
    if (one.word != first)
      continue;
    std::vector<std::string> found;
    for (auto start : one.stands_for)
      for (auto& full : patterns_of(fmt::format("{}{}", start, pattern.substr(first.size()))))
        found.push_back(std::move(full));
    return found;
  }
  return {std::string{pattern}};
}

} // namespace troupe::data
