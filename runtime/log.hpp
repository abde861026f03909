// Log lines: who, when, how grave, a sentence; as text or as one JSON object a line. Thread-safe.
#pragma once

#include <cstdio>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "storage/describe.hpp"

namespace troupe::runtime {

enum class level : int { debug, info, warning, error };
constexpr auto names_of(level) {
  return std::array<std::string_view, 4>{"debug", "info", "warning", "error"};
}

struct log_line {
  instant at;
  level severity = level::info;
  std::string who; ///< A path in the tree, or the part of the program.
  std::string message;
};

std::string as_text_line(const log_line& line);
std::string as_json_line(const log_line& line);
/// "2026-11-22T19:42:00.123456Z".
std::string as_iso(instant at);

class logger {
public:
  enum class form { text, json };
  /// Takes each line at or above `least`, whole, with its newline. Must not block for long.
  using writer = std::function<void(std::string_view)>;

  logger(writer out, form how, level least) : out_{std::move(out)}, form_{how}, least_{least} {}

  void write(const log_line& line);
  level least() const noexcept { return least_; }

private:
  std::mutex lock_;
  writer out_;
  form form_;
  level least_;
};

} // namespace troupe::runtime
