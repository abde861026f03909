#include "actors/botmaster/cause.hpp"

#include <fmt/format.h>

#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"

namespace troupe::botmaster {

std::string to_string(const thing& what) {
  return fmt::format("{} {}", names_of(what.kind)[static_cast<std::size_t>(what.kind)], what.name);
}

thing the_request(buildrequest_id which) {
  return {thing_kind::request, std::to_string(which.value), which.value};
}

thing the_build(const storage::snapshot& from, build_id which, std::string builder) {
  auto stored = storage::find_build(from, which);
  if (auto owner = stored ? storage::find_builder(from, stored->builder) : std::nullopt)
    builder = fmt::format("{}/{}", owner->name, stored->number);
  return {thing_kind::build, std::move(builder), which.value};
}

std::string lasting(span time) {
  using namespace std::chrono;
  time = std::max(time, span{0});
  if (time < 10s)
    return fmt::format("{:.1f} s", duration<double>{floor<milliseconds>(time / 100) * 100}.count());
  if (time < 2min)
    return fmt::format("{} s", floor<seconds>(time).count());
  if (time < 2h)
    return fmt::format("{} min", floor<minutes>(time).count());
  if (time < 48h)
    return fmt::format("{} h", floor<hours>(time).count());
  return fmt::format("{} days", floor<days>(time).count());
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return out;
}

} // namespace troupe::botmaster
