#include "actors/botmaster/brd/claims.hpp"

#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/state.hpp"

namespace troupe::botmaster {

namespace {

std::string claims_path(std::string_view brd) {
  return std::string{brd} + "/claims/";
}

using builder_names = std::map<builder_id, std::string>;

std::string name_of(const builder_names& names, builder_id which) {
  auto found = names.find(which);
  return found == names.end() ? std::string{} : found->second;
}

void read_requests(distributor_state& into, const storage::snapshot& from,
                   const builder_names& names) {
  for (auto& one : storage::incomplete_buildsets(from))
    into.sets.emplace(one.id, open_buildset{one, {}, records::result_code::success});
  for (auto& [id, set] : into.sets)
    for (const auto& one : storage::requests_of_buildset(from, id))
      if (one.complete)
        set.results = records::worst(set.results, *one.results);
      else
        set.left.insert(one.id);
  for (auto& record : storage::open_requests(from)) {
    open_request request;
    request.record = record;
    request.builder = name_of(names, record.builder);
    request.stored = true;
    if (record.claimed_at)
      request.build = build_id{-1}; // its builder will say which
    else
      into.queues[request.builder].insert(record.id);
    into.requests.emplace(record.id, std::move(request));
  }
}

void read_claims(distributor_state& into, const storage::snapshot& from, std::string_view brd) {
  for (const auto& row : storage::service_states(from, claims_path(brd))) {
    auto one = decode<claim>(row.state).value();
    into.next_build = std::max(into.next_build, build_id{one.build.value + 1});
    auto request = into.requests.find(one.request);
    if (request == into.requests.end() || !request->second.record.claimed_at)
      continue;
    request->second.build = one.build;
    request->second.worker = one.worker;
    into.workers[one.worker].builds[request->second.builder] = one.build;
  }
}

void read_builds(distributor_state& into, const storage::snapshot& from,
                 const builder_names& names) {
  std::map<worker_id, std::string> workers;
  for (const auto& one : storage::all_workers(from))
    workers[one.id] = one.name;
  for (const auto& one : storage::incomplete_builds(from)) {
    auto& worker = into.workers[workers[one.worker]];
    worker.builds[name_of(names, one.builder)] = one.id;
    if (auto request = into.requests.find(one.request); request != into.requests.end()) {
      request->second.build = one.id;
      request->second.worker = workers[one.worker];
    }
  }
}

} // namespace

void keep_claim(storage::batch& work, std::string_view brd, const open_request& request) {
  claim one{request.record.id, request.build, request.worker};
  work.put_state(claims_path(brd) + std::to_string(one.request.value), "claim", encode(one));
}

void drop_claim(storage::batch& work, std::string_view brd, buildrequest_id request) {
  work.erase_state(claims_path(brd) + std::to_string(request.value));
}

void read_stored(distributor_state& into, const distributor_config& config,
                 const storage::snapshot& from, std::string_view brd) {
  into.next_set = buildset_id{storage::max_buildset_id(from).value + 1};
  into.next_request = buildrequest_id{storage::max_buildrequest_id(from).value + 1};
  into.next_build = build_id{storage::max_build_id(from).value + 1};
  for (const auto& one : config.builders)
    if (auto record = storage::find_builder(from, one.name))
      into.builder_ids[one.name] = record->id;
  builder_names names;
  for (const auto& one : storage::all_builders(from))
    names[one.id] = one.name;
  read_requests(into, from, names);
  read_claims(into, from, brd);
  read_builds(into, from, names);
}

} // namespace troupe::botmaster
