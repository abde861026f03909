#include "actors/data/entities.hpp"
#include "actors/data/parents.hpp"
#include "actors/data/read.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::data {

using records::change;

namespace {

std::vector<change> all_changes(const reading& of, const captures&, const scan& only) {
  return storage::newest_changes(of.from, only.newest);
}

std::vector<change> changes_of_sourcestamp(const reading& of, const captures& in, const scan&) {
  return storage::changes_of_sourcestamp(of.from, sourcestamp_id{in.number("ssid")});
}

/// Those of the sourcestamps that it is a build of.
std::vector<change> changes_of_build(const reading& of, const captures& in, const scan&) {
  std::vector<change> found;
  auto build = build_in(of, in);
  auto request = build ? storage::find_buildrequest(of.from, build->request) : std::nullopt;
  auto set = request ? storage::find_buildset(of.from, request->buildset) : std::nullopt;
  for (auto stamp : set ? set->sourcestamps : std::vector<sourcestamp_id>{})
    for (auto& one : storage::changes_of_sourcestamp(of.from, stamp))
      found.push_back(std::move(one));
  return found;
}

std::optional<change> find_change(const reading& of, const captures& in) {
  return storage::find_change(of.from, change_id{in.number("changeid")});
}

value change_parents(const change& x) {
  return x.parent ? json(boost::json::array{x.parent.value}) : json(boost::json::array{});
}

value change_properties(const change& x) {
  boost::json::object out;
  for (const auto& [name, one] : x.properties)
    out[name] = boost::json::array{one.value, to_json(one.source)};
  return json(std::move(out));
}

} // namespace

const entity& changes() {
  static const entity made =
      entity_of<change>{"change", "changes"}
          .shows("changeid", &change::id)
          .shows("author", &change::author)
          .shows("committer", &change::committer)
          .shows("files", &change::files)
          .shows("comments", &change::comments)
          .shows("revision", &change::revision)
          .shows("when_timestamp", &change::when)
          .shows("branch", &change::branch)
          .shows("category", &change::category)
          .shows("revlink", &change::revlink)
          .shows("properties", value_type::map, change_properties)
          .shows("repository", &change::repository)
          .shows("project", &change::project)
          .shows("codebase", &change::codebase)
          .shows("parent_changeids", value_type::list, change_parents)
          .shows("sourcestamp", value_type::map,
                 [](const reading& of, const change& x) {
                   return value{rest_object(of, sourcestamps(), x.sourcestamp.value)};
                 })
          .one("changes/n:changeid", find_change)
          .many("changes", all_changes)
          .many("sourcestamps/n:ssid/changes", changes_of_sourcestamp)
          .many("BB/changes", changes_of_build)
          .done();
  return made;
}

} // namespace troupe::data
