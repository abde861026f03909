// Which orders of schedulers have become buildsets: what makes it harmless to order again.
//
// A scheduler counts its orders, beginning from the stored count. Each number is taken once, even
// across failures: the distributor stores the last one of each scheduler with its buildset.
#pragma once

#include <string>

#include "storage/batch.hpp"
#include "storage/snapshot.hpp"

namespace troupe::botmaster {

/// The last order that was taken from a scheduler.
struct accepted_request {
  std::int64_t number = 0; ///< 0: none yet.
  std::string token;       ///< Of all orders that bear this number, the one that was taken.
  buildset_id set;
  TROUPE_FIELDS(number, token, set)
};

accepted_request last_request(const storage::snapshot& from, const std::string& scheduler);
void keep_order(storage::batch& work, const std::string& scheduler, const accepted_request& order);

} // namespace troupe::botmaster
