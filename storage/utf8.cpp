#include "storage/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace troupe {

namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080ull;

std::size_t ascii_bytes(const char* text, std::size_t size) noexcept {
  std::size_t i = 0;
  std::uint64_t message[4];
  for (; i + sizeof message <= size; i += sizeof message) {
    std::memcpy(message, text + i, sizeof message);
    if ((message[0] | message[1] | message[2] | message[3]) & high_bits)
      break;
  }
  while (i < size && static_cast<unsigned char>(text[i]) < 0x80)
    ++i;
  return i;
}

struct sequence {
  std::size_t good = 0;   ///< Bytes that belong together; at least 1.
  std::size_t wanted = 0; ///< Bytes of the character; 0 if the first byte begins none.
};

// Looks at the character that begins at `text`, which is not ASCII. The second byte's range keeps
// out overlong forms, surrogates and what is beyond U+10FFFF.
sequence look(const char* text, std::size_t size) noexcept {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char lead = byte(0), low = 0x80, high = 0xbf;
  sequence out{1, 0};
  if (lead >= 0xc2 && lead <= 0xdf)
    out.wanted = 2;
  else if (lead >= 0xe0 && lead <= 0xef)
    out.wanted = 3;
  else if (lead >= 0xf0 && lead <= 0xf4)
    out.wanted = 4;
  else
    return out;
  if (lead == 0xe0)
    low = 0xa0;
  else if (lead == 0xed)
    high = 0x9f;
  else if (lead == 0xf0)
    low = 0x90;
  else if (lead == 0xf4)
    high = 0x8f;
  for (; out.good < out.wanted && out.good < size; ++out.good) {
    if (byte(out.good) < low || byte(out.good) > high)
      break;
    low = 0x80;
    high = 0xbf;
  }
  return out;
}

bool continues(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

} // namespace

std::size_t valid_utf8_bytes(std::string_view text) noexcept {
  std::size_t i = 0;
  while (true) {
    i += ascii_bytes(text.data() + i, text.size() - i);
    // Text that is not ASCII is mostly so for a while.
    while (i < text.size() && static_cast<unsigned char>(text[i]) >= 0x80) {
      auto seen = look(text.data() + i, text.size() - i);
      if (seen.good != seen.wanted)
        return i;
      i += seen.good;
    }
    if (i == text.size())
      return i;
  }
}

std::size_t incomplete_utf8_bytes(std::string_view text) noexcept {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    auto at = text.size() - back;
    if (continues(text[at]))
      continue;
    if (static_cast<unsigned char>(text[at]) < 0x80)
      return 0;
    auto seen = look(text.data() + at, back);
    return seen.good == back && seen.wanted > back ? back : 0;
  }
  return 0;
}

void append_utf8(std::string& out, std::string_view text) {
  while (true) {
    auto good = valid_utf8_bytes(text);
    out.append(text.substr(0, good));
    text.remove_prefix(good);
    if (text.empty())
      return;
    out += "\xef\xbf\xbd";
    text.remove_prefix(look(text.data(), text.size()).good);
  }
}

std::size_t utf8_length(std::string_view text) noexcept {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues));
}

std::size_t utf8_bytes(std::string_view text, std::size_t count) noexcept {
  std::size_t i = 0;
  for (; i < text.size(); ++i)
    if (!continues(text[i]) && count-- == 0)
      break;
  return i;
}

} // namespace troupe
