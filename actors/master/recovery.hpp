// What a process that ended left behind, put in order before the tree begins (semantics.md §26.1,
// §26.3): nothing that ran is running now.
#pragma once

#include <string>

#include "storage/store.hpp"

namespace troupe::master {

struct recovered {
  master_id id;
  std::int64_t builds = 0;   ///< Ended as retry.
  std::int64_t requests = 0; ///< Free again.
  bool first_start = false;
};

/// Gives the master of that name its id and marks it active; ends the builds, steps and logs that
/// were running as retry, frees their requests, completes requests whose build had ended otherwise;
/// drops stored service states. One commit.
result<recovered> recover(storage::store& store, const std::string& master_name, instant now);

} // namespace troupe::master
