#include "storage/hex.hpp"

namespace troupe {

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

} // namespace

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

result<std::string> from_hex(std::string_view digits) {
  std::string out;
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

} // namespace troupe
