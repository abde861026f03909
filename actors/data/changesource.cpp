#include "actors/config/model/model.hpp"
#include "actors/data/entities.hpp"
#include "actors/data/read.hpp"
#include "storage/tables/builders.hpp"

namespace troupe::data {

namespace {

/// They are configured and not stored; their numbers are their places in the configuration.
struct source {
  std::int64_t number = 0;
  std::string name;
  std::optional<master_id> master; ///< Where it runs.
};

std::vector<source> all_sources(const reading& of, const captures& in, const scan&) {
  std::vector<source> found;
  if (!of.configured)
    return found;
  std::optional<master_id> here;
  for (const auto& one : storage::all_masters(of.from))
    if (one.active)
      here = one.id;
  if (in.has("masterid") && here != master_id{in.number("masterid")})
    return found;
  for (const auto& one : of.configured->change_source)
    found.push_back({static_cast<std::int64_t>(found.size()) + 1, one.name(), here});
  return found;
}

std::optional<source> find_source(const reading& of, const captures& in) {
  for (auto& one : all_sources(of, in, {}))
    if (one.number == in.number("changesourceid"))
      return std::move(one);
  return std::nullopt;
}

} // namespace

const entity& changesources() {
  static const entity made =
      entity_of<source>{"changesource", "changesources"}
          .shows("changesourceid", &source::number)
          .shows("name", &source::name)
          .shows("master", value_type::map,
                 [](const reading& of, const source& x) {
                   return x.master ? value{rest_object(of, masters(), x.master->value)} : value{};
                 })
          .one("changesources/n:changesourceid", find_source)
          .one("masters/n:masterid/changesources/n:changesourceid", find_source)
          .many("changesources", all_sources)
          .many("masters/n:masterid/changesources", all_sources)
          .done();
  return made;
}

} // namespace troupe::data
