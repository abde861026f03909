// AT REST: how a master must be when faults have ceased and all work is done, in a simulation
// (world) as well as in a replay (players/stress).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "runtime/mail/directory.hpp"
#include "tools/sim/ledger.hpp"

namespace troupe::sim {

using violation_listener = std::function<void(violation)>;

/// The reason with which services are made to fail.
inline constexpr std::string_view planned_failure = "simulated failure";
/// Whether a log line tells of a service that failed without having been made to.
bool tells_of_own_failure(std::string_view line);

/// The path of a running build's service.
bool is_build(std::string_view path);

/// No request, build, buildset, step or log is open, and builds have their numbers without gaps.
/// `why` is asked of requests that are, once each.
void check_all_ended(const ledger& book, const std::function<std::string(std::int64_t)>& why,
                     const violation_listener& report);
/// Every cell runs, and no message waits.
void check_cells_rest(const runtime::directory& paths, const violation_listener& report);
/// `locks` is the state of /botmaster/locks. Nobody has or wants one, and no build is left.
void check_nothing_held(const json& locks, const runtime::directory& paths,
                        const violation_listener& report);
/// Of builds and claims that are over no state is stored.
void check_nothing_stored(const ledger& book, const violation_listener& report);

} // namespace troupe::sim
