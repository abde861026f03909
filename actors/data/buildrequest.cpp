#include "actors/data/entities.hpp"
#include "actors/data/parents.hpp"
#include "storage/tables/buildsets.hpp"

namespace troupe::data {

using records::buildrequest;

namespace {

std::vector<buildrequest> all_requests(const reading& of, const captures&, const scan& only) {
  return only.incomplete ? storage::open_requests(of.from)
                         : storage::newest_requests(of.from, only.newest);
}

std::vector<buildrequest> requests_of_builder(const reading& of, const captures& in,
                                              const scan& only) {
  auto builder = builder_in(of, in);
  if (!builder)
    return {};
  return only.incomplete ? storage::open_requests_of_builder(of.from, builder->id)
                         : storage::newest_requests_of_builder(of.from, builder->id, only.newest);
}

std::vector<buildrequest> requests_of_buildset(const reading& of, const captures& in, const scan&) {
  return storage::requests_of_buildset(of.from, buildset_id{in.number("bsid")});
}

std::optional<buildrequest> find_request(const reading& of, const captures& in) {
  return storage::find_buildrequest(of.from, buildrequest_id{in.number("buildrequestid")});
}

/// They are the buildset's; null unless they are asked for.
value request_properties(const reading& of, const buildrequest& x) {
  if (of.properties.empty())
    return {};
  auto set = storage::find_buildset(of.from, x.buildset);
  return set ? value{shown_properties(of, set->properties)} : value{};
}

} // namespace

const entity& buildrequests() {
  static const entity made =
      entity_of<buildrequest>{"buildrequest", "buildrequests"}
          .shows("buildrequestid", &buildrequest::id)
          .shows("buildsetid", &buildrequest::buildset)
          .shows("builderid", &buildrequest::builder)
          .shows("priority", &buildrequest::priority)
          .shows("claimed", value_type::boolean,
                 [](const buildrequest& x) { return value{x.claimed_at.has_value()}; })
          .shows("claimed_at", &buildrequest::claimed_at)
          .shows("claimed_by_masterid", &buildrequest::claimed_by)
          .shows("complete", &buildrequest::complete)
          .shows("complete_at", &buildrequest::complete_at)
          .shows("submitted_at", &buildrequest::submitted_at)
          .shows("waited_for", &buildrequest::waited_for)
          .shows("results", value_type::integer,
                 [](const buildrequest& x) {
                   return value{x.results ? static_cast<std::int64_t>(*x.results) : -1};
                 })
          .shows("properties", value_type::map, request_properties)
          .one("buildrequests/n:buildrequestid", find_request)
          .many("buildrequests", all_requests)
          .many("B/buildrequests", requests_of_builder)
          .many("buildsets/n:bsid/buildrequests", requests_of_buildset)
          .done();
  return made;
}

} // namespace troupe::data
