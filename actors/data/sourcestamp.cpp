#include "actors/data/entities.hpp"
#include "actors/data/read.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::data {

using records::sourcestamp;

namespace {

std::optional<sourcestamp> find_stamp(const reading& of, const captures& in) {
  return storage::find_sourcestamp(of.from, sourcestamp_id{in.number("ssid")});
}

// Their numbers have no gaps but those of a store that was repaired.
std::vector<sourcestamp> all_stamps(const reading& of, const captures&, const scan& only) {
  std::vector<sourcestamp> found;
  for (auto number = storage::max_sourcestamp_id(of.from).value;
       number > 0 && found.size() < only.newest; --number)
    if (auto one = storage::find_sourcestamp(of.from, sourcestamp_id{number}))
      found.push_back(std::move(*one));
  return found;
}

std::vector<sourcestamp> stamps_of_buildset(const reading& of, const captures& in, const scan&) {
  std::vector<sourcestamp> found;
  auto set = storage::find_buildset(of.from, buildset_id{in.number("bsid")});
  for (auto which : set ? set->sourcestamps : std::vector<sourcestamp_id>{})
    if (auto one = storage::find_sourcestamp(of.from, which))
      found.push_back(std::move(*one));
  return found;
}

} // namespace

const entity& sourcestamps() {
  static const entity made =
      entity_of<sourcestamp>{"sourcestamp", "sourcestamps"}
          .shows("ssid", &sourcestamp::id)
          .shows("revision", &sourcestamp::revision)
          .shows("branch", &sourcestamp::branch)
          .shows("repository", &sourcestamp::repository)
          .shows("project", &sourcestamp::project)
          .shows("codebase", &sourcestamp::codebase)
          .shows("created_at", &sourcestamp::created_at)
          .shows("patch", value_type::map,
                 [](const reading& of, const sourcestamp& x) {
                   return x.patch ? value{rest_object(of, patches(), x.patch->value)} : value{};
                 })
          .one("sourcestamps/n:ssid", find_stamp)
          .many("sourcestamps", all_stamps)
          .many("buildsets/n:bsid/sourcestamps", stamps_of_buildset)
          .done();
  return made;
}

} // namespace troupe::data
