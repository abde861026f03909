// Why a request does not start and a worker builds nothing, as far as the distributor decides it.
#pragma once

#include "runtime/observation/cause.hpp"

namespace troupe::botmaster {

enum class request_cause : int {
  shutting_down,
  builder_unconfigured,
  buildset_over,
  another_goes_first,
  next_build_chose_none,
  next_build_chose_another,
  next_build_failed,
  next_worker_chose_none,
  next_worker_chose_another,
  next_worker_failed,
  can_start_build_says_no,
  can_start_build_failed,
  no_worker_configured,
  worker_unreported,
  worker_full,
  worker_builds_for_builder,
  worker_lacks_builder,
  worker_unused,
  worker_building,
  nothing_waits,
  being_built,
};
constexpr auto names_of(request_cause) {
  return std::array<std::string_view, 21>{"request.master_shutting_down",
                                          "request.builder_unconfigured",
                                          "request.buildset_over",
                                          "request.another_goes_first",
                                          "request.next_build_chose_none",
                                          "request.next_build_chose_another",
                                          "request.next_build_failed",
                                          "request.next_worker_chose_none",
                                          "request.next_worker_chose_another",
                                          "request.next_worker_failed",
                                          "request.can_start_build_says_no",
                                          "request.can_start_build_failed",
                                          "request.no_worker_configured",
                                          "worker.unreported",
                                          "worker.full",
                                          "worker.builds_for_builder",
                                          "worker.lacks_builder",
                                          "worker.unused",
                                          "worker.building",
                                          "worker.nothing_waits",
                                          "request.being_built"};
}
static_assert(names_of(request_cause{}).size()
              == static_cast<std::size_t>(request_cause::being_built) + 1);

} // namespace troupe::botmaster
