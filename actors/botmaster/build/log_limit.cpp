#include "actors/botmaster/build/log_limit.hpp"

#include <fmt/format.h>

#include "storage/log_text.hpp"

namespace troupe::botmaster {

namespace {

std::string stored(std::string_view lines, char channel, bool channels) {
  std::string out;
  if (channels)
    append_with_channel(out, channel, lines);
  else
    out = lines;
  return out;
}

/// Where the last lines begin that have at most `most` bytes together, and how many they have.
std::pair<std::size_t, std::int64_t> last_lines(std::string_view lines, bool channels,
                                                std::int64_t most) {
  std::size_t begin = lines.size();
  std::int64_t kept = 0;
  while (begin > 0) {
    auto before = begin > 1 ? lines.rfind('\n', begin - 2) : std::string_view::npos;
    auto start = before == std::string_view::npos ? 0 : before + 1;
    auto size = static_cast<std::int64_t>(begin - start) - (channels ? 1 : 0);
    if (kept + size > most)
      break;
    kept += size;
    begin = start;
  }
  return {begin, kept};
}

} // namespace

std::string log_limit::take(std::string_view lines, char channel, bool channels,
                            std::optional<std::int64_t> size_max,
                            std::optional<std::int64_t> tail_max) {
  if (!size_max || (channel == 'h' && channels))
    return stored(lines, channel, channels);
  std::string out;
  if (!over) {
    auto room = static_cast<std::size_t>(*size_max - taken);
    auto fits = lines.size();
    if (fits > room) {
      auto end = room > 0 ? lines.rfind('\n', room - 1) : std::string_view::npos;
      fits = end == std::string_view::npos ? 0 : end + 1;
    }
    out = stored(lines.substr(0, fits), channel, channels);
    taken += static_cast<std::int64_t>(fits);
    lines.remove_prefix(fits);
    if (lines.empty())
      return out;
    over = true;
    out +=
        stored(fmt::format("Output exceeded {} bytes, suppressing remaining output\n", *size_max),
               'h', channels);
  }
  if (!tail_max)
    return out;
  tail += stored(lines, channel, channels);
  // Not at every line: what is cut off has to be moved.
  if (static_cast<std::int64_t>(tail.size()) > 2 * *tail_max)
    tail.erase(0, last_lines(tail, channels, *tail_max).first);
  return out;
}

std::string log_limit::finish(bool channels, std::optional<std::int64_t> tail_max) {
  auto [begin, kept] = last_lines(tail, channels, tail_max.value_or(0));
  if (kept == 0)
    return {};
  auto out = stored(fmt::format("Final {} bytes follow below:\n", kept), 'h', channels);
  out += std::string_view{tail}.substr(begin);
  tail.clear();
  return out;
}

} // namespace troupe::botmaster
