// Where a replay and its record part, with both sides.
#pragma once

#include <string>

#include "runtime/journal/record.hpp"
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

divergence differs(const record_head& head, std::string what, json recorded, json now);

/// Words as one of the sides.
json text(std::string_view message);
/// What is known of bytes that are recorded by reference.
json text_of_mark(std::uint64_t size, std::uint64_t mark);

} // namespace troupe::runtime
