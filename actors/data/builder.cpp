#include "actors/data/entities.hpp"
#include "actors/data/parents.hpp"
#include "storage/tables/builders.hpp"

namespace troupe::data {

using records::builder;

namespace {

bool builder_is_on(const builder& one, std::int64_t master) {
  return std::find(one.masters.begin(), one.masters.end(), master_id{master}) != one.masters.end();
}

std::vector<builder> all_builders(const reading& of, const captures& in, const scan&) {
  auto found = storage::all_builders(of.from);
  if (in.has("masterid"))
    std::erase_if(found,
                  [&](const builder& one) { return !builder_is_on(one, in.number("masterid")); });
  return found;
}

std::vector<builder> builders_of_worker(const reading& of, const captures& in, const scan&) {
  std::vector<builder> found;
  auto worker = worker_in(of, in);
  for (const auto& place : worker ? worker->configured_on : std::vector<records::worker_place>{})
    if (auto one = storage::find_builder(of.from, place.builder))
      found.push_back(std::move(*one));
  return found;
}

std::optional<builder> builder_on_master(const reading& of, const captures& in) {
  auto found = builder_in(of, in);
  return found && builder_is_on(*found, in.number("masterid")) ? found : std::nullopt;
}

} // namespace

const entity& builders() {
  static const entity made =
      entity_of<builder>{"builder", "builders"}
          .shows("builderid", &builder::id)
          .shows("name", &builder::name)
          .shows("masterids", &builder::masters)
          .shows("tags", &builder::tags)
          .shows("description", &builder::description)
          .shows("description_format", &builder::description_format)
          .shows("description_html", value_type::text, [](const builder&) { return value{}; })
          .shows("projectid", value_type::integer, [](const builder&) { return value{}; })
          .one("B", builder_in)
          .many("builders", all_builders)
          .many("masters/n:masterid/builders", all_builders)
          .one("masters/n:masterid/builders/n:builderid", builder_on_master)
          .one("masters/n:masterid/builders/s:buildername", builder_on_master)
          .many("W/builders", builders_of_worker)
          .done();
  return made;
}

} // namespace troupe::data
