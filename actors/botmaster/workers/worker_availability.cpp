#include "actors/botmaster/workers/worker_availability.hpp"

#include <fmt/format.h>

#include "actors/botmaster/workers/causes.hpp"

namespace troupe::botmaster {

namespace {

using enum worker_cause;

cause absence(const std::string& name, const worker_standing& is, instant now) {
  cause why{worker_not_connected, {}, the_worker(name), is.absent_since};
  auto lasted = is.absent_since ? " for " + lasting(now - *is.absent_since) : std::string{};
  if (!is.last_words.empty()) {
    why.message =
        fmt::format("worker {} has not been connected{}: {}", name, lasted, is.last_words);
  } else if (is.last_connected) {
    why.message = fmt::format("worker {} has not come back{}; it last came {} ago", name, lasted,
                              lasting(now - *is.last_connected));
  } else {
    why.code = code_of(worker_never_connected);
    why.since.reset();
    why.message = fmt::format("worker {} has never been connected", name);
  }
  return why;
}

} // namespace

// A worker that comes again is no longer graceful, so that is no reason while it is away.
causes why_it_may_not_build(const std::string& name, const worker_standing& is, instant now) {
  causes all;
  auto add = [&](worker_cause code, std::string message, std::optional<instant> since = {},
                 std::optional<instant> until = {}) {
    all.push_back({code, std::move(message), the_worker(name), since, until});
  };
  if (!is.served) {
    add(worker_unserved,
        fmt::format("worker {} is not served: it is not configured, or the master ends", name));
    return all;
  }
  if (!is.connected_since)
    all.push_back(absence(name, is, now));
  if (is.paused)
    add(worker_paused, fmt::format("worker {} is paused{}", name,
                                   is.pause_reason.empty() ? "" : ": " + is.pause_reason));
  if (is.graceful && is.connected_since)
    add(worker_graceful, fmt::format("worker {} is to shut down when its builds have ended", name));
  if (is.rests_until)
    add(worker_quarantined,
        fmt::format("worker {} is in quarantine for another {}: a build on it went wrong", name,
                    lasting(*is.rests_until - now)),
        {}, is.rests_until);
  if (is.connected_since && !is.attached)
    add(worker_attaching,
        fmt::format("worker {} has been attaching for {}", name,
                    lasting(now - *is.connected_since)),
        is.connected_since);
  return all;
}

} // namespace troupe::botmaster
