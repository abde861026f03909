#include "actors/botmaster/build/step_command.hpp"

#include <fmt/format.h>

namespace troupe::botmaster {

using workers::datum;

namespace {

/// A limit among the arguments of a command, in seconds; to a worker 0 is none.
std::optional<span> limit_of(const datum& args, std::string_view name) {
  constexpr double seconds_max = 1e9;
  auto* given = args.find(name);
  auto seconds = given ? given->as_real() : std::nullopt;
  if (!seconds || *seconds <= 0)
    return std::nullopt;
  return std::chrono::duration_cast<span>(
      std::chrono::duration<double>{std::min(*seconds, seconds_max)});
}

/// Keeps a copy of output, as far as there is room.
void collect(std::string& into, std::string_view text) {
  into += text.substr(0, steps::collected_bytes_max
                             - std::min(steps::collected_bytes_max, into.size()));
}

} // namespace

datum no_answer(workers::transfer_method method) {
  return method == workers::transfer_method::read ? datum::raw({}) : datum::none();
}

workers::start_command step_command::begin(std::string name, steps::command_request what,
                                           const std::string& builder,
                                           const runtime::address& requester, instant now) {
  id = std::move(name);
  started_at = now;
  timeout = limit_of(what.args, "timeout");
  max_time = limit_of(what.args, "maxTime");
  workers::start_command order{id, builder, what.name, std::exchange(what.args, {}), requester};
  request = std::move(what);
  return order;
}

void step_command::open_logs(step_logs& logs) const {
  if (!request.log.empty())
    logs.named(request.log);
  if (!request.lazy_logfiles)
    for (const auto& [name, path] : request.logfiles)
      logs.named(name);
}

void step_command::update(const std::string& key, const datum& value, instant now,
                          step_logs& logs) {
  auto* text = value.as_text();
  if (key == "stdout" || key == "stderr" || key == "header") {
    if (!text)
      return;
    if (key != "header")
      last_output = now;
    if (key == "stdout" && request.collect_stdout)
      collect(outcome.out, *text);
    if (key == "stderr" && request.collect_stderr)
      collect(outcome.err, *text);
    if (!request.log.empty())
      logs.append(logs.named(request.log),
                  key == "stdout"   ? 'o'
                  : key == "stderr" ? 'e'
                                    : 'h',
                  *text);
  } else if (key == "log") {
    last_output = now;
    if (value.items().size() == 2 && value.items()[0].as_text() && value.items()[1].as_text())
      logs.append(logs.named(*value.items()[0].as_text()), 'o', *value.items()[1].as_text());
  } else if (key == "rc") {
    outcome.rc = value.as_int();
    if (outcome.rc && !request.log.empty())
      logs.append(logs.named(request.log), 'h',
                  fmt::format("program finished with exit code {}\n", *outcome.rc));
  } else if (key == "failure_reason") {
    outcome.failure_reason = text ? *text : std::string{};
  } else {
    outcome.updates.insert_or_assign(key, value);
  }
}

std::optional<workers::updates_taken> step_command::acknowledge() {
  if (updates == 0)
    return std::nullopt;
  return workers::updates_taken{id, std::exchange(updates, 0)};
}

std::optional<workers::interrupt_command> step_command::interrupt(std::string why, instant now) {
  if (interrupted_at)
    return std::nullopt;
  interrupted_at = now;
  return workers::interrupt_command{id, std::move(why)};
}

std::optional<workers::transfer_result> step_command::answer(std::int64_t call, datum value) {
  if (calls.erase(call) == 0)
    return std::nullopt;
  return workers::transfer_result{id, call, std::move(value)};
}

std::vector<workers::transfer_result> step_command::give_up_calls() {
  std::vector<workers::transfer_result> all;
  for (const auto& [call, method] : std::exchange(calls, {}))
    all.push_back({id, call, no_answer(method)});
  return all;
}

void step_command::complete(const workers::command_complete& news) {
  outcome.failed = news.failed;
  outcome.failure = news.failure;
  outcome.interrupted = interrupted_at.has_value();
}

std::string step_command::suffix() const {
  if (outcome.failure_reason == "max_lines_failure")
    return " (max lines reached)";
  return outcome.failure_reason.empty() ? "" : " (timed out)";
}

} // namespace troupe::botmaster
