#include "storage/records/results.hpp"

#include "storage/check.hpp"

namespace troupe::records {

namespace {

// Higher is worse. A collapsed request (skipped) never worsens its buildset.
int badness(result_code code) noexcept {
  switch (code) {
  case result_code::skipped:
    return 0;
  case result_code::success:
    return 1;
  case result_code::warnings:
    return 2;
  case result_code::failure:
    return 3;
  case result_code::exception:
    return 4;
  case result_code::retry:
    return 5;
  case result_code::cancelled:
    return 6;
  }
  return 6;
}

} // namespace

result_code worst(result_code a, result_code b) noexcept {
  return badness(a) >= badness(b) ? a : b;
}

std::optional<result_code> worst(std::optional<result_code> a,
                                 std::optional<result_code> b) noexcept {
  if (!a || !b)
    return a ? a : b;
  return worst(*a, *b);
}

folded fold(result_code build, result_code step, const step_flags& flags) noexcept {
  folded out;
  auto contribution = step;
  switch (step) {
  case result_code::failure:
    // Flunking wins over warning.
    contribution = flags.flunk_on_failure  ? result_code::failure
                   : flags.warn_on_failure ? result_code::warnings
                                           : result_code::success;
    out.terminate = flags.halt_on_failure;
    break;
  case result_code::warnings:
    contribution = flags.flunk_on_warnings  ? result_code::failure
                   : flags.warn_on_warnings ? result_code::warnings
                                            : result_code::success;
    break;
  case result_code::exception:
  case result_code::retry:
  case result_code::cancelled:
    out.terminate = true;
    break;
  case result_code::success:
  case result_code::skipped:
    break;
  }
  out.results = worst(build, contribution);
  return out;
}

} // namespace troupe::records
