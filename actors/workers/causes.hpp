// What a worker's connection knows of its silence.
#pragma once

#include "runtime/observation/cause.hpp"

namespace troupe::workers {

enum class connection_cause : int {
  worker_silent,
};
constexpr auto names_of(connection_cause) {
  return std::array<std::string_view, 1>{"worker.silent"};
}
static_assert(names_of(connection_cause{}).size()
              == static_cast<std::size_t>(connection_cause::worker_silent) + 1);

} // namespace troupe::workers
