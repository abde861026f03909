// How much of a journal is kept.
#pragma once

#include "storage/codec.hpp"

namespace troupe::runtime {

/// Of a ring of segments; the oldest go first.
struct ring_limits {
  std::int64_t bytes_max = 256 << 20;    ///< Of all together, compressed.
  span age_max = std::chrono::hours{24}; ///< Since a segment was written to.
  TROUPE_FIELDS(bytes_max, age_max)
};

/// As a configuration says it (c.journal).
struct journal_settings {
  bool on = true;
  ring_limits limits;
  TROUPE_FIELDS(on, limits)
};

} // namespace troupe::runtime
