// logMaxSize and logMaxTailSize (semantics.md §11.3): of a log that grows too large its beginning
// is kept, and if so wished its last lines. Headers are few, tell how a command ended, and are
// always kept. Pure: lines in, what is to be stored out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "storage/codec.hpp"

namespace troupe::botmaster {

/// How far a log is; `tail` is part of a build's state, so it is stored with each commit.
struct log_limit {
  std::int64_t taken = 0; ///< Bytes of what was kept, without headers.
  bool over = false;      ///< The beginning is complete.
  bytes tail;             ///< Lines as they would be stored; more than are wanted in the end.
  TROUPE_FIELDS(taken, over, tail)

  /// Takes in whole lines of one channel, 'h' for headers; what is to be stored now comes back.
  /// `channels`: stored lines begin with their channel.
  std::string take(std::string_view lines, char channel, bool channels,
                   std::optional<std::int64_t> size_max, std::optional<std::int64_t> tail_max);

  /// The log ends: what is left of it, with a word on how much that is.
  std::string finish(bool channels, std::optional<std::int64_t> tail_max);
};

} // namespace troupe::botmaster
