// What became of requests and builds that are over, as the store tells it.
#pragma once

#include "actors/botmaster/cause.hpp"
#include "storage/records/build.hpp"
#include "storage/records/buildset.hpp"

namespace troupe::botmaster {

/// Of a build or request that is complete; nothing if it is not.
causes what_became_of(const storage::snapshot& from, const records::build& which, instant now);
causes what_became_of(const storage::snapshot& from, const records::buildrequest& which,
                      instant now);

} // namespace troupe::botmaster
