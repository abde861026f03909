#include "actors/botmaster/brd/brd.hpp"

#include "actors/botmaster/workers/messages.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/state.hpp"

namespace troupe::botmaster {

namespace {

std::string claims_path(const runtime::address& brd) {
  return std::string{brd.path()} + "/claims/";
}

} // namespace

// What is claimed stays claimed: its build runs, or its builder has the order in its mailbox.
// (Claims of a former process were dropped before the tree began.)
void distributor::init() {
  auto from = store().read();
  state().next_set = buildset_id{storage::max_buildset_id(from).value + 1};
  state().next_request = buildrequest_id{storage::max_buildrequest_id(from).value + 1};
  state().next_build = build_id{storage::max_build_id(from).value + 1};
  std::map<builder_id, std::string> names;
  for (const auto& one : storage::all_builders(from))
    names[one.id] = one.name;
  for (const auto& one : config().builders)
    if (auto record = storage::find_builder(from, one.name))
      state().builder_ids[one.name] = record->id;
  for (auto& one : storage::incomplete_buildsets(from))
    state().sets.emplace(one.id, open_buildset{one, {}, records::result_code::success});
  for (auto& [id, set] : state().sets)
    for (const auto& one : storage::requests_of_buildset(from, id))
      if (one.complete)
        set.results = records::worst(set.results, *one.results);
      else
        set.left.insert(one.id);
  for (auto& record : storage::open_requests(from)) {
    open_request request;
    request.record = record;
    request.builder = names[record.builder];
    request.stored = true;
    if (record.claimed_at)
      request.build = build_id{-1}; // whoever builds it will say so
    else
      state().queues[request.builder].insert(record.id);
    state().requests.emplace(record.id, std::move(request));
  }
  for (const auto& row : storage::service_states(from, claims_path(me()))) {
    auto one = decode<claim>(row.state).value();
    state().next_build = std::max(state().next_build, build_id{one.build.value + 1});
    auto request = state().requests.find(one.request);
    if (request == state().requests.end() || !request->second.record.claimed_at)
      continue;
    request->second.build = one.build;
    request->second.worker = one.worker;
    state().workers[one.worker].builds[request->second.builder] = one.build;
  }
  std::map<worker_id, std::string> workers;
  for (const auto& one : storage::all_workers(from))
    workers[one.id] = one.name;
  for (const auto& one : storage::incomplete_builds(from)) {
    auto& worker = state().workers[workers[one.worker]];
    worker.builds[names[one.builder]] = one.id;
    if (auto request = state().requests.find(one.request); request != state().requests.end()) {
      request->second.build = one.id;
      request->second.worker = workers[one.worker];
    }
  }
  // The news of an end may have been lost with a former cell.
  for (const auto& [id, request] : state().requests)
    if (auto build = request.build ? storage::find_build(from, request.build) : std::nullopt;
        build && build->complete_at)
      send(me(), build_over{request.build, id, request.builder, request.worker, build->results});
  send(address_of(locks_path), report_locks{});
  std::set<std::string> asked;
  for (const auto& builder : config().builders)
    for (const auto& name : builder.workernames)
      if (asked.insert(name).second)
        send(address_of(worker_path(name)), report_to_distributor{});
}

void distributor::on(const worker_changed& news) {
  auto& worker = state().workers[news.name];
  worker.is = news;
  if (news.standing.can_build())
    distribute(news.builders);
}

void distributor::on(const builder_registered& news) {
  state().builder_ids[news.name] = news.id;
  // An order that a former cell of the builder had in its mailbox is lost with it.
  runtime::transaction work;
  for (const auto& [id, request] : state().requests)
    if (request.builder == news.name && request.build && !news.running.contains(request.build)
        && state().sets.contains(request.record.buildset)
        && state().workers.contains(request.worker))
      work.send(address_of(builder_path(news.name)), order_for(request));
  if (!work.empty())
    commit(std::move(work)); // after the claims, should these be on their way
  distribute({news.name});
}

// Retried requests wait again; the others are complete, and with the last one their buildset
// (§6.4).
void distributor::on(const build_over& news) {
  free_worker(news.worker, news.builder, news.build);
  // Also if none is configured: the build may have begun when there were some.
  send(address_of(locks_path), release_locks{{news.build, {}}});
  runtime::transaction work;
  // News that comes twice may find a request claimed for another build.
  if (auto found = state().requests.find(news.request);
      found != state().requests.end() && found->second.build
      && (found->second.build == news.build || found->second.build == build_id{-1})) {
    auto& request = found->second;
    drop_claim(news.request, work);
    if (news.results && *news.results != records::result_code::retry) {
      complete(news.request, *news.results, work);
    } else {
      request.build = {};
      request.worker.clear();
      request.record.claimed_at.reset();
      request.record.claimed_by.reset();
      state().queues[request.builder].insert(news.request);
      work.work.put(request.record);
      say(work, request.record, "unclaimed");
    }
  }
  std::vector<std::string> builders{news.builder};
  if (auto worker = state().workers.find(news.worker); worker != state().workers.end())
    for (const auto& name : worker->second.is.builders)
      builders.push_back(name);
  distribute(builders, work);
  if (!work.empty())
    commit(std::move(work));
  report_if_done();
}

void distributor::keep_claim(const open_request& request, runtime::transaction& work) {
  claim one{request.record.id, request.build, request.worker};
  work.work.put_state(claims_path(me()) + std::to_string(one.request.value), "claim", encode(one));
}

void distributor::drop_claim(buildrequest_id request, runtime::transaction& work) {
  work.work.erase_state(claims_path(me()) + std::to_string(request.value));
}

void distributor::free_worker(const std::string& worker, const std::string& builder,
                              build_id build) {
  auto found = state().workers.find(worker);
  if (found == state().workers.end())
    return;
  auto& builds = found->second.builds;
  if (auto one = builds.find(builder); one != builds.end() && one->second == build)
    builds.erase(one);
  if (builds.empty())
    send(address_of(worker_path(worker)), worker_idle{});
}

void distributor::on(const locks_are& news) {
  state().locks = news.figures;
  distribute_all();
}

void distributor::on(const hold_builds& command) {
  if (!command.hold)
    state().holding_since.reset();
  else if (!state().holding_since)
    state().holding_since = now();
  state().holding = command.hold;
  state().hold_asker = command.requester;
  if (!command.hold)
    distribute_all();
  else if (command.stop_running)
    stop_builds();
  report_if_done();
}

// The end of the master (§26.2). By way of the store: what was claimed a moment ago reaches its
// builder first.
void distributor::stop_builds() {
  runtime::transaction work;
  for (const auto& [id, request] : state().requests)
    if (request.build)
      work.send(address_of(builder_path(request.builder)),
                stop_build{request.build,
                           std::string{shutdown_reason},
                           request.record.waited_for ? records::result_code::cancelled
                                                     : records::result_code::retry,
                           {},
                           {}});
  commit(std::move(work));
}

void distributor::report_if_done() {
  if (!state().holding || !state().hold_asker)
    return;
  for (const auto& [name, worker] : state().workers)
    if (!worker.builds.empty())
      return;
  send(std::exchange(state().hold_asker, {}), all_builds_done{});
}

const runtime::service_kind& distributor::static_kind() {
  static const auto kind = runtime::make_kind<distributor>(
      "brd", "BuildRequestDistributor: buildsets, requests, and who builds what next");
  return kind;
}

} // namespace troupe::botmaster
