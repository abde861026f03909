// The time of day, for the edges of the program: services are told theirs.
#pragma once

#include <chrono>

#include "storage/describe.hpp"

namespace troupe {

inline instant wall_time() {
  return std::chrono::time_point_cast<span>(std::chrono::system_clock::now());
}

} // namespace troupe
