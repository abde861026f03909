#include "runtime/log.hpp"

#include <ctime>

#include <fmt/format.h>

#include "storage/json.hpp"

namespace troupe::runtime {

std::string as_iso(instant at) {
  auto us = at.time_since_epoch().count();
  auto seconds = us / 1000000, rest = us % 1000000;
  if (rest < 0) {
    rest += 1000000;
    --seconds;
  }
  std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     rest);
}

std::string as_text_line(const log_line& line) {
  std::string words = line.words;
  std::replace(words.begin(), words.end(), '\n', ' '); // one line stays one line
  return fmt::format("{} {:<7} {} {}\n", as_iso(line.at), names_of(line.grade)[
    static_cast<std::size_t>(line.grade)], line.who, words);
}

std::string as_json_line(const log_line& line) {
  boost::json::object out;
  out["at"] = as_iso(line.at);
  out["level"] = to_json(line.grade);
  out["who"] = to_json(line.who);
  out["words"] = to_json(line.words);
  return print(out) + "\n";
}

void logger::write(const log_line& line) {
  if (line.grade < least_)
    return;
  auto text = form_ == form::json ? as_json_line(line) : as_text_line(line);
  std::lock_guard guard{lock_};
  out_(text);
}

} // namespace troupe::runtime
