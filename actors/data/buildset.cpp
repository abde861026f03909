#include "actors/data/entities.hpp"
#include "actors/data/read.hpp"
#include "storage/tables/buildsets.hpp"

namespace troupe::data {

using records::buildset;

namespace {

std::vector<buildset> all_buildsets(const reading& of, const captures&, const scan& only) {
  return only.incomplete ? storage::incomplete_buildsets(of.from)
                         : storage::newest_buildsets(of.from, only.newest);
}

std::optional<buildset> find_buildset(const reading& of, const captures& in) {
  return storage::find_buildset(of.from, buildset_id{in.number("bsid")});
}

value stamps(const reading& of, const buildset& x) {
  boost::json::array all;
  for (auto which : x.sourcestamps)
    all.push_back(rest_object(of, sourcestamps(), which.value));
  return json(std::move(all));
}

} // namespace

const entity& buildsets() {
  static const entity made =
      entity_of<buildset>{"buildset", "buildsets"}
          .shows("bsid", &buildset::id)
          .shows("external_idstring", &buildset::external_idstring)
          .shows("reason", &buildset::reason)
          .shows("submitted_at", &buildset::submitted_at)
          .shows("complete", &buildset::complete)
          .shows("complete_at", &buildset::complete_at)
          .shows("results", value_type::integer,
                 [](const buildset& x) {
                   return value{x.results ? static_cast<std::int64_t>(*x.results) : -1};
                 })
          .shows("parent_buildid", &buildset::parent_buildid)
          .shows("parent_relationship", &buildset::parent_relationship)
          .shows("rebuilt_buildid", &buildset::rebuilt_buildid)
          .shows("sourcestamps", value_type::list, stamps)
          .shows("scheduler", &buildset::scheduler)
          .for_shell()
          .one("buildsets/n:bsid", find_buildset)
          .many("buildsets", all_buildsets)
          .done();
  return made;
}

} // namespace troupe::data
