// A disk that takes commits or refuses them, as the test says, and counts both.
#pragma once

#include <string>

#include "storage/store.hpp"

namespace troupe::testing {

class refusing_gate : public storage::commit_gate {
public:
  std::int64_t refuse_next = 0; ///< So many commits from now on are refused,
  bool refuses = false;         ///< or all.
  std::string message = "the disk is full";
  std::int64_t tried = 0, stored = 0;

  std::optional<failure> before(std::span<const storage::batch* const>) override {
    tried++;
    if (!refuses && refuse_next == 0)
      return std::nullopt;
    if (refuse_next > 0)
      refuse_next--;
    return failure{errc::full, message};
  }
  void after(std::span<const storage::batch* const>) override { stored++; }
};

} // namespace troupe::testing
