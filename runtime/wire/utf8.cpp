#include "runtime/wire/utf8.hpp"

namespace troupe::wire {

namespace {

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

json text_json(std::string_view text) {
  return json(boost::json::string_view{text.data(), text.size()});
}

} // namespace troupe::wire
