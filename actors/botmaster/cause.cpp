#include "actors/botmaster/cause.hpp"

#include <fmt/format.h>

#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"

namespace troupe::botmaster {

thing the_request(buildrequest_id which) {
  return {thing_kind::request, std::to_string(which.value), which.value};
}

thing the_build(const storage::snapshot& from, build_id which, std::string builder) {
  auto stored = storage::find_build(from, which);
  if (auto owner = stored ? storage::find_builder(from, stored->builder) : std::nullopt)
    builder = fmt::format("{}/{}", owner->name, stored->number);
  return {thing_kind::build, std::move(builder), which.value};
}

} // namespace troupe::botmaster
