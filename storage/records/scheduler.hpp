// Schedulers and the changes that wait in them.
#pragma once

#include <optional>
#include <string>

#include "storage/codec.hpp"
#include "storage/records/ids.hpp"
#include "storage/schema.hpp"

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

namespace troupe::storage {

template <>
struct table_traits<records::scheduler>
  : detail::keyed_by_id<table_number::schedulers, records::scheduler> {};
template <>
struct table_traits<records::scheduler_change> {
  static constexpr table_number number = table_number::scheduler_changes;
  using key = std::tuple<scheduler_id, change_id>;
  static key key_of(const records::scheduler_change& x) { return {x.scheduler, x.change}; }
};

} // namespace troupe::storage
