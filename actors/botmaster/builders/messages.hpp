// Messages to a builder.
#pragma once

#include "runtime/mail/address.hpp"
#include "storage/records/buildset.hpp"
#include "storage/records/change.hpp"
#include "storage/records/sourcestamp.hpp"

namespace troupe::botmaster {

/// Build this request, which is claimed, on that worker. Told by the distributor after its commit.
struct start_build {
  build_id build;
  records::buildrequest request;
  records::buildset set;
  std::vector<records::sourcestamp> stamps;
  std::vector<records::change> changes; ///< Of all stamps, oldest first.
  std::optional<records::patch> patch;
  std::string worker;
  worker_id worker_number;
  std::vector<json> worker_locks;
  TROUPE_FIELDS(build, request, set, stamps, changes, patch, worker, worker_number, worker_locks)
};

} // namespace troupe::botmaster
