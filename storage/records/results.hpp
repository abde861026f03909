// Results of steps, builds, requests and buildsets, and how one follows from others. Something
// that is not complete has no result: an empty optional here, -1 or null in the REST API.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "storage/describe.hpp"

namespace troupe::records {

/// The numbers are Buildbot's and are seen by clients.
enum class result_code : int {
  success,
  warnings,
  failure,
  skipped,   ///< Did not run, or was collapsed into a newer request.
  exception, ///< The master or the step itself failed.
  retry,     ///< Not the build's fault; the request is queued again.
  cancelled, ///< Stopped on purpose.
};

constexpr std::array<std::string_view, 7> names_of(result_code) {
  return {"success", "warnings", "failure", "skipped", "exception", "retry", "cancelled"};
}

/// The one that decides: cancelled, retry, exception, failure, warnings, success, skipped.
result_code worst(result_code a, result_code b) noexcept;

/// As above; nothing is ignored.
std::optional<result_code> worst(std::optional<result_code> a,
                                 std::optional<result_code> b) noexcept;

/// How a step's result bears on its build.
struct step_flags {
  bool halt_on_failure = false;
  bool flunk_on_failure = true;
  bool warn_on_failure = false;
  bool flunk_on_warnings = false;
  bool warn_on_warnings = false;
  bool always_run = false; ///< Runs even after the build was terminated; no part in folding.
  TROUPE_FIELDS(halt_on_failure, flunk_on_failure, warn_on_failure, flunk_on_warnings,
                warn_on_warnings, always_run)
};

struct folded {
  result_code results = result_code::success;
  bool terminate = false; ///< Of the remaining steps only those with `always_run` run.
  TROUPE_FIELDS(results, terminate)
};

/// The build's result after a step ended with `step`. A build starts as success.
folded fold(result_code build, result_code step, const step_flags& flags) noexcept;

} // namespace troupe::records
