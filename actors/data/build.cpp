#include "actors/data/entities.hpp"
#include "actors/data/parents.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::data {

using records::build;

namespace {

std::vector<build> all_builds(const reading& of, const captures&, const scan& only) {
  return only.incomplete ? storage::incomplete_builds(of.from)
                         : storage::newest_builds(of.from, only.newest);
}

std::vector<build> builds_of_builder(const reading& of, const captures& in, const scan& only) {
  auto builder = builder_in(of, in);
  return builder ? storage::builds_of_builder(of.from, builder->id, only.newest)
                 : std::vector<build>{};
}

std::vector<build> builds_of_worker(const reading& of, const captures& in, const scan& only) {
  auto worker = worker_in(of, in);
  return worker ? storage::builds_of_worker(of.from, worker->id, only.newest)
                : std::vector<build>{};
}

std::vector<build> builds_of_request(const reading& of, const captures& in, const scan&) {
  return storage::builds_of_request(of.from, buildrequest_id{in.number("buildrequestid")});
}

/// Those of the buildsets that the build triggered.
std::vector<build> triggered(const reading& of, const captures& in, const scan&) {
  std::vector<build> found;
  for (const auto& set : storage::buildsets_of_parent(of.from, build_id{in.number("buildid")}))
    for (const auto& request : storage::requests_of_buildset(of.from, set.id))
      for (auto& one : storage::builds_of_request(of.from, request.id))
        found.push_back(std::move(one));
  return found;
}

} // namespace

const entity& builds() {
  static const entity made =
      entity_of<build>{"build", "builds"}
          .shows("buildid", &build::id)
          .shows("number", &build::number)
          .shows("builderid", &build::builder)
          .shows("buildrequestid", &build::request)
          .shows("workerid", &build::worker)
          .shows("masterid", &build::master)
          .shows("started_at", &build::started_at)
          .shows("complete_at", &build::complete_at)
          .shows("complete", value_type::boolean,
                 [](const build& x) { return value{x.complete_at.has_value()}; })
          .shows("locks_duration_s", &build::locks_duration)
          .shows("state_string", &build::state_string)
          .shows("results", &build::results)
          .shows("properties", value_type::map,
                 [](const reading& of, const build& x) {
                   return value{shown_properties(of, x.properties)};
                 })
          .one("BB", build_in)
          .many("builds", all_builds)
          .many("B/builds", builds_of_builder)
          .many("buildrequests/n:buildrequestid/builds", builds_of_request)
          .many("W/builds", builds_of_worker)
          .many("builds/n:buildid/triggered_builds", triggered)
          .done();
  return made;
}

} // namespace troupe::data
