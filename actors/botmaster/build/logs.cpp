// The logs of a build's step, and what leaves with a commit (semantics.md §11).
#include "actors/botmaster/build/build.hpp"
#include "actors/status/events.hpp"
#include "runtime/secrets/vault.hpp"

namespace troupe::botmaster {

namespace {

constexpr std::int64_t logs_max = 64; ///< Of one step; makes log ids from step ids.
/// Of these, for what the build itself has to say of a step: it must find room.
constexpr std::int64_t own_logs = 3;
constexpr std::size_t slug_max = 50;
/// Lines of one log that wait for a commit; beyond it they are given to the transaction at once.
constexpr std::size_t waiting_lines_max = 1 << 20;
/// A commit is made at the latest when so much waits.
constexpr std::size_t pending_bytes_max = 2 << 20;

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

} // namespace

growing_log& build::log_named(const std::string& name, records::log_type type) {
  auto& logs = state().step->logs;
  for (auto& log : logs)
    if (log.record.name == name)
      return log;
  growing_log made;
  made.record.id =
      log_id{state().step->record.id.value * logs_max + static_cast<std::int64_t>(logs.size())};
  TROUPE_CHECK(static_cast<std::int64_t>(logs.size()) < logs_max - (is_own(name) ? 0 : own_logs),
               "a step has at most 61 logs of its own");
  made.record.name = name;
  made.record.slug = slug_of(name, logs);
  made.record.type = type;
  made.record.step = state().step->record.id;
  made.record.created_at = now();
  logs.push_back(std::move(made));
  say(fmt::format("logs/{}/new", logs.back().record.id.value), to_json(logs.back().record));
  return logs.back();
}

void build::append(growing_log& log, char channel, std::string_view text) {
  auto& splitter = channel == 'o'   ? log.out
                   : channel == 'e' ? log.err
                   : channel == 'h' ? log.header
                                    : log.text;
  std::string lines;
  splitter.append(text, lines);
  append_lines(log, channel, lines);
}

void build::append_lines(growing_log& log, char channel, const std::string& lines) {
  if (lines.empty())
    return;
  dirty_ = true;
  log.lines += log.limit.take(lines, channel, log.record.type == records::log_type::stdio,
                              config().log_max_size, config().log_max_tail_size);
  if (log.lines.size() > waiting_lines_max)
    store_lines(log);
}

void build::store_lines(growing_log& log) {
  if (log.lines.empty())
    return;
  secrets().hide_in(log.lines);
  auto added = pending_.work.append_log(log.record.id, log.record.created_at, log.record.num_lines,
                                        log.lines);
  log.lines.clear();
  log.record.num_lines += added.lines;
  log.record.raw_bytes += added.raw_bytes;
  log.record.stored_bytes += added.stored_bytes;
  log.touched = true;
  say(fmt::format("logs/{}/append", log.record.id.value),
      boost::json::object{{"logid", log.record.id.value}, {"num_lines", log.record.num_lines}});
}

void build::finish_log(growing_log& log) {
  if (log.record.complete)
    return;
  for (auto [splitter, channel] :
       {std::pair{&log.header, 'h'}, {&log.out, 'o'}, {&log.err, 'e'}, {&log.text, 't'}}) {
    std::string rest;
    splitter->finish(rest);
    append_lines(log, channel, rest);
  }
  log.lines +=
      log.limit.finish(log.record.type == records::log_type::stdio, config().log_max_tail_size);
  store_lines(log);
  log.record.complete = true;
  log.touched = true;
  say(fmt::format("logs/{}/finished", log.record.id.value), to_json(log.record));
}

/// Of the step and its logs the records that differ from the stored ones.
void build::put_step() {
  if (std::exchange(step_changed_, false))
    pending_.work.put(state().step->record);
  for (auto& log : state().step->logs) {
    store_lines(log);
    if (std::exchange(log.touched, false))
      pending_.work.put(log.record);
  }
}

// Everything since the last commit: log lines, records, the state to go on from, what is to be
// said.
void build::commit_pending() {
  if (!dirty_ && pending_.empty())
    return;
  if (auto& step = state().step) {
    put_step();
    if (step->command && step->command->updates > 0 && state().connection)
      pending_.send(
          state().connection,
          workers::updates_taken{step->command->id, std::exchange(step->command->updates, 0)});
  }
  if (std::exchange(preparation_changed_, false))
    pending_.work.put(state().preparation);
  if (std::exchange(build_changed_, false))
    pending_.work.put(state().record);
  if (state().phase != build_phase::over)
    pending_.work.put_state(std::string{me().path()}, "build", state_bytes());
  dirty_ = begins_ = false;
  commit(std::exchange(pending_, {}));
}

bool build::commit_is_due() const {
  return pending_.work.byte_count() > pending_bytes_max;
}

} // namespace troupe::botmaster
