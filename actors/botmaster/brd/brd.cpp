#include "actors/botmaster/brd/brd.hpp"

#include "actors/botmaster/brd/claims.hpp"
#include "actors/botmaster/brd/explanation.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/messages.hpp"
#include "actors/status/events.hpp"
#include "storage/store.hpp"
#include "storage/tables/builds.hpp"

namespace troupe::botmaster {

// What is claimed stays claimed: its build runs, or its builder has the order in its mailbox.
void distributor::init() {
  auto from = store().read();
  read_stored(state(), config(), from, me().path());
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
    drop_claim(work.work, me().path(), news.request);
    if (news.results && *news.results != records::result_code::retry)
      queue(work).complete(news.request, *news.results);
    else
      queue(work).requeue(request);
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

request_queue distributor::queue(runtime::transaction& work) {
  return {config(), state(), work, address_of(status::status_path), now()};
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

std::optional<causes> distributor::explain(const query& what) {
  auto from = store().read();
  auto chosen = choice();
  auto find = [this](std::string_view name) { return find_builder(name); };
  distribution_explanation known{config(), state(), chosen, find, from, now()};
  return what.about.kind == thing_kind::worker ? known.of_worker(what.about.name)
                                               : known.of_request(buildrequest_id{what.about.id});
}

void distributor::on(const explain_requests& question) {
  auto from = store().read();
  auto chosen = choice();
  auto find = [this](std::string_view name) { return find_builder(name); };
  distribution_explanation known{config(), state(), chosen, find, from, now()};
  send(question.requester, requests_explained{question.token, known.of_all_that_wait()});
}

const runtime::service_kind& distributor::static_kind() {
  static const auto kind = runtime::make_kind<distributor>(
      "brd", "BuildRequestDistributor: buildsets, requests, and who builds what next");
  return kind;
}

} // namespace troupe::botmaster
