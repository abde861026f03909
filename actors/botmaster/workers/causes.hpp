// Why a worker may not build.
#pragma once

#include "runtime/observation/cause.hpp"

namespace troupe::botmaster {

enum class worker_cause : int {
  worker_never_connected,
  worker_not_connected,
  worker_unserved,
  worker_attaching,
  worker_paused,
  worker_graceful,
  worker_quarantined,
};
constexpr auto names_of(worker_cause) {
  return std::array<std::string_view, 7>{
      "worker.never_connected", "worker.not_connected", "worker.unserved",   "worker.attaching",
      "worker.paused",          "worker.graceful",      "worker.quarantined"};
}
static_assert(names_of(worker_cause{}).size()
              == static_cast<std::size_t>(worker_cause::worker_quarantined) + 1);

} // namespace troupe::botmaster
