// THE PAST: what a journal tells of a service at a time, and of a message's causes. Reads files and
// plays them: for a thread that may take a second.
#pragma once

#include <string>

#include "runtime/replay/chain.hpp"

namespace troupe::runtime {

struct past_state {
  instant at;              ///< Of the last record of the service up to the time asked for.
  std::uint64_t order = 0; ///< Its number.
  std::string kind;
  json state;
  TROUPE_FIELDS(at, order, kind, state)
};

/// The state of the service at `path` as it was at `when`, after the last event that had been taken
/// up by then. Refused: not_found (nothing of it is recorded then; the words tell what is), or as
/// journal_reader::open.
result<past_state> state_at(const std::string& folder, const kind_registry& kinds,
                            const std::string& path, instant when);

/// What is asked about: the number of a record, or the last message of a type that a service took.
struct cause_question {
  std::uint64_t order = 0;
  std::string cell;
  std::string type;
  TROUPE_FIELDS(order, cell, type)
};

/// What led to it, and what it led to, as far as the present run is recorded.
result<std::vector<chain_link>> causes_of(const std::string& folder, const kind_registry& kinds,
                                          const cause_question& what);

/// A segment, as its frames tell.
struct recorded_segment {
  std::int64_t number = 0;
  std::int64_t bytes = 0;
  std::int64_t records = 0;
  std::uint64_t first_order = 0, last_order = 0;
  instant first_at, last_at;
  TROUPE_FIELDS(number, bytes, records, first_order, last_order, first_at, last_at)
};
std::vector<recorded_segment> spans_of(const std::string& folder);

} // namespace troupe::runtime
