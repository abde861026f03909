// How a worker stands, as it tells the distributor, and what follows: may it build, and why not.
// Pure.
#pragma once

#include "actors/botmaster/cause.hpp"

namespace troupe::botmaster {

struct worker_standing {
  bool served = true;                     ///< Its service runs.
  std::optional<instant> connected_since; ///< Nothing: it is not connected.
  bool attached = false;                  ///< For its builders.
  bool paused = false;
  std::string pause_reason;
  bool graceful = false;              ///< Ends when its builds have.
  std::optional<instant> rests_until; ///< In quarantine.
  std::optional<instant> last_connected;
  std::optional<instant> absent_since; ///< For as long as its service knows.
  std::string last_words;              ///< Why the last connection ended.
  TROUPE_FIELDS(served, connected_since, attached, paused, pause_reason, graceful, rests_until,
                last_connected, absent_since, last_words)

  bool can_build() const {
    return served && connected_since && attached && !paused && !graceful && !rests_until;
  }
};

/// Everything that keeps the worker from building, what lasts longest first; nothing if it may.
causes why_it_may_not_build(const std::string& name, const worker_standing& is, instant now);

} // namespace troupe::botmaster
