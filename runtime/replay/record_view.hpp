// Points and records of a journal that is replayed, for people.
#pragma once

#include <optional>
#include <string>

#include "storage/describe.hpp"
#include "storage/json.hpp"

namespace troupe::runtime {

/// A point between two records.
struct replay_point {
  std::uint64_t position = 0; ///< Records of the journal before it.
  std::uint64_t run = 0;      ///< Of the program, from 1, in which the last of them is; 0: none.
  std::uint64_t order = 0;    ///< Of the last of them.
  instant latest;             ///< The latest instant of them.
};

/// A record, for people.
struct record_view {
  std::uint64_t run = 0; ///< Of the program, from 1 in this journal.
  std::uint64_t order = 0;
  instant at;
  std::string kind; ///< "event", "participant", "checksum".
  std::string cell, doing, sender;
  std::uint64_t cause = 0; ///< The event that said what it takes; 0: nobody.
  TROUPE_FIELDS(run, order, at, kind, cell, doing, sender, cause)
};

} // namespace troupe::runtime
