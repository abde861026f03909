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

/// The reason of injected failures.
inline constexpr std::string_view injected_failure = "simulated failure";
/// Whether a log line reports the failure of a service that was not injected.
bool is_unplanned_failure(std::string_view line);

/// The path of a running build's service.
bool is_build(std::string_view path);

/// No request, build, buildset, step or log is open, and builds are numbered without gaps. `why`
/// explains an open request.
void check_all_ended(const ledger& book, const std::function<std::string(std::int64_t)>& why,
                     const violation_listener& report);
/// Every cell runs, and no message waits.
void check_cells_rest(const runtime::directory& paths, const violation_listener& report);
/// No lock is held or waited for, and no build is left; `locks` is the state of /botmaster/locks.
void check_nothing_held(const json& locks, const runtime::directory& paths,
                        const violation_listener& report);
/// No state of an ended build or claim is stored.
void check_nothing_stored(const ledger& book, const violation_listener& report);

} // namespace troupe::sim
