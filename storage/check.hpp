// Invariants, checked always: a broken one is a bug and ends the service it is in.
#pragma once

#include <string>

#include "storage/result.hpp"

namespace troupe {

[[noreturn]] inline void check_failed(const char* condition, const char* message) {
  throw failed{failure{errc::bug, std::string{message} + " (" + condition + " does not hold)"}};
}

} // namespace troupe

#define TROUPE_CHECK(condition, message)                                                           \
  do {                                                                                             \
    if (!(condition))                                                                              \
      ::troupe::check_failed(#condition, message);                                                 \
  } while (false)
