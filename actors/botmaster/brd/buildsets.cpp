// Buildsets: making them, collapsing older requests into newer ones, completing them (§3, §4).
#include "storage/tables/buildsets.hpp"
#include "actors/botmaster/brd/brd.hpp"
#include "actors/config/rendering/printf.hpp"
#include "actors/status/events.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::botmaster {

using records::result_code;

namespace {

/// The properties that tell two requests of schedulers apart (§4.4, rule 4).
records::property_map own_properties(const records::buildset& set) {
  records::property_map kept;
  for (const auto& [name, one] : set.properties)
    if (one.source == "Scheduler" && name != "scheduler")
      kept.emplace(name, one);
  return kept;
}

} // namespace

void distributor::make_buildset(const add_buildset& wanted) {
  runtime::transaction work;
  work.work.add(wanted.along);
  open_buildset set{wanted.set, {}, result_code::success};
  set.record.id = state().next_set++;
  set.record.submitted_at = now();
  buildset_added answer{wanted.token, set.record.id, {}};
  if (wanted.number > 0) {
    accepted_request order{wanted.number, wanted.token, set.record.id};
    keep_order(work.work, wanted.set.scheduler, order);
    state().taken.insert_or_assign(wanted.set.scheduler, std::move(order));
  }
  std::map<builder_id, std::string> known; // in the order of builder ids
  for (const auto& name : wanted.builder_names)
    if (auto id = state().builder_ids.find(name); id != state().builder_ids.end())
      known.emplace(id->second, name);
  for (const auto& [id, name] : known) {
    open_request request;
    request.builder = name;
    request.record.id = state().next_request++;
    request.record.buildset = set.record.id;
    request.record.builder = id;
    request.record.priority = wanted.priority;
    request.record.submitted_at = now();
    request.record.waited_for = wanted.waited_for;
    work.work.put(request.record);
    set.left.insert(request.record.id);
    answer.requests[name] = request.record.id;
    say(work, request.record, "new");
    collapse(request, set.record, work);
    state().requests.emplace(request.record.id, std::move(request));
  }
  work.send(
      address_of(status::status_path),
      status::event{fmt::format("buildsets/{}/new", set.record.id.value), to_json(set.record)});
  if (set.left.empty())
    finish_set(set, work);
  else
    work.work.put(set.record);
  auto fresh = answer.requests;
  work.send(wanted.requester, std::move(answer));
  work.refuse(wanted.requester, buildset_refused{wanted.token, "the buildset could not be stored"});
  work.send(me(), buildset_stored{set.record.id});
  if (!set.left.empty()) {
    state().sets.emplace(set.record.id, std::move(set));
    start_fresh(fresh, work);
  }
  commit(std::move(work));
}

void distributor::on(const buildset_stored& news) {
  auto set = state().sets.find(news.id);
  if (set == state().sets.end())
    return;
  std::vector<std::string> builders;
  for (auto id : set->second.left) {
    auto& request = state().requests.at(id);
    request.stored = true;
    if (request.build || request.record.complete)
      continue;
    state().queues[request.builder].insert(id);
    builders.push_back(request.builder);
  }
  distribute(builders);
}

// Newer requests swallow older ones that ask for the same (§4.4); the new one always survives.
void distributor::collapse(const open_request& fresh, const records::buildset& set,
                           runtime::transaction& work) {
  auto queue = state().queues.find(fresh.builder);
  auto* builder = find_builder(fresh.builder);
  if (queue == state().queues.end() || !builder)
    return;
  const auto& rule =
      builder->collapse_requests ? builder->collapse_requests : config().collapse_requests;
  if (rule && rule->is_bool() && !rule->get_bool())
    return;
  std::vector<buildrequest_id> swallowed;
  for (auto id : queue->second)
    if (collapses(fresh, set, state().requests.at(id), rule))
      swallowed.push_back(id);
  for (auto id : swallowed) {
    auto& record = state().requests.at(id).record;
    record.claimed_at = now();
    record.claimed_by = config().master;
    record.collapsed_into = fresh.record.id;
    complete(id, result_code::skipped, work);
  }
}

bool distributor::collapses(const open_request& fresh, const records::buildset& fresh_set,
                            const open_request& older, const std::optional<json>& rule) {
  if (rule && rule->is_object()) {
    auto verdict =
        ask(*rule, "collapseRequests", {to_json(fresh.builder), view(fresh), view(older)});
    return verdict && model::truth(*verdict);
  }
  auto other = state().sets.find(older.record.buildset);
  if (other == state().sets.end() || other->first == fresh_set.id)
    return other != state().sets.end();
  const auto& older_set = other->second.record;
  if (older.record.id > fresh.record.id
      || fresh_set.sourcestamps.size() != older_set.sourcestamps.size())
    return false;
  auto from = store().read();
  std::map<std::string, records::sourcestamp> theirs;
  for (auto id : older_set.sourcestamps)
    if (auto stamp = storage::find_sourcestamp(from, id))
      theirs.emplace(stamp->codebase, *stamp);
  for (auto id : fresh_set.sourcestamps) {
    auto mine = storage::find_sourcestamp(from, id);
    if (!mine || !theirs.contains(mine->codebase))
      return false;
    const auto& other_stamp = theirs.at(mine->codebase);
    if (mine->repository != other_stamp.repository || mine->branch != other_stamp.branch
        || mine->project != other_stamp.project || mine->patch || other_stamp.patch)
      return false;
    bool changed = !storage::changes_of_sourcestamp(from, mine->id).empty();
    bool other_changed = !storage::changes_of_sourcestamp(from, other_stamp.id).empty();
    if (changed != other_changed || (!changed && mine->revision != other_stamp.revision))
      return false;
  }
  return own_properties(fresh_set) == own_properties(older_set);
}

void distributor::complete(buildrequest_id which, result_code results, runtime::transaction& work) {
  auto found = state().requests.find(which);
  if (found == state().requests.end())
    return;
  auto request = std::move(found->second);
  state().requests.erase(found);
  state().queues[request.builder].erase(which);
  state().completed++;
  request.record.complete = true;
  request.record.complete_at = now();
  request.record.results = results;
  work.work.put(request.record);
  say(work, request.record, "complete");
  auto set = state().sets.find(request.record.buildset);
  if (set == state().sets.end())
    return;
  set->second.left.erase(which);
  set->second.results = records::worst(set->second.results, results);
  if (set->second.left.empty()) {
    finish_set(set->second, work);
    state().sets.erase(set);
  }
}

void distributor::finish_set(open_buildset& set, runtime::transaction& work) {
  set.record.complete = true;
  set.record.complete_at = now();
  set.record.results = set.results;
  work.work.put(set.record);
  work.send(address_of(status::status_path),
            status::event{fmt::format("buildsets/{}/complete", set.record.id.value),
                          to_json(set.record)});
}

void distributor::say(runtime::transaction& work, const records::buildrequest& request,
                      std::string_view what) {
  work.send(
      address_of(status::status_path),
      status::event{fmt::format("buildrequests/{}/{}", request.id.value, what), to_json(request)});
}

// A waiting request is completed; a claimed one is left to the build that runs for it (§4.3).
void distributor::on(const cancel_request& command) {
  auto found = state().requests.find(command.request);
  if (found == state().requests.end()) {
    send(command.requester,
         request_done{command.token, false,
                      fmt::format("no open build request {}", command.request.value)});
    return;
  }
  auto& request = found->second;
  runtime::transaction work;
  if (request.build) { // which may still be on its way to the builder, by way of the store
    work.send(address_of(builder_path(request.builder)),
              stop_build{request.build, command.reason, result_code::cancelled, command.token,
                         command.requester});
    commit(std::move(work));
    return;
  }
  request.record.claimed_at = now();
  request.record.claimed_by = config().master;
  request.record.cancel_reason = command.reason;
  say(work, request.record, "cancel");
  const auto builder = request.builder;
  complete(command.request, result_code::cancelled, work);
  work.send(command.requester, request_done{command.token, true, {}});
  distribute({builder}, work); // nextBuild may choose another now
  commit(std::move(work));
}

} // namespace troupe::botmaster
