// Why locks are not given.
#pragma once

#include "runtime/observation/cause.hpp"

namespace troupe::botmaster {

enum class lock_cause : int {
  lock_held,
  lock_wanted_before,
  lock_too_small,
};
constexpr auto names_of(lock_cause) {
  return std::array<std::string_view, 3>{"lock.held", "lock.wanted_before", "lock.too_small"};
}
static_assert(names_of(lock_cause{}).size()
              == static_cast<std::size_t>(lock_cause::lock_too_small) + 1);

} // namespace troupe::botmaster
