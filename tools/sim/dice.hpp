// DICE: draws from one seed.
#pragma once

#include <string>
#include <vector>

#include "runtime/prng.hpp"

namespace troupe::sim {

class dice {
public:
  /// Neighbouring seeds have nothing in common: the generator itself only counts.
  explicit dice(std::uint64_t seed) : state_{runtime::draw(seed)} {}

  std::uint64_t draw() { return runtime::draw(state_); }
  /// From `least` to `most`, both included.
  std::int64_t from(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(draw() % static_cast<std::uint64_t>(most - least + 1));
  }
  /// So often in a hundred.
  bool happens(std::int64_t in_hundred) { return from(1, 100) <= in_hundred; }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(draw() % all.size())];
  }

private:
  std::uint64_t state_;
};

} // namespace troupe::sim
