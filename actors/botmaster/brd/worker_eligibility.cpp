#include "actors/botmaster/brd/worker_eligibility.hpp"

#include "actors/botmaster/brd/causes.hpp"
#include "actors/botmaster/workers/causes.hpp"

namespace troupe::botmaster {

namespace {

using enum request_cause;
using enum worker_cause;

/// How a worker suits a builder.
enum class fit { ready, unreported, unable, builds_for_builder, full, lacks_builder };

bool is_full(const known_worker& worker) {
  const auto& most = worker.is.max_builds;
  return most && static_cast<std::int64_t>(worker.builds.size()) >= *most;
}

const known_worker* find_worker(const std::string& name, const distributor_state& is) {
  auto found = is.workers.find(name);
  bool reported = found != is.workers.end() && !found->second.is.name.empty();
  return reported ? &found->second : nullptr; // builds may be known before their worker is
}

fit fit_of(const known_worker* worker, const std::string& builder) {
  if (!worker)
    return fit::unreported;
  const auto& [is, builds] = *worker;
  if (!is.standing.can_build())
    return fit::unable;
  if (builds.contains(builder))
    return fit::builds_for_builder;
  if (is_full(*worker))
    return fit::full;
  bool attached = std::find(is.builders.begin(), is.builders.end(), builder) != is.builders.end();
  return attached ? fit::ready : fit::lacks_builder;
}

/// How soon what keeps a worker away is likely to be over.
int rank_of(const cause& why) {
  if (why.is(worker_builds_for_builder) || why.is(worker_full))
    return 0;
  if (why.is(worker_quarantined) || why.is(worker_attaching))
    return 1;
  if (why.is(worker_lacks_builder))
    return 2;
  if (why.is(worker_paused) || why.is(worker_graceful))
    return 3;
  return why.is(worker_never_connected) ? 5 : 4;
}

cause builds_already(const std::string& name, const std::string& builder, build_id build,
                     const distributor_view& from) {
  auto what = from.name_of(build, builder);
  auto since = claimed_at(build, from.is);
  return {worker_builds_for_builder,
          fmt::format("worker {} runs a build of builder {} already{}{}", name, builder,
                      what.name == builder ? "" : ", " + what.name,
                      since ? ", for " + lasting(from.now - *since) : ""),
          the_worker(name),
          since,
          {},
          what};
}

causes why_unfit(const std::string& name, const std::string& builder,
                 const distributor_view& from) {
  auto* worker = find_worker(name, from.is);
  auto how = fit_of(worker, builder);
  if (how == fit::ready)
    return {};
  if (how == fit::unreported)
    return {{worker_unreported,
             fmt::format("worker {} has not told the distributor yet how it is", name),
             the_worker(name),
             {},
             {},
             the_worker(name)}};
  auto all = why_it_may_not_build(name, worker->is.standing, from.now);
  if (auto mine = worker->builds.find(builder); mine != worker->builds.end())
    all.push_back(builds_already(name, builder, mine->second, from));
  else if (is_full(*worker))
    all.push_back(why_full(name, from).front());
  else if (how == fit::lacks_builder)
    all.push_back({worker_lacks_builder,
                   fmt::format("worker {} is not attached for builder {} yet", name, builder),
                   the_worker(name)});
  return all;
}

} // namespace

std::vector<std::string> ready_workers(const distributed_builder& builder,
                                       const distributor_state& is) {
  std::vector<std::string> ready;
  for (const auto& name : builder.workernames)
    if (fit_of(find_worker(name, is), builder.name) == fit::ready)
      ready.push_back(name);
  return ready;
}

std::vector<lock_access> accesses_for(const distributed_builder& builder,
                                      const known_worker& worker) {
  auto accesses = read_accesses(builder.locks);
  if (!accesses)
    return {};
  for (const auto& one : worker.is.locks)
    if (auto more = read_accesses(one))
      accesses->insert(accesses->end(), more->begin(), more->end());
  return *accesses;
}

causes why_unready(const distributed_builder& builder, const distributor_view& from) {
  if (builder.workernames.empty())
    return {{no_worker_configured,
             fmt::format("builder {} has no workers in the configuration", builder.name),
             the_builder(builder.name)}};
  std::vector<std::pair<int, causes>> each;
  for (const auto& name : builder.workernames) {
    auto why = why_unfit(name, builder.name, from);
    int rank = 0;
    for (const auto& one : why)
      rank = std::max(rank, rank_of(one));
    each.emplace_back(rank, std::move(why));
  }
  std::stable_sort(each.begin(), each.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  causes all;
  for (auto& [rank, why] : each)
    all.insert(all.end(), why.begin(), why.end());
  return all;
}

causes why_full(const std::string& worker, const distributor_view& from) {
  auto* known = find_worker(worker, from.is);
  if (!known || !is_full(*known))
    return {};
  std::optional<instant> since; // the last one filled it up
  for (const auto& [builder, build] : known->builds)
    if (auto at = claimed_at(build, from.is); at && (!since || *at > *since))
      since = at;
  return {
      {worker_full,
       known->builds.empty()
           ? fmt::format("worker {} may run no builds: its max_builds is {}", worker,
                         *known->is.max_builds)
           : fmt::format("worker {} runs as many builds as it may (max_builds is {}): {}", worker,
                         *known->is.max_builds, listed(builds_on(*known, from.name_of))),
       the_worker(worker), since}};
}

causes why_locked_out(const distributed_builder& builder, const std::string& worker,
                      const distributor_view& from) {
  return why_busy(accesses_for(builder, from.is.workers.at(worker)), worker, from.config.locks,
                  from.is.locks, from.name_of, from.now);
}

std::vector<std::string> builds_on(const known_worker& worker, const build_namer& name_of) {
  std::vector<std::string> names;
  for (const auto& [builder, build] : worker.builds)
    names.push_back(name_of(build, builder).name);
  return names;
}

std::optional<instant> claimed_at(build_id build, const distributor_state& is) {
  for (const auto& [id, request] : is.requests)
    if (request.build == build)
      return request.record.claimed_at;
  return std::nullopt;
}

} // namespace troupe::botmaster
