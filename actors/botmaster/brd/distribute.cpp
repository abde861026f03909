// Who builds what next (semantics.md §5).
#include "actors/botmaster/brd/brd.hpp"
#include "actors/botmaster/brd/claims.hpp"
#include "actors/botmaster/brd/worker_eligibility.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/status/events.hpp"
#include "storage/store.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::botmaster {

const distributed_builder* distributor::find_builder(std::string_view name) {
  if (by_name_.empty())
    for (const auto& one : config().builders)
      by_name_.emplace(one.name, &one);
  auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

model::function_host& distributor::functions() {
  if (!functions_)
    functions_ = std::make_unique<model::function_runner>();
  return *functions_;
}

build_choice distributor::choice() {
  return {config(), state(), functions(),
          [this](const std::string& trouble) { log(runtime::level::error, "{}", trouble); }};
}

void distributor::config_changed() {
  by_name_.clear();
  functions_.reset();
  send(me(), distribute_again{});
}

void distributor::distribute_all() {
  std::vector<std::string> names;
  for (const auto& [name, queue] : state().queues)
    names.push_back(name);
  distribute(names);
}

void distributor::distribute(const std::vector<std::string>& names) {
  runtime::transaction work;
  distribute(names, work);
  if (!work.empty())
    commit(std::move(work));
}

// Builders in the order of §5.2: highest waiting priority first, then the oldest request, then
// name.
void distributor::distribute(const std::vector<std::string>& names, runtime::transaction& work) {
  struct turn {
    std::int64_t priority;
    instant submitted_at;
    const distributed_builder* builder;
  };
  std::vector<turn> turns;
  std::set<std::string_view> seen;
  for (const auto& name : names) {
    auto queue = state().queues.find(name);
    if (queue == state().queues.end() || queue->second.empty() || !seen.insert(name).second)
      continue;
    auto* builder = find_builder(name);
    if (!builder)
      continue;
    turn one{std::numeric_limits<std::int64_t>::min(), instant::max(), builder};
    for (auto id : queue->second) {
      const auto& record = state().requests.at(id).record;
      one.priority = std::max(one.priority, record.priority);
      one.submitted_at = std::min(one.submitted_at, record.submitted_at);
    }
    turns.push_back(one);
  }
  std::sort(turns.begin(), turns.end(), [](const turn& a, const turn& b) {
    return std::tuple{-a.priority, a.submitted_at, std::string_view{a.builder->name}}
           < std::tuple{-b.priority, b.submitted_at, std::string_view{b.builder->name}};
  });
  std::vector<const distributed_builder*> order;
  for (const auto& one : turns)
    order.push_back(one.builder);
  if (config().prioritize_builders)
    choice().prioritise(order);
  for (const auto* builder : order)
    distribute_one(*builder, work);
}

// New requests, not stored yet: one that can start at once is claimed in the commit that stores it.
// Where the configuration has a say in the order they wait for it.
void distributor::start_fresh(const std::map<std::string, buildrequest_id>& fresh,
                              runtime::transaction& work) {
  if (config().prioritize_builders)
    return;
  for (const auto& [name, id] : fresh) {
    auto* builder = find_builder(name);
    auto queue = state().queues.find(name);
    if (!builder || builder->next_build
        || (queue != state().queues.end() && !queue->second.empty()))
      continue;
    auto& request = state().requests.at(id);
    auto worker = worker_for(*builder, ready_workers(*builder, state()), request);
    if (!worker.empty())
      start(request, worker, work);
  }
}

// A request that cannot start does not block later ones of its builder (§5.3).
void distributor::distribute_one(const distributed_builder& builder, runtime::transaction& work) {
  auto& queue = state().queues[builder.name];
  for (auto id : choice().in_order(builder)) {
    auto& request = state().requests.at(id);
    auto ready = ready_workers(builder, state());
    bool nobody = ready.empty();
    auto worker = worker_for(builder, std::move(ready), request);
    if (!worker.empty() && start(request, worker, work))
      queue.erase(id);
    else if (nobody)
      break; // the others wait for the same
  }
}

/// The worker among `ready` that is to build `request`; empty if none can now. (Why not is found
/// out when somebody asks: explanation.cpp.)
std::string distributor::worker_for(const distributed_builder& builder,
                                    std::vector<std::string> ready, const open_request& request) {
  if (state().holding && !request.record.waited_for)
    return {};
  std::erase_if(ready, [&](const auto& name) {
    auto accesses = accesses_for(builder, state().workers.at(name));
    return !first_busy(accesses, name, config().locks, state().locks).empty();
  });
  if (ready.empty())
    return {};
  return choice().worker_among(builder, std::move(ready), request, [this] { return random(); });
}

// The claim is durable before the builder hears of it.
bool distributor::start(open_request& request, const std::string& worker,
                        runtime::transaction& work) {
  auto set = state().sets.find(request.record.buildset);
  if (set == state().sets.end())
    return false;
  auto& chosen = state().workers.at(worker);
  request.build = state().next_build++;
  request.worker = worker;
  request.record.claimed_at = now();
  request.record.claimed_by = config().master;
  chosen.builds[request.builder] = request.build;
  state().started++;

  work.work.put(request.record);
  keep_claim(work.work, me().path(), request);
  queue(work).announce(request.record, "claimed");
  work.send(address_of(builder_path(request.builder)), order_for(request));
  return true;
}

start_build distributor::order_for(const open_request& request) {
  start_build order;
  order.build = request.build;
  order.request = request.record;
  order.set = state().sets.at(request.record.buildset).record;
  order.worker = request.worker;
  const auto& worker = state().workers.at(request.worker);
  order.worker_number = worker.is.id;
  order.worker_locks = worker.is.locks;
  {
    auto from = store().read();
    for (auto id : order.set.sourcestamps)
      if (auto stamp = storage::find_sourcestamp(from, id)) {
        for (auto& change : storage::changes_of_sourcestamp(from, id))
          order.changes.push_back(std::move(change));
        if (stamp->patch)
          order.patch = storage::find_patch(from, *stamp->patch);
        order.stamps.push_back(std::move(*stamp));
      }
  }
  return order;
}

} // namespace troupe::botmaster
