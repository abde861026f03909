// The causes that a build gives, and those for what is over.
#pragma once

#include "runtime/observation/cause.hpp"

namespace troupe::botmaster {

/// Why it does not end.
enum class build_cause : int {
  build_engaging,
  build_preparing,
  build_waits_for_locks,
  step_waits_for_locks,
  step_waits_between_tries,
  step_waits_for_files,
  command_running,
  command_ending,
};
constexpr auto names_of(build_cause) {
  return std::array<std::string_view, 8>{"build.engaging",           "build.preparing",
                                         "build.waits_for_locks",    "step.waits_for_locks",
                                         "step.waits_between_tries", "step.waits_for_files",
                                         "step.command_running",     "step.command_ending"};
}
static_assert(names_of(build_cause{}).size()
              == static_cast<std::size_t>(build_cause::command_ending) + 1);

/// It is over, or its request is.
enum class end_cause : int {
  build_finished,
  request_complete,
  request_collapsed,
  request_cancelled,
};
constexpr auto names_of(end_cause) {
  return std::array<std::string_view, 4>{"build.finished", "request.complete", "request.collapsed",
                                         "request.cancelled"};
}
static_assert(names_of(end_cause{}).size()
              == static_cast<std::size_t>(end_cause::request_cancelled) + 1);

} // namespace troupe::botmaster
