// Plays scripts (swap_script.hpp), each run on a stage and a store of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/kind.hpp"
#include "tests/support/swap_script.hpp"

namespace troupe::testing {

/// How a script is played, and where the service is swapped for one of the same specification.
struct performance {
  /// Each step when nobody has mail left; else all that follow up to the next `advance_ms` at once.
  bool calm = true;
  std::optional<std::size_t> swap_after_step;    ///< When nobody has mail; 0 is before the first.
  std::optional<std::size_t> swap_after_message; ///< While others wait: after so many were handled.
  bool swap_always = false;                      ///< Wherever it could be.
  std::optional<std::size_t> restart_after_step; ///< The service is rebuilt from the store there,
  bool parked = false; ///< and what follows arrives, with a swap, before it is there again.
};

/// What was seen of a run.
struct seen {
  json all; ///< The steps, the stored state and the store at the end.
  bool calm = true;
  bool rebuilt = false;
  std::size_t swaps = 0;
  std::vector<std::string> handled;  ///< Types of messages, in order.
  std::vector<std::string> troubles; ///< Messages that nobody heard, failures, refused swaps.
};

seen play(const swap_script& script, const runtime::service_kind& kind, const performance& how);

/// In what `other` departs from `plain`, but for what the script tolerates. `used`: which of the
/// tolerances were needed.
std::vector<std::string> departures(const swap_script& script, const seen& plain, const seen& other,
                                    std::vector<bool>& used);

} // namespace troupe::testing
