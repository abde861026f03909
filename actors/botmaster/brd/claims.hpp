// Claims: which request is built by which build on which worker. A claim has a row of its own in
// the store: the build has yet to store itself when the distributor may already have to begin
// again.
#pragma once

#include "actors/botmaster/brd/state.hpp"
#include "storage/snapshot.hpp"

namespace troupe::botmaster {

/// Stores the claim of a request that is being built. `brd`: the distributor's path.
void keep_claim(storage::batch& work, std::string_view brd, const open_request& request);
void drop_claim(storage::batch& work, std::string_view brd, buildrequest_id request);

/// Ids, requests, buildsets and claims as they are stored. (Claims of a former process were dropped
/// before the tree began.)
void read_stored(distributor_state& into, const distributor_config& config,
                 const storage::snapshot& from, std::string_view brd);

} // namespace troupe::botmaster
