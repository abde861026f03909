// Invariants, checked always: a broken one is a bug and ends the service it is in.
#pragma once

#include <string>

#include "storage/result.hpp"

namespace troupe {

[[noreturn]] inline void check_failed(const char* condition, const char* words) {
  throw failed{failure{errc::bug, std::string{words} + " (" + condition + " does not hold)"}};
}

} // namespace troupe

#define TROUPE_CHECK(condition, words)                                                             \
  do {                                                                                             \
    if (!(condition))                                                                              \
      ::troupe::check_failed(#condition, words);                                                   \
  } while (false)
