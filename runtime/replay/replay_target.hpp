// Places in a journal to which a replay can go.
#pragma once

#include <functional>
#include <optional>

#include "runtime/replay/record_view.hpp"

namespace troupe::runtime {

struct replay_target {
  /// Whether a replay at `at` is there or behind; `next` is the record that comes, if there is one.
  std::function<bool(const replay_point& at, const std::optional<record_view>& next)> reached;
  /// False for all points from which it can be reached only by going back.
  std::function<bool(const replay_point& at)> not_behind;
};

/// Behind so many records.
replay_target to_position(std::uint64_t position);
/// Behind record `order` of a run, or at the end of that run.
replay_target to_order(std::uint64_t run, std::uint64_t order);
/// Before the first record that is not earlier than `when`.
replay_target to_time(instant when);
/// Nowhere, so that only the end stops.
replay_target to_end();

} // namespace troupe::runtime
