// SNAPSHOTS: all states of a replay at some of its points, so that an earlier point is reached
// without playing from the beginning. Bounded in number and bytes: where they would be too many,
// every other one goes, and the next ones are taken half as often.
#pragma once

#include <functional>
#include <vector>

#include "runtime/journal/journal_reader.hpp"
#include "runtime/replay/record_view.hpp"
#include "runtime/replay/replay.hpp"

namespace troupe::runtime {

struct snapshot_limits {
  std::uint64_t every = 1000;                         ///< Records between two, at first.
  std::size_t count_max = 64;                         ///< At least 2.
  std::uint64_t bytes_max = std::uint64_t{256} << 20; ///< An estimate: of states and messages.
};

struct snapshot {
  replay_point at;
  journal_reader::place place;
  replay::copy states;
  std::optional<record_view> last; ///< The last record, and what was taken in it.
  any_message message;
  std::string version; ///< Of the program that wrote it.
};

class snapshots {
public:
  explicit snapshots(const snapshot_limits& limits) : limits_{limits}, every_{limits.every} {}

  /// Whether one should be taken at `at`, or soon behind it.
  bool due(const replay_point& at) const {
    return all_.empty() || at.position >= all_.back().at.position + every_;
  }
  /// Behind all others.
  void add(snapshot one);
  /// The last that `allows` says yes to, which says no to all behind the first no; null if none.
  const snapshot* last(const std::function<bool(const replay_point&)>& allows) const;

  std::size_t count() const noexcept { return all_.size(); }
  std::uint64_t bytes() const;

private:
  snapshot_limits limits_;
  std::uint64_t every_;
  std::vector<snapshot> all_; ///< By position.
};

} // namespace troupe::runtime
