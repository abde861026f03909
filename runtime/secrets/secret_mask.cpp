#include "runtime/secrets/secret_mask.hpp"

#include <cstring>

namespace troupe::runtime {

namespace {

constexpr std::size_t block = 4;
/// Any secret covers a whole block that begins at a multiple of this.
constexpr std::size_t stride = secret_mask::secret_bytes_min - block + 1;
constexpr unsigned hash_bits = 14;

std::uint32_t hash_of(const char* at) noexcept {
  std::uint32_t x = 0;
  std::memcpy(&x, at, block);
  return (x * 0x9e3779b1u) >> (32 - hash_bits);
}

} // namespace

secret_mask::secret_mask(std::vector<std::string> secrets)
  : secrets_{std::move(secrets)}, blocks_((std::size_t{1} << hash_bits) / 64),
    candidates_(std::size_t{1} << hash_bits) {
  std::erase_if(secrets_, [](const auto& one) { return one.size() < secret_bytes_min; });
  for (std::uint32_t i = 0; i < secrets_.size(); ++i)
    for (std::uint32_t offset = 0; offset < stride; ++offset) {
      auto hash = hash_of(secrets_[i].data() + offset);
      blocks_[hash / 64] |= std::uint64_t{1} << (hash % 64);
      candidates_[hash].push_back({i, offset});
    }
}

/// Calls `found(begin, length)` for each; answers of it end the search if they are false.
template <class Found>
void secret_mask::look(std::string_view text, const Found& found) const {
  for (std::size_t at = 0; at + block <= text.size(); at += stride) {
    auto hash = hash_of(text.data() + at);
    if ((blocks_[hash / 64] >> (hash % 64) & 1) == 0)
      continue;
    for (auto [which, offset] : candidates_[hash]) {
      const auto& secret = secrets_[which];
      if (at < offset || at - offset + secret.size() > text.size()
          || std::memcmp(text.data() + (at - offset), secret.data(), secret.size()) != 0)
        continue;
      if (!found(at - offset, secret.size()))
        return;
    }
  }
}

std::size_t secret_mask::hide(char* text, std::size_t size) const {
  // Noted first: what is written over could hide the beginning of another.
  std::vector<std::pair<std::size_t, std::size_t>> places;
  look({text, size}, [&](std::size_t begin, std::size_t length) {
    places.emplace_back(begin, length);
    return true;
  });
  for (auto [begin, length] : places)
    std::memset(text + begin, '*', length);
  return places.size();
}

bool secret_mask::occurs_in(std::string_view text) const {
  bool any = false;
  look(text, [&](std::size_t, std::size_t) {
    any = true;
    return false;
  });
  return any;
}

} // namespace troupe::runtime
