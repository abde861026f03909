// Chance that can be had again: the same state gives the same draws.
#pragma once

#include <cstdint>

namespace troupe::runtime {

/// The next draw (splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators").
constexpr std::uint64_t draw(std::uint64_t& state) {
  auto z = (state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

} // namespace troupe::runtime
