// Names as segments of paths: a builder may be called "linux/gcc 12", a segment has no slash.
#pragma once

#include <string>
#include <string_view>

namespace troupe::runtime {

/// `name` with '/' and '%' percent-encoded; all else stays as it is, so that people can read paths.
inline std::string path_segment(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (char c : name) {
    if (c == '/')
      out += "%2F";
    else if (c == '%')
      out += "%25";
    else
      out += c;
  }
  return out;
}

/// The inverse. A '%' that begins no pair of hexadecimal digits stands for itself.
inline std::string name_of_segment(std::string_view segment) {
  auto digit = [](char c) {
    if (c >= '0' && c <= '9')
      return c - '0';
    if (c >= 'A' && c <= 'F')
      return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  std::string out;
  out.reserve(segment.size());
  for (std::size_t i = 0; i < segment.size(); ++i) {
    bool pair = segment[i] == '%' && i + 2 < segment.size() && digit(segment[i + 1]) >= 0
                && digit(segment[i + 2]) >= 0;
    if (!pair) {
      out += segment[i];
      continue;
    }
    out += static_cast<char>(digit(segment[i + 1]) * 16 + digit(segment[i + 2]));
    i += 2;
  }
  return out;
}

} // namespace troupe::runtime
