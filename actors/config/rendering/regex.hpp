// Regular expressions of configurations: PCRE2, which is close to Python's, with an end to the time
// that one match takes.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "storage/result.hpp"

namespace troupe::model {

/// A pattern's steps of one match; beyond, the match is `refused`.
constexpr unsigned regex_steps_max = 1'000'000;

class regex {
public:
  /// `invalid`, with the place in the pattern, when it is none.
  static result<regex> compile(std::string_view pattern);

  /// Like Python's re.match: at the beginning of the text, not necessarily to its end.
  result<bool> matches_start(std::string_view text) const;

private:
  std::shared_ptr<void> code_;
};

/// Compiled patterns, the `patterns_max` first asked for until there are more, then again.
class regex_cache {
public:
  static constexpr std::size_t patterns_max = 500;
  result<regex> get(const std::string& pattern);

private:
  std::map<std::string, regex> known_;
};

} // namespace troupe::model
