// The words behind a command: plain ones, and options of the form "--name VALUE".
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/describe.hpp"
#include "storage/result.hpp"

namespace troupe::shell {

struct call_words {
  std::vector<std::string> plain;
  std::map<std::string, std::string, std::less<>> options;

  /// Refused: an option that is not among `known`, or one without its value.
  static result<call_words> read(const std::vector<std::string>& args,
                                 std::initializer_list<std::string_view> known);

  /// The whole number from `least` to `most` that an option gives.
  result<std::int64_t> number(std::string_view option, std::int64_t otherwise, std::int64_t least,
                              std::int64_t most) const;
};

/// "2026-11-22T19:42:00.5Z", "19:42:00" of the day of `now` (UTC), or "90s", "5m", "2h" before
/// `now`; nothing if it is none of them.
std::optional<instant> read_instant(std::string_view text, instant now);

/// A whole number of at least 0, or nothing.
std::optional<std::int64_t> read_number(std::string_view text);

/// How many rows a command shows at most, and if nothing is said.
inline constexpr std::int64_t rows_max = 1000;
inline constexpr std::size_t rows_by_default = 20;
result<std::size_t> read_row_limit(const std::string& word);
/// Of a command whose only word is that number.
result<std::size_t> read_row_limit(const std::vector<std::string>& args);

} // namespace troupe::shell
