// Schedulers and the changes that wait in them.
#pragma once

#include <optional>
#include <string>

#include "storage/codec.hpp"
#include "storage/records/ids.hpp"

namespace troupe::records {

struct scheduler {
  scheduler_id id;
  std::string name;
  bool enabled = true;
  std::optional<master_id> master; ///< Where it is active.
  change_id last_change;           ///< The newest that it has seen, taken or not.
  TROUPE_FIELDS(id, name, enabled, master, last_change)
};

/// A change that a scheduler took and has not used in a buildset yet. Key: (scheduler, change).
struct scheduler_change {
  scheduler_id scheduler;
  change_id change;
  bool important = true;
  TROUPE_FIELDS(scheduler, change, important)
};

} // namespace troupe::records
