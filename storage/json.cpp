#include "storage/json.hpp"

#include <array>
#include <vector>

#include <boost/json.hpp>
#include <boost/json/src.hpp>
#include <fmt/format.h>

namespace troupe {

std::string_view to_string(errc code) noexcept {
  constexpr std::array<std::string_view, 11> names{
    "invalid", "not_found", "conflict", "refused", "timeout", "unavailable",
    "corrupt", "too_new",   "full",     "io",      "bug"};
  return names[static_cast<std::size_t>(code)];
}

std::string print(const json& value) {
  return boost::json::serialize(value);
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

namespace detail {

void put_json(bytes& out, const json& value) {
  out += print(value);
}

bool get_json(json& value, std::string_view in) {
  auto parsed = parse_json(in);
  if (!parsed)
    return false;
  value = std::move(*parsed);
  return true;
}

failure wrong_kind(std::string_view wanted, const json& got) {
  auto shown = print(got);
  if (shown.size() > 60)
    shown = shown.substr(0, 57) + "...";
  return {errc::invalid, fmt::format("{} expected, found {}", wanted, shown)};
}

failure unknown_key(std::string_view key, const std::string_view* names, std::size_t count) {
  std::vector<std::string_view> known(names, names + count);
  auto close = nearest(key, known);
  auto hint = close.empty() ? fmt::format("known are {}", fmt::join(known, ", "))
                            : fmt::format("did you mean '{}'?", close);
  return {errc::invalid, fmt::format("unknown key '{}': {}", key, hint)};
}

// JSON is UTF-8: bytes that are not are shown as Latin-1, marked, rather than making the whole
// answer unreadable.
std::string text_for_json(const std::string& raw) {
  std::size_t i = 0;
  auto continuation = [&](std::size_t at) {
    return at < raw.size() && (static_cast<unsigned char>(raw[at]) & 0xc0) == 0x80;
  };
  while (i < raw.size()) {
    auto c = static_cast<unsigned char>(raw[i]);
    std::size_t length = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3
                         : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    bool ok = length > 0;
    for (std::size_t k = 1; ok && k < length; ++k)
      ok = continuation(i + k);
    if (!ok)
      break;
    i += length;
  }
  if (i == raw.size())
    return raw;
  std::string shown = "0x";
  for (char c : raw)
    shown += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return shown;
}

} // namespace detail

} // namespace troupe
