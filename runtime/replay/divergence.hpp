// Where a replay and its record part, with both sides.
#pragma once

#include <string>

#include "storage/json.hpp"

namespace troupe::runtime {

struct divergence {
  std::uint64_t order = 0; ///< Of the record, in its run.
  instant at;
  std::string cell;
  std::string doing;
  std::string what; ///< A sentence: which of the things that are compared.
  json recorded;
  json now;
  TROUPE_FIELDS(order, at, cell, doing, what, recorded, now)
};

} // namespace troupe::runtime
