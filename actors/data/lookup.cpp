#include "actors/data/lookup.hpp"

#include <charconv>

#include <fmt/format.h>

#include "storage/json.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"

namespace troupe::data {

namespace {

std::optional<std::int64_t> read_number(std::string_view text) {
  std::int64_t number = 0;
  auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (bad != std::errc{} || end != text.data() + text.size() || number < 0)
    return std::nullopt;
  return number;
}

} // namespace

result<records::builder> find_named_builder(const storage::snapshot& from, std::string_view name) {
  if (auto found = storage::find_builder(from, name))
    return *found;
  auto known = storage::all_builders(from);
  std::vector<std::string_view> names;
  for (const auto& one : known)
    names.push_back(one.name);
  auto meant = nearest(name, names);
  return failure{errc::not_found,
                 fmt::format("no such builder: {}{}", name,
                             meant.empty() ? std::string{} : fmt::format("; is it {}?", meant))};
}

result<records::build> find_named_build(const storage::snapshot& from, std::string_view builder,
                                        std::string_view number) {
  auto found = find_named_builder(from, builder);
  if (!found)
    return found.error();
  auto wanted = number == "last" ? storage::max_build_number(from, found->id) : read_number(number);
  if (!wanted)
    return failure{errc::invalid, fmt::format("{}: a build's number expected", number)};
  if (auto build = storage::find_build(from, found->id, *wanted))
    return *build;
  return failure{errc::not_found, fmt::format("builder {} has no build {}", builder, number)};
}

std::pair<std::string_view, std::string_view> parts_of_build(std::string_view name) {
  auto slash = name.rfind('/');
  if (slash == std::string_view::npos)
    return {name, {}};
  return {name.substr(0, slash), name.substr(slash + 1)};
}

result<records::build> find_named_build(const storage::snapshot& from, std::string_view name) {
  auto [builder, number] = parts_of_build(name);
  if (number.empty())
    return failure{errc::invalid, fmt::format("{}: BUILDER/NUMBER expected", name)};
  return find_named_build(from, builder, number);
}

result<records::log> find_named_log(const storage::snapshot& from, const records::build& build,
                                    std::string_view step, std::string_view log) {
  std::optional<records::step> found;
  auto steps = storage::steps_of_build(from, build.id);
  for (const auto& one : steps)
    if (one.name == step)
      found = one;
  if (auto number = read_number(step); number && !found)
    found = storage::find_step(from, build.id, *number);
  if (!found) {
    std::string names;
    for (const auto& one : steps)
      names += (names.empty() ? "" : ", ") + one.name;
    return failure{errc::not_found,
                   fmt::format("no such step: {} (the build has: {})", step, names)};
  }
  auto logs = storage::logs_of_step(from, found->id);
  for (const auto& one : logs)
    if (log.empty() || one.slug == log || one.name == log)
      return one;
  return failure{errc::not_found, log.empty()
                                      ? fmt::format("step {} has no log", found->name)
                                      : fmt::format("step {} has no log {}", found->name, log)};
}

} // namespace troupe::data
