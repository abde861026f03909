// SCORE: when which player does what: the recorded events of all copies, by time. A function of the
// recording, the number of copies, the speed and the seed.
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

struct score_options {
  std::int64_t copies = 1;
  double speed = 1;
  std::uint64_t seed = 1;
};

/// Each copy but the first begins somewhat later, by chance, so that copies do not go in step.
/// Reconfigurations are there once.
std::vector<scheduled_event> make_score(const recording& of, const score_options& how);

/// "w1" is "w1.2" for the second copy: names of workers are identifiers.
std::string copied_name(const std::string& name, std::int64_t copy);

/// With all copies of its workers, and the password that they use; every builder is served by all
/// copies of its workers.
model::master copied_setting(model::master from, std::int64_t copies, const std::string& password);

/// A time of the recording at such a speed.
span at_speed(span recorded, double speed);

} // namespace troupe::players
