// Why there is no build yet.
#pragma once

#include "runtime/observation/cause.hpp"

namespace troupe::botmaster {

enum class builder_cause : int {
  claim_being_stored,
};
constexpr auto names_of(builder_cause) {
  return std::array<std::string_view, 1>{"build.claim_being_stored"};
}
static_assert(names_of(builder_cause{}).size()
              == static_cast<std::size_t>(builder_cause::claim_being_stored) + 1);

} // namespace troupe::botmaster
