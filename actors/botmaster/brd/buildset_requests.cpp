// From the request for a buildset, of which each is taken once, to its build requests (§3).
#include "actors/botmaster/brd/brd.hpp"
#include "actors/botmaster/paths.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/buildsets.hpp"

namespace troupe::botmaster {

// An order that waits for its sourcestamps waits in the mail and not here: it goes along with the
// question and comes back with the answer, and no failure loses it.
void distributor::on(const add_buildset& wanted) {
  if (wanted.contents.empty())
    take(wanted);
  else
    send(address_of(change_svc::change_svc_path),
         change_svc::resolve_stamps{wanted.contents, wanted.token, me(), current()});
}

void distributor::on(const change_svc::stamps_resolved& news) {
  auto* wanted = news.along.as<add_buildset>();
  if (!wanted)
    return;
  if (!news.message.empty()) {
    send(wanted->requester, buildset_refused{wanted->token, news.message});
    return;
  }
  auto resolved = *wanted;
  resolved.contents.clear();
  for (auto id : news.ids)
    resolved.set.sourcestamps.push_back(id);
  take(resolved);
}

/// Makes the buildset, unless the order's number has been taken before.
void distributor::take(const add_buildset& wanted) {
  if (wanted.number == 0) {
    make_buildset(wanted);
    return;
  }
  accepted_request stored;
  {
    auto from = store().read();
    stored = last_request(from, wanted.set.scheduler);
  }
  auto& taken = state().taken[wanted.set.scheduler];
  if (taken.number < stored.number)
    taken = stored;
  if (wanted.number > taken.number) {
    make_buildset(wanted);
  } else if (wanted.number < taken.number || wanted.token != taken.token) {
    // By way of the store: who hears this looks there, and must find what it has missed.
    runtime::transaction work;
    work.send(wanted.requester, buildset_request_outdated{wanted.token});
    commit(std::move(work));
  } else if (stored.number == taken.number) {
    send(wanted.requester, answer_to(stored));
  } // else its answer leaves with its commit
}

buildset_added distributor::answer_to(const accepted_request& order) {
  buildset_added answer{order.token, order.set, {}};
  auto from = store().read();
  for (const auto& request : storage::requests_of_buildset(from, order.set))
    if (auto builder = storage::find_builder(from, request.builder))
      answer.requests[builder->name] = request.id;
  return answer;
}

void distributor::make_buildset(const add_buildset& wanted) {
  runtime::transaction work;
  work.work.add(wanted.along);
  open_buildset set{wanted.set, {}, records::result_code::success};
  set.record.id = state().next_set++;
  set.record.submitted_at = now();
  buildset_added answer{wanted.token, set.record.id, {}};
  if (wanted.number > 0) {
    accepted_request order{wanted.number, wanted.token, set.record.id};
    keep_order(work.work, wanted.set.scheduler, order);
    state().taken.insert_or_assign(wanted.set.scheduler, std::move(order));
  }
  auto requests = queue(work);
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
    requests.announce(request.record, "new");
    if (auto* builder = find_builder(name))
      requests.collapse_into(request, set.record, *builder, store(), choice());
    state().requests.emplace(request.record.id, std::move(request));
  }
  requests.announce(set.record, "new");
  if (set.left.empty())
    requests.finish(set);
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
              stop_build{request.build, command.reason, records::result_code::cancelled,
                         command.token, command.requester});
    commit(std::move(work));
    return;
  }
  const auto builder = request.builder;
  queue(work).cancel(command.request, command.reason);
  work.send(command.requester, request_done{command.token, true, {}});
  distribute({builder}, work); // nextBuild may choose another now
  commit(std::move(work));
}

// The sender of the request that failed is told: no message is handled twice.
void distributor::terminate(const std::string&) {
  auto* order = current().as<add_buildset>();
  if (auto* news = current().as<change_svc::stamps_resolved>())
    order = news->along.as<add_buildset>();
  if (order)
    send(order->requester, buildset_refused{order->token, "the distributor failed over it"});
}

} // namespace troupe::botmaster
