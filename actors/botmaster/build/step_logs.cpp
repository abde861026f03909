#include "actors/botmaster/build/step_logs.hpp"

#include <fmt/format.h>

#include "runtime/secrets/vault.hpp"
#include "storage/check.hpp"

namespace troupe::botmaster {

namespace {

constexpr std::int64_t logs_max = 64; ///< Of one step; makes log ids from step ids.
/// Of these, for what the build itself has to say of a step: it must find room.
constexpr std::int64_t own_logs = 3;
constexpr std::size_t slug_max = 50;
/// Lines of one log that wait for a commit; beyond it they are given to the transaction at once.
constexpr std::size_t waiting_lines_max = 1 << 20;

std::string slug_of(std::string_view name, const std::vector<growing_log>& others) {
  std::string slug;
  for (char c : name)
    slug += std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' ? c : '_';
  if (!slug.empty() && std::isdigit(static_cast<unsigned char>(slug.front())))
    slug.front() = '_';
  slug = slug.substr(0, slug_max);
  auto taken = [&](const std::string& wanted) {
    return std::any_of(others.begin(), others.end(),
                       [&](const growing_log& log) { return log.record.slug == wanted; });
  };
  auto unique = slug;
  for (int n = 2; taken(unique); ++n) {
    auto suffix = "_" + std::to_string(n);
    unique = slug.substr(0, slug_max - suffix.size()) + suffix;
  }
  return unique;
}

bool is_own(std::string_view name) {
  return name == "err.text" || name.starts_with("cancelled");
}

line_splitter& splitter_of(growing_log& log, char channel) {
  return channel == 'o'   ? log.out
         : channel == 'e' ? log.err
         : channel == 'h' ? log.header
                          : log.text;
}

} // namespace

growing_log& step_logs::named(const std::string& name, records::log_type type) {
  for (auto& log : logs_)
    if (log.record.name == name)
      return log;
  auto count = static_cast<std::int64_t>(logs_.size());
  TROUPE_CHECK(count < logs_max - (is_own(name) ? 0 : own_logs),
               "a step has at most 61 logs of its own");
  growing_log made;
  made.record.id = log_id{step_.value * logs_max + count};
  made.record.name = name;
  made.record.slug = slug_of(name, logs_);
  made.record.type = type;
  made.record.step = step_;
  made.record.created_at = at_.now;
  logs_.push_back(std::move(made));
  const auto& record = logs_.back().record;
  at_.announce(fmt::format("logs/{}/new", record.id.value), to_json(record));
  return logs_.back();
}

void step_logs::append(growing_log& log, char channel, std::string_view text) {
  std::string lines;
  splitter_of(log, channel).append(text, lines);
  append_lines(log, channel, lines);
}

void step_logs::add(const std::string& name, std::string_view text) {
  auto& log = named(name, records::log_type::text);
  append(log, 't', text);
  finish(log);
}

void step_logs::append_lines(growing_log& log, char channel, const std::string& lines) {
  if (lines.empty())
    return;
  at_.out.touch();
  log.lines += log.limit.take(lines, channel, log.is_stdio(), bounds_.size_max, bounds_.tail_max);
  if (log.lines.size() > waiting_lines_max)
    store_lines(log);
}

void step_logs::store_lines(growing_log& log) {
  if (log.lines.empty())
    return;
  at_.secrets.hide_in(log.lines);
  auto added = at_.out.batch().append_log(log.record.id, log.record.created_at,
                                          log.record.num_lines, log.lines);
  log.lines.clear();
  log.record.num_lines += added.lines;
  log.record.raw_bytes += added.raw_bytes;
  log.record.stored_bytes += added.stored_bytes;
  log.touched = true;
  at_.announce(
      fmt::format("logs/{}/append", log.record.id.value),
      boost::json::object{{"logid", log.record.id.value}, {"num_lines", log.record.num_lines}});
}

void step_logs::finish(growing_log& log) {
  if (log.record.complete)
    return;
  for (char channel : {'h', 'o', 'e', 't'}) {
    std::string rest;
    splitter_of(log, channel).finish(rest);
    append_lines(log, channel, rest);
  }
  log.lines += log.limit.finish(log.is_stdio(), bounds_.tail_max);
  store_lines(log);
  log.record.complete = true;
  log.touched = true;
  at_.announce(fmt::format("logs/{}/finished", log.record.id.value), to_json(log.record));
}

void step_logs::finish() {
  for (auto& log : logs_)
    finish(log);
}

void step_logs::store() {
  for (auto& log : logs_) {
    store_lines(log);
    if (std::exchange(log.touched, false))
      at_.out.batch().put(log.record);
  }
}

} // namespace troupe::botmaster
