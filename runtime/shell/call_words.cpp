#include "runtime/shell/call_words.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include <fmt/format.h>

namespace troupe::shell {

std::optional<std::int64_t> read_number(std::string_view text) {
  std::int64_t number = 0;
  auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (bad != std::errc{} || end != text.data() + text.size() || number < 0)
    return std::nullopt;
  return number;
}

namespace {

/// The seconds of "19:42:00.25", or nothing.
std::optional<span> read_clock(std::string_view text) {
  int hours = 0, minutes = 0, used = 0;
  double seconds = 0;
  std::string copy{text};
  if (std::sscanf(copy.c_str(), "%2d:%2d:%9lf%n", &hours, &minutes, &seconds, &used) != 3
      || static_cast<std::size_t>(used) != copy.size() || hours < 0 || hours > 23 || minutes < 0
      || minutes > 59 || !(seconds >= 0 && seconds < 61))
    return std::nullopt;
  return std::chrono::hours{hours} + std::chrono::minutes{minutes}
         + span{static_cast<std::int64_t>(seconds * 1e6 + 0.5)};
}

} // namespace

std::optional<instant> read_instant(std::string_view text, instant now) {
  if (text.empty())
    return std::nullopt;
  constexpr std::pair<char, std::int64_t> units[] = {{'s', 1}, {'m', 60}, {'h', 3600}};
  for (auto [unit, seconds] : units)
    if (text.back() == unit)
      if (auto number = read_number(text.substr(0, text.size() - 1));
          number && *number < 10'000'000)
        return now - std::chrono::seconds{*number * seconds};
  if (text.back() == 'Z')
    text.remove_suffix(1);
  auto day = std::chrono::floor<std::chrono::days>(now);
  if (auto begin = text.find('T'); begin != std::string_view::npos) {
    int year = 0;
    unsigned month = 0, date = 0;
    std::string copy{text.substr(0, begin)};
    if (begin != 10 || std::sscanf(copy.c_str(), "%4d-%2u-%2u", &year, &month, &date) != 3)
      return std::nullopt;
    std::chrono::year_month_day read{std::chrono::year{year}, std::chrono::month{month},
                                     std::chrono::day{date}};
    if (!read.ok())
      return std::nullopt;
    day = std::chrono::sys_days{read};
    text.remove_prefix(begin + 1);
  }
  auto clock = read_clock(text);
  if (!clock)
    return std::nullopt;
  return instant{day} + *clock;
}

result<std::size_t> read_row_limit(const std::string& word) {
  auto number = read_number(word);
  if (!number || *number < 1 || *number > rows_max)
    return failure{errc::invalid,
                   fmt::format("{}: a number from 1 to {} expected", word, rows_max)};
  return static_cast<std::size_t>(*number);
}

result<std::size_t> read_row_limit(const std::vector<std::string>& args) {
  return args.empty() ? result<std::size_t>{rows_by_default} : read_row_limit(args[0]);
}

result<call_words> call_words::read(const std::vector<std::string>& args,
                                    std::initializer_list<std::string_view> known) {
  call_words words;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (args[i].rfind("--", 0) != 0) {
      words.plain.push_back(args[i]);
      continue;
    }
    auto name = args[i].substr(2);
    if (std::find(known.begin(), known.end(), name) == known.end())
      return failure{errc::invalid, fmt::format("unknown option --{}", name)};
    if (i + 1 == args.size())
      return failure{errc::invalid, fmt::format("--{}: a value is missing", name)};
    words.options[name] = args[++i];
  }
  return words;
}

result<std::int64_t> call_words::number(std::string_view option, std::int64_t otherwise,
                                        std::int64_t least, std::int64_t most) const {
  auto found = options.find(option);
  if (found == options.end())
    return otherwise;
  auto number = read_number(found->second);
  if (!number || *number < least || *number > most)
    return failure{errc::invalid,
                   fmt::format("--{}: a number from {} to {} expected", option, least, most)};
  return *number;
}

} // namespace troupe::shell
