#include "storage/fingerprint.hpp"

#include <bit>
#include <cstring>

namespace troupe {

namespace {

static_assert(std::endian::native == std::endian::little, "stored marks are little-endian's");

constexpr std::uint64_t first_odd = 0x9e3779b97f4a7c15ull;
constexpr std::uint64_t second_odd = 0xc2b2ae3d27d4eb4full;

std::uint64_t word(const char* at, std::size_t size) noexcept {
  std::uint64_t x = 0;
  std::memcpy(&x, at, size);
  return x;
}

/// Both halves of the product, folded: every bit of the result depends on every bit of both.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using wide = unsigned __int128;
  auto product = wide{a} * wide{b};
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

} // namespace

std::uint64_t fingerprint(std::string_view bytes) noexcept {
  constexpr std::size_t step = 16;
  auto sum = fold(bytes.size() ^ first_odd, second_odd);
  const auto* at = bytes.data();
  auto left = bytes.size();
  for (; left >= step; at += step, left -= step)
    sum = fold(word(at, 8) ^ sum ^ first_odd, word(at + 8, 8) ^ second_odd);
  auto low = left < 8 ? left : 8;
  if (left > 0)
    sum = fold(word(at, low) ^ sum ^ first_odd, word(at + low, left - low) ^ second_odd);
  return fold(sum ^ first_odd, second_odd);
}

} // namespace troupe
