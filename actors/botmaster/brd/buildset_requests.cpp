// Orders on their way to becoming buildsets, each of them once (§3).
#include "actors/botmaster/brd/brd.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/buildsets.hpp"

namespace troupe::botmaster {

// An order that waits for its sourcestamps waits in the mail and not here: it goes along with the
// question and comes back with the answer, whoever fails meanwhile.
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

// Whoever gave the order that brought the service down hears so: no message is handled twice.
void distributor::terminate(const std::string&) {
  auto* order = current().as<add_buildset>();
  if (auto* news = current().as<change_svc::stamps_resolved>())
    order = news->along.as<add_buildset>();
  if (order)
    send(order->requester, buildset_refused{order->token, "the distributor failed over it"});
}

} // namespace troupe::botmaster
