// TIMELINE: the recorded events of all copies, by time. A function of the recording, the number of
// copies, the speed and the seed.
#pragma once

#include "tools/players/recording.hpp"

namespace troupe::players {

enum class event_kind : int { attach, leave, change, line, reconfigure };

struct scheduled_event {
  span at{};
  event_kind what = event_kind::attach;
  std::int64_t copy = 1; ///< 1 is the original.
  std::string worker;    ///< Of `attach` and `leave`, as recorded.
  std::size_t index = 0; ///< Of the change, line or setting.
};

struct timeline_options {
  std::int64_t copies = 1;
  double speed = 1;
  std::uint64_t seed = 1;
};

/// Each copy but the first begins after a random delay, so that copies do not go in step.
/// Reconfigurations are not copied.
std::vector<scheduled_event> make_timeline(const recording& of, const timeline_options& how);

/// The second copy of "w1" is "w1.2": names of workers are identifiers.
std::string copied_name(const std::string& name, std::int64_t copy);
/// The second copy of revision "r" is "r~2"; without a revision, the change is the same.
wire::jelly copied_change(const wire::jelly& what, std::int64_t copy);

/// The setting with all copies of its workers, and their password. Each builder has all copies of
/// its workers.
model::master copied_setting(model::master from, std::int64_t copies, const std::string& password);

/// A time of the recording at such a speed.
span at_speed(span recorded, double speed);

} // namespace troupe::players
