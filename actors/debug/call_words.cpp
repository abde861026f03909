#include "actors/debug/call_words.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace troupe::debug {

std::optional<std::int64_t> read_number(std::string_view text) {
  std::int64_t number = 0;
  auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (bad != std::errc{} || end != text.data() + text.size() || number < 0)
    return std::nullopt;
  return number;
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

} // namespace troupe::debug
