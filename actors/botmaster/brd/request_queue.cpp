#include "actors/botmaster/brd/request_queue.hpp"

#include "actors/status/events.hpp"
#include "storage/tables/buildsets.hpp"
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

void request_queue::collapse_into(const open_request& fresh, const records::buildset& set,
                                  const distributed_builder& builder, storage::store_access store,
                                  const build_choice& choice) {
  auto queue = is_.queues.find(fresh.builder);
  if (queue == is_.queues.end())
    return;
  const auto& rule =
      builder.collapse_requests ? builder.collapse_requests : config_.collapse_requests;
  if (rule && rule->is_bool() && !rule->get_bool())
    return;
  std::vector<buildrequest_id> swallowed;
  for (auto id : queue->second) {
    const auto& older = is_.requests.at(id);
    if (rule && rule->is_object() ? choice.collapses(*rule, fresh, older)
                                  : asks_for_the_same(fresh, set, older, store))
      swallowed.push_back(id);
  }
  for (auto id : swallowed) {
    auto& record = is_.requests.at(id).record;
    claim_for_nobody(record);
    record.collapsed_into = fresh.record.id;
    complete(id, result_code::skipped);
  }
}

bool request_queue::asks_for_the_same(const open_request& fresh, const records::buildset& fresh_set,
                                      const open_request& older,
                                      storage::store_access store) const {
  auto other = is_.sets.find(older.record.buildset);
  if (other == is_.sets.end() || other->first == fresh_set.id)
    return other != is_.sets.end();
  const auto& older_set = other->second.record;
  if (older.record.id > fresh.record.id
      || fresh_set.sourcestamps.size() != older_set.sourcestamps.size())
    return false;
  auto from = store.read();
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

void request_queue::claim_for_nobody(records::buildrequest& record) {
  record.claimed_at = now_;
  record.claimed_by = config_.master;
}

void request_queue::cancel(buildrequest_id which, const std::string& reason) {
  auto& record = is_.requests.at(which).record;
  claim_for_nobody(record);
  record.cancel_reason = reason;
  announce(record, "cancel");
  complete(which, result_code::cancelled);
}

void request_queue::requeue(open_request& request) {
  request.build = {};
  request.worker.clear();
  request.record.claimed_at.reset();
  request.record.claimed_by.reset();
  is_.queues[request.builder].insert(request.record.id);
  work_.work.put(request.record);
  announce(request.record, "unclaimed");
}

void request_queue::complete(buildrequest_id which, result_code results) {
  auto found = is_.requests.find(which);
  if (found == is_.requests.end())
    return;
  auto request = std::move(found->second);
  is_.requests.erase(found);
  is_.queues[request.builder].erase(which);
  is_.completed++;
  request.record.complete = true;
  request.record.complete_at = now_;
  request.record.results = results;
  work_.work.put(request.record);
  announce(request.record, "complete");
  auto set = is_.sets.find(request.record.buildset);
  if (set == is_.sets.end())
    return;
  set->second.left.erase(which);
  set->second.results = records::worst(set->second.results, results);
  if (set->second.left.empty()) {
    finish(set->second);
    is_.sets.erase(set);
  }
}

void request_queue::finish(open_buildset& set) {
  set.record.complete = true;
  set.record.complete_at = now_;
  set.record.results = set.results;
  work_.work.put(set.record);
  announce(set.record, "complete");
}

void request_queue::announce(const records::buildrequest& request, std::string_view event) {
  work_.send(events_, status::event{fmt::format("buildrequests/{}/{}", request.id.value, event),
                                    to_json(request)});
}

void request_queue::announce(const records::buildset& set, std::string_view event) {
  work_.send(events_,
             status::event{fmt::format("buildsets/{}/{}", set.id.value, event), to_json(set)});
}

} // namespace troupe::botmaster
