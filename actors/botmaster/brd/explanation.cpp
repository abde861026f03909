#include "actors/botmaster/brd/explanation.hpp"

#include "actors/botmaster/brd/causes.hpp"
#include "actors/botmaster/brd/worker_eligibility.hpp"
#include "actors/botmaster/build/build_outcome.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"

namespace troupe::botmaster {

using enum request_cause;
using enum runtime::service_cause;

/// What is the same for all requests of a builder.
struct distribution_explanation::queue_view {
  const distributed_builder* builder = nullptr; ///< Null if it is not configured.
  std::string name;
  std::vector<buildrequest_id> order;            ///< By priority.
  std::map<buildrequest_id, std::size_t> places; ///< In that order.
  std::optional<result<buildrequest_id>> chosen; ///< By nextBuild, if there is one.
  std::vector<std::string> ready;
  causes unready;
};

namespace {

/// Another master lock or function is not another reason for each worker.
void add_new(const causes& more, causes& into) {
  for (const auto& one : more)
    if (std::none_of(into.begin(), into.end(), [&](const cause& known) {
          return known.code == one.code && known.subject == one.subject;
        }))
      into.push_back(one);
}

bool is_busy(const cause& why) {
  return why.is(worker_full) || why.is(worker_builds_for_builder);
}

} // namespace

distribution_explanation::distribution_explanation(const distributor_config& config,
                                                   const distributor_state& is,
                                                   const build_choice& choice,
                                                   builder_finder find_builder,
                                                   const storage::snapshot& from, instant now)
  : config_{config}, is_{is}, choice_{choice}, find_builder_{std::move(find_builder)}, from_{from},
    name_of_{[&from](build_id which, const std::string& builder) {
      return the_build(from, which, builder);
    }},
    now_{now} {}

distribution_explanation::queue_view
distribution_explanation::view_of(const std::string& builder) const {
  queue_view of{find_builder_(builder), builder, {}, {}, {}, {}, {}};
  if (!of.builder)
    return of;
  of.order = by_priority(*of.builder, is_);
  for (std::size_t place = 0; place < of.order.size(); ++place)
    of.places.emplace(of.order[place], place);
  if (of.builder->next_build && !of.order.empty())
    of.chosen = choice_.next_build(*of.builder, of.order);
  of.ready = ready_workers(*of.builder, is_);
  of.unready = why_unready(*of.builder, {config_, is_, name_of_, now_});
  return of;
}

// First what holds for all requests, then the workers if none is ready, then what was decided.
causes distribution_explanation::why_waiting(const open_request& request, const queue_view& of,
                                             bool first_only) const {
  causes all;
  auto set = request.record.buildset;
  thing the_set{thing_kind::buildset, std::to_string(set.value), set.value};
  if (!request.stored)
    return {{waits_for_store,
             fmt::format("buildset {} is not stored yet: its commit has been outstanding for {}",
                         the_set.name, lasting(now_ - request.record.submitted_at)),
             the_set, request.record.submitted_at}};
  if (is_.holding && !request.record.waited_for)
    all.push_back({shutting_down,
                   "the master is shutting down and starts no more builds",
                   {thing_kind::master, "/", 0},
                   is_.holding_since});
  if (!of.builder) {
    all.push_back({builder_unconfigured, fmt::format("builder {} is not configured", of.name),
                   the_builder(of.name)});
    return all;
  }
  if (!is_.sets.contains(set))
    all.push_back({buildset_over,
                   fmt::format("buildset {} is complete, or is not in the store", the_set.name),
                   the_set});
  // Where a worker will be free again requests stand in line for it; elsewhere nobody does.
  bool in_line = !of.ready.empty() || (!of.unready.empty() && is_busy(of.unready.front()));
  auto done = [&] { return first_only && !all.empty(); };
  if (in_line && !done())
    why_not_chosen(request, of, all);
  if (!of.ready.empty() && !done())
    why_refused(request, of, all);
  if (!of.unready.empty() && !done())
    add_new(first_only ? causes{of.unready.front()} : of.unready, all);
  if (!in_line && !done())
    why_not_chosen(request, of, all);
  return all;
}

/// Why another request of the builder goes before it.
void distribution_explanation::why_not_chosen(const open_request& request, const queue_view& of,
                                              causes& into) const {
  auto id = request.record.id;
  auto priority = [&](buildrequest_id which) { return is_.requests.at(which).record.priority; };
  if (!of.chosen) {
    auto before = of.places.at(id);
    if (before > 0 && of.ready.empty())
      into.push_back(
          {another_goes_first,
           fmt::format(
               "request {} of builder {} goes first: its priority is {}, that of "
               "request {} is {}{}",
               of.order.front().value, of.name, priority(of.order.front()), id.value, priority(id),
               before > 1 ? fmt::format("; {} requests wait before it", before) : std::string{}),
           the_request(of.order.front()),
           {},
           {},
           the_request(of.order.front())});
  } else if (!*of.chosen) {
    into.push_back({next_build_failed, of.chosen->error().message, the_builder(of.name)});
  } else if (!**of.chosen) {
    into.push_back({next_build_chose_none,
                    fmt::format("nextBuild of builder {} chose none of the {} requests that wait",
                                of.name, of.order.size()),
                    the_builder(of.name)});
  } else if (**of.chosen != id) {
    into.push_back(
        {next_build_chose_another,
         fmt::format("nextBuild of builder {} chose request {}", of.name, (**of.chosen).value),
         the_request(**of.chosen),
         {},
         {},
         the_request(**of.chosen)});
  }
}

/// Why none of the workers that are ready builds it: as `choose_worker`, for all that it may try.
void distribution_explanation::why_refused(const open_request& request, const queue_view& of,
                                           causes& into) const {
  causes locked;
  std::vector<std::string> free;
  for (const auto& name : of.ready)
    if (auto why = why_locked_out(*of.builder, name, {config_, is_, name_of_, now_}); why.empty())
      free.push_back(name);
    else
      add_new(why, locked);
  auto decided = [&](request_cause code, std::string message, const thing& about) {
    into.push_back({code, std::move(message), about});
  };
  while (!free.empty()) {
    auto worker = free.begin();
    if (of.builder->next_worker) {
      auto name = choice_.next_worker(*of.builder, free, request);
      worker = name ? std::find(free.begin(), free.end(), *name) : free.end();
      if (!name)
        decided(next_worker_failed, name.error().message, the_builder(of.name));
      else if (name->empty())
        decided(next_worker_chose_none,
                fmt::format("nextWorker of builder {} chose none of {}", of.name, listed(free)),
                the_builder(of.name));
      else if (worker == free.end())
        decided(next_worker_chose_another,
                fmt::format("nextWorker of builder {} chose {}, which is not among {}", of.name,
                            *name, listed(free)),
                the_worker(*name));
      if (worker == free.end())
        break;
    }
    if (auto verdict = choice_.may_start(*of.builder, *worker, request); !verdict)
      decided(can_start_build_failed, verdict.error().message, the_worker(*worker));
    else if (!*verdict)
      decided(can_start_build_says_no,
              fmt::format("canStartBuild of builder {} says no to worker {}", of.name, *worker),
              the_worker(*worker));
    free.erase(worker);
  }
  add_new(locked, into);
}

// The builder hears of a claim when it is stored; from then on the build has more to say.
causes distribution_explanation::why_claimed(const open_request& request) const {
  auto record = storage::find_buildrequest(from_, request.record.id);
  auto since = request.record.claimed_at;
  auto lasted = since ? lasting(now_ - *since) : std::string{"some time"};
  if (!record || !record->claimed_at)
    return {{waits_for_store,
             fmt::format("request {} is to be built on worker {}; that it is claimed is not stored "
                         "yet: the commit has been outstanding for {}",
                         request.record.id.value, request.worker, lasted),
             the_service(runtime::store_path), since}};
  auto what = the_build(from_, request.build, request.builder);
  auto build = storage::find_build(from_, request.build);
  return {{being_built,
           build ? fmt::format("request {} has been claimed for {} by build {} on worker {}",
                               request.record.id.value, lasted, what.name, request.worker)
                 : fmt::format("request {} has been claimed for {} by a build of builder {} on "
                               "worker {} that is not stored yet",
                               request.record.id.value, lasted, request.builder, request.worker),
           what,
           since,
           {},
           what}};
}

causes distribution_explanation::of_request(buildrequest_id which) const {
  auto found = is_.requests.find(which);
  if (found == is_.requests.end()) {
    auto record = storage::find_buildrequest(from_, which);
    if (record && !record->complete)
      return {{waits_for_store,
               fmt::format("that request {} is complete is not stored yet", record->id.value),
               the_service(runtime::store_path)}};
    return record ? what_became_of(from_, *record, now_) : causes{};
  }
  const auto& request = found->second;
  if (request.build && request.stored)
    return why_claimed(request);
  return why_waiting(request, view_of(request.builder));
}

std::map<buildrequest_id, std::string> distribution_explanation::of_all_that_wait() const {
  std::map<buildrequest_id, std::string> all;
  for (const auto& [builder, queue] : is_.queues) {
    if (queue.empty())
      continue;
    auto of = view_of(builder);
    for (auto id : queue)
      if (auto why = why_waiting(is_.requests.at(id), of, true); !why.empty())
        all.emplace(id, std::move(why.front().message));
  }
  return all;
}

causes distribution_explanation::of_worker(const std::string& worker) const {
  causes all;
  auto self = the_worker(worker);
  auto known = is_.workers.find(worker);
  std::vector<std::string> builders;
  for (const auto& one : config_.builders)
    if (std::find(one.workernames.begin(), one.workernames.end(), worker) != one.workernames.end())
      builders.push_back(one.name);
  if (builders.empty())
    all.push_back({worker_unused, fmt::format("no builder uses worker {}", worker), self});
  add_new(why_full(worker, {config_, is_, name_of_, now_}), all);
  bool able = known != is_.workers.end() && known->second.is.standing.can_build();
  bool wanted = false;
  for (const auto& name : builders) {
    auto queue = is_.queues.find(name);
    if (queue == is_.queues.end() || queue->second.empty())
      continue;
    wanted = true;
    auto of = view_of(name);
    auto first = of.chosen && *of.chosen && **of.chosen ? **of.chosen : of.order.front();
    auto why = why_waiting(is_.requests.at(first), of);
    std::erase_if(why, [&](const cause& one) { // what is true of the others is no reason here
      return one.subject.kind == thing_kind::worker && one.subject != self;
    });
    if (able)
      add_new(why, all);
  }
  if (!builders.empty() && !wanted)
    all.push_back(
        {nothing_waits,
         fmt::format("no request waits for worker {}: it builds for {}", worker, listed(builders)),
         self});
  if (known != is_.workers.end() && !known->second.builds.empty()
      && std::none_of(all.begin(), all.end(), is_busy))
    all.push_back(
        {worker_building,
         fmt::format("worker {} runs {}", worker, listed(builds_on(known->second, name_of_))),
         self});
  return all;
}

} // namespace troupe::botmaster
