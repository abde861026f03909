#include "runtime/path.hpp"

namespace troupe::runtime {

std::string path_segment(std::string_view name) {
  std::string out;
  for (char c : name)
    if (c == '/')
      out += "%2F";
    else if (c == '%')
      out += "%25";
    else
      out += c;
  return out;
}

std::string name_of_segment(std::string_view segment) {
  std::string out;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    auto code = segment.substr(i, 3);
    if (code == "%2F" || code == "%25") {
      out += code == "%2F" ? '/' : '%';
      i += 2;
    } else {
      out += segment[i];
    }
  }
  return out;
}

} // namespace troupe::runtime
