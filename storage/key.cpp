#include "storage/key.hpp"

#include <algorithm>

namespace troupe::storage {

namespace {

constexpr std::size_t digests = 2 + 16; // the mark and two numbers

} // namespace

std::string key_prefix_of(std::string_view text) {
  auto key = key_of(text);
  // A shortened text keeps one byte less where the cut would part a 00 from its FF.
  key.resize(std::min(key.size() - 2, key_text_bytes_max - digests - 1));
  return key;
}

namespace detail {

void put_key_number(std::string& out, std::uint64_t biased) {
  for (int shift = 56; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(biased >> shift));
}

bool get_key_number(std::string_view& in, std::uint64_t& biased) {
  if (in.size() < 8)
    return false;
  biased = 0;
  for (std::size_t i = 0; i < 8; ++i)
    biased = (biased << 8) | static_cast<unsigned char>(in[i]);
  in.remove_prefix(8);
  return true;
}

void put_key_text(std::string& out, std::string_view text) {
  auto start = out.size();
  for (char c : text) {
    if (out.size() - start > key_text_bytes_max)
      break;
    out.push_back(c);
    if (c == '\0')
      out.push_back('\xff');
  }
  if (out.size() - start <= key_text_bytes_max - 2) {
    out += {'\0', '\1'};
    return;
  }
  auto kept = start + key_text_bytes_max - digests;
  if (out[kept - 1] == '\0') // not between a 00 and its FF
    --kept;
  out.resize(kept);
  out += {'\0', '\2'};
  put_key_number(out, fnv1a(text));
  put_key_number(out, fnv1a(text, 0x9ae16a3b2f90404full));
}

bool get_key_text(std::string_view& in, std::string& text) {
  text.clear();
  while (in.size() >= 2) {
    char c = in.front();
    in.remove_prefix(1);
    if (c != '\0') {
      text.push_back(c);
      continue;
    }
    char mark = in.front();
    in.remove_prefix(1);
    if (mark == '\1')
      return true;
    if (mark != '\xff')
      return false;
    text.push_back('\0');
  }
  return false;
}

} // namespace detail

} // namespace troupe::storage
