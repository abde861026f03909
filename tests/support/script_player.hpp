// Plays scripts (swap_script.hpp), each run on a stage and a store of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/service/kind.hpp"
#include "tests/support/swap_script.hpp"

namespace troupe::testing {

/// How a script is played, and where the service is swapped for one of the same specification.
struct performance {
  /// Each step is said when nobody has mail left. After so many (0: from the first one on) all
  /// that follow up to the next `advance_ms` are said at once.
  std::optional<std::size_t> hurry_after_step;
  bool in_place = false; ///< A kind that can takes the configuration in place; else a successor.
  std::optional<std::size_t> swap_after_step;    ///< When nobody has mail; 0 is before the first.
  std::optional<std::size_t> swap_after_message; ///< While others wait: after so many were handled.
  bool swap_always = false;                      ///< Wherever it could be.
  /// What begins the hurry.
  enum class beginning {
    none,
    rebuilt,          ///< The service is rebuilt from the store, then all follows;
    rebuilt_and_swap, ///< or all arrives, and a swap, before it is there again.
    transaction, ///< All arrives while a transaction over the tree, switched, holds the service;
    cancelled,   ///< which comes to nothing.
  } begins = beginning::none;

  bool rebuilds() const {
    return begins == beginning::rebuilt || begins == beginning::rebuilt_and_swap;
  }
};

/// What was seen of a run.
struct seen {
  json all;                ///< The steps, the stored state and the store at the end.
  boost::json::array told; ///< The script's messages, as they are shown when they are heard.
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
