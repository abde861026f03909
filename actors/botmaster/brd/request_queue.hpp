// Requests and buildsets on their way: newer requests swallow older ones, requests complete, and
// with the last one their buildset (semantics.md §3, §4).
#pragma once

#include "actors/botmaster/brd/build_choice.hpp"
#include "runtime/mail/transaction.hpp"
#include "storage/records/buildset.hpp"
#include "storage/store_access.hpp"

namespace troupe::botmaster {

/// Made for one handling: it changes the distributor's state and puts the same into `work`, with
/// the events that tell of it.
class request_queue {
public:
  request_queue(const distributor_config& config, distributor_state& is, runtime::transaction& work,
                runtime::address events, instant now)
    : config_{config}, is_{is}, work_{work}, events_{std::move(events)}, now_{now} {}

  /// Requests of the same builder that ask for what `fresh`, which is new, asks for too are
  /// completed (§4.4).
  void collapse_into(const open_request& fresh, const records::buildset& set,
                     const distributed_builder& builder, storage::store_access store,
                     const build_choice& choice);
  /// A waiting request is cancelled (§4.3).
  void cancel(buildrequest_id which, const std::string& reason);
  /// A claimed request waits again.
  void requeue(open_request& request);
  void complete(buildrequest_id which, records::result_code results);
  /// All requests of the buildset are complete.
  void finish(open_buildset& set);
  /// "buildrequests/ID/EVENT".
  void announce(const records::buildrequest& request, std::string_view event);
  /// "buildsets/ID/EVENT".
  void announce(const records::buildset& set, std::string_view event);

private:
  bool asks_for_the_same(const open_request& fresh, const records::buildset& set,
                         const open_request& older, storage::store_access store) const;
  void claim_for_nobody(records::buildrequest& record);

  const distributor_config& config_;
  distributor_state& is_;
  runtime::transaction& work_;
  runtime::address events_;
  instant now_;
};

} // namespace troupe::botmaster
