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
  std::string message = line.message;
  std::replace(message.begin(), message.end(), '\n', ' '); // one line stays one line
  return fmt::format("{} {:<7} {} {}\n", as_iso(line.at),
                     names_of(line.severity)[static_cast<std::size_t>(line.severity)], line.who,
                     message);
}

std::string as_json_line(const log_line& line) {
  boost::json::object out;
  out["at"] = as_iso(line.at);
  out["level"] = to_json(line.severity);
  out["who"] = to_json(line.who);
  out["message"] = to_json(line.message);
  return print(out) + "\n";
}

void logger::write(const log_line& line) {
  if (line.severity < least_)
    return;
  auto text = form_ == form::json ? as_json_line(line) : as_text_line(line);
  std::lock_guard guard{lock_};
  out_(text);
}

} // namespace troupe::runtime
