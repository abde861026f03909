// Questions about what operators did. All throw `failed` when stored bytes are damaged.
#pragma once

#include <vector>

#include "storage/records/operation.hpp"
#include "storage/snapshot.hpp"

namespace troupe::storage {

/// The newest first.
std::vector<records::reconfiguration> newest_reconfigurations(const snapshot& from,
                                                              std::size_t limit);
std::vector<records::act> newest_acts(const snapshot& from, std::size_t limit);
/// 0 if there is none.
reconfiguration_id max_reconfiguration_id(const snapshot& from);
act_id max_act_id(const snapshot& from);

} // namespace troupe::storage
