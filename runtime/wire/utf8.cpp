#include "runtime/wire/utf8.hpp"

namespace troupe::wire {

namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

/// The length of the sequence that `lead` begins, and the bounds of its second byte: they alone
/// exclude overlong forms, surrogates and what lies above U+10FFFF.
struct sequence {
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
};

sequence sequence_of(unsigned char lead) {
  if (lead < 0x80)
    return {1};
  if (lead >= 0xc2 && lead <= 0xdf)
    return {2};
  if (lead >= 0xe0 && lead <= 0xef)
    return {3, static_cast<unsigned char>(lead == 0xe0 ? 0xa0 : 0x80),
            static_cast<unsigned char>(lead == 0xed ? 0x9f : 0xbf)};
  if (lead >= 0xf0 && lead <= 0xf4)
    return {4, static_cast<unsigned char>(lead == 0xf0 ? 0x90 : 0x80),
            static_cast<unsigned char>(lead == 0xf4 ? 0x8f : 0xbf)};
  return {};
}

} // namespace

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      ++i;
      continue;
    }
    auto [length, low, high] = sequence_of(byte);
    if (length == 0 || length > text.size() - i)
      return false;
    for (std::size_t k = 1; k < length; ++k) {
      auto next = static_cast<unsigned char>(text[i + k]);
      if (next < (k == 1 ? low : 0x80) || next > (k == 1 ? high : 0xbf))
        return false;
    }
    i += length;
  }
  return true;
}

std::string to_hex(std::string_view raw) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(raw.size() * 2);
  for (char c : raw) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

result<bytes> from_hex(std::string_view digits) {
  bytes out;
  out.reserve(digits.size() / 2);
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    int high = digit_value(digits[i]);
    int low = digit_value(digits[i + 1]);
    if (high < 0 || low < 0)
      return failure{errc::invalid, "hexadecimal digits expected"};
    out.push_back(static_cast<char>(high * 16 + low));
  }
  if (digits.size() % 2 != 0)
    return failure{errc::invalid, "an even number of hexadecimal digits expected"};
  return out;
}

json text_json(std::string_view text) {
  return json(boost::json::string_view{text.data(), text.size()});
}

} // namespace troupe::wire
