#include "storage/json.hpp"

#include <array>
#include <vector>

#include <boost/json.hpp>
#include <boost/json/src.hpp>
#include <fmt/format.h>

namespace troupe {

std::string_view to_string(errc code) noexcept {
  constexpr std::array<std::string_view, 11> names{"invalid", "not_found",   "conflict", "refused",
                                                   "timeout", "unavailable", "corrupt",  "too_new",
                                                   "full",    "io",          "bug"};
  return names[static_cast<std::size_t>(code)];
}

// As boost::json::serialize() does, which begins with a short buffer and stops at its end to make
// room: most of what is printed fits in this one.
std::string print(const json& value) {
  constexpr std::size_t room = 8192;
  thread_local boost::json::serializer printer;
  thread_local std::array<char, room> buffer;
  printer.reset(&value);
  std::string out;
  while (!printer.done())
    out += printer.read(buffer.data(), buffer.size());
  return out;
}

result<json> parse_json(std::string_view text) {
  boost::json::error_code bad;
  boost::json::stream_parser parser; // unlike parse(), it tells where it stopped
  auto taken = parser.write_some(text.data(), text.size(), bad);
  if (!bad && taken < text.size())
    bad = boost::json::error::extra_data;
  if (!bad)
    parser.finish(bad);
  if (bad)
    return failure{errc::invalid,
                   fmt::format("not JSON, at character {}: {}", taken + 1, bad.message())};
  return parser.release();
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j)
    row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      auto cost = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({cost, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

} // namespace troupe
