// The worker's command that runs for a step, its transfers and files (semantics.md §11.1, pb.md
// §9).
#include "actors/botmaster/build/build.hpp"

namespace troupe::botmaster {

using wire::jelly;

namespace {

/// What a worker is told whose call is of no interest any more: no bytes, or nothing.
jelly no_answer(const std::string& method) {
  return method == "read" ? jelly::raw({}) : jelly::none();
}

/// A limit among the arguments of a command, in seconds; to a worker 0 is none.
std::optional<span> limit_of(const jelly& args, std::string_view name) {
  constexpr double seconds_max = 1e9;
  auto* given = args.find(name);
  auto seconds = given ? given->as_real() : std::nullopt;
  if (!seconds || *seconds <= 0)
    return std::nullopt;
  return std::chrono::duration_cast<span>(
      std::chrono::duration<double>{std::min(*seconds, seconds_max)});
}

} // namespace

void build::run(steps::command_request what) {
  auto& step = *state().step;
  if (!state().connection)
    return; // the loss has been or will be told
  step_command command;
  command.id = fmt::format("{}.{}", state().record.id.value, state().next_command++);
  if (!what.log.empty())
    log_named(what.log, records::log_type::stdio);
  if (!what.lazy_logfiles)
    for (const auto& [name, path] : what.logfiles)
      log_named(name, records::log_type::stdio);
  command.started_at = now();
  command.timeout = limit_of(what.args, "timeout");
  command.max_time = limit_of(what.args, "maxTime");
  workers::start_command order{command.id, config().definition.name, what.name, what.args, me()};
  what.args = {}; // large and of no use any more
  command.request = std::move(what);
  // A transfer's objects are named after the command.
  auto named = [&](jelly& part) {
    if (auto* key = part.as_own())
      part = jelly::own(command.id + "/" + *key);
  };
  order.args.for_each_part(named);
  step.command = std::move(command);
  pending_.send(state().connection, std::move(order));
  dirty_ = true;
}

void build::on(const workers::command_update& news) {
  if (!state().step || !state().step->command || state().step->command->id != news.id)
    return;
  dirty_ = true;
  state().step->command->updates++;
  for (const auto& [key, value] : news.updates)
    update(key, value);
  if (commit_is_due())
    commit_pending();
}

void build::update(const std::string& key, const jelly& value) {
  auto& command = *state().step->command;
  auto& outcome = command.outcome;
  auto* text = value.as_text();
  if (key == "stdout" || key == "stderr" || key == "header") {
    if (!text)
      return;
    bool err = key == "stderr";
    if (key != "header")
      command.last_output = now();
    if (key == "stdout" && command.request.collect_stdout)
      outcome.out += text->substr(
          0, steps::collected_bytes_max - std::min(steps::collected_bytes_max, outcome.out.size()));
    if (err && command.request.collect_stderr)
      outcome.err += text->substr(
          0, steps::collected_bytes_max - std::min(steps::collected_bytes_max, outcome.err.size()));
    if (!command.request.log.empty())
      append(log_named(command.request.log, records::log_type::stdio),
             key == "stdout" ? 'o'
             : err           ? 'e'
                             : 'h',
             *text);
  } else if (key == "log") {
    command.last_output = now();
    if (value.items().size() == 2 && value.items()[0].as_text() && value.items()[1].as_text())
      append(log_named(*value.items()[0].as_text(), records::log_type::stdio), 'o',
             *value.items()[1].as_text());
  } else if (key == "rc") {
    outcome.rc = value.as_int();
    if (outcome.rc && !command.request.log.empty())
      append(log_named(command.request.log, records::log_type::stdio), 'h',
             fmt::format("program finished with exit code {}\n", *outcome.rc));
  } else if (key == "failure_reason") {
    outcome.failure_reason = text ? *text : std::string{};
  } else {
    outcome.updates.insert_or_assign(key, value);
  }
}

// Everything a command said has come before this (pb.md §9).
void build::on(const workers::command_complete& news) {
  if (!state().step || !state().step->command || state().step->command->id != news.id)
    return;
  dirty_ = true;
  auto& outcome = state().step->command->outcome;
  outcome.failed = news.failed;
  outcome.failure = news.failure;
  command_over();
}

void build::command_over() {
  auto& step = *state().step;
  auto command = std::move(*step.command);
  step.command.reset();
  command.outcome.interrupted = command.interrupted_at.has_value();
  if (step.outcome) { // the step had ended and only waited for this
    step_went_on();
    return;
  }
  if (command.outcome.failure_reason == "max_lines_failure")
    step.suffix = " (max lines reached)";
  else if (!command.outcome.failure_reason.empty())
    step.suffix = " (timed out)";
  if (command.outcome.failed && !command.interrupted_at) {
    fail_step(command.outcome.failure);
    return;
  }
  conduct([&](const auto& logic) { logic.command_done(*this, command.outcome); });
}

// -- waiting --------------------------------------------------------------------------------------

void build::wake_after(span time) {
  state().step->wakes_at = now() + time;
  dirty_ = true;
  sleep_on();
}

/// A reminder does not outlive the service, so it is set again by the next incarnation.
void build::sleep_on() {
  const auto& step = *state().step;
  start_timer("step", std::max(span{0}, span{*step.wakes_at - now()}), step_due{step.record.id});
}

void build::on(const step_due& due) {
  auto& step = state().step;
  if (!step || step->record.id != due.step || !std::exchange(step->wakes_at, std::nullopt))
    return;
  dirty_ = true;
  conduct([&](const auto& logic) { logic.woken(*this); });
}

void build::interrupt_command(std::string why) {
  auto& command = state().step->command;
  if (!command || command->interrupted_at)
    return;
  command->interrupted_at = now();
  if (!state().connection)
    return;
  pending_.send(state().connection, workers::interrupt_command{command->id, std::move(why)});
  dirty_ = true;
}

// -- transfers ------------------------------------------------------------------------------------

void build::on(const workers::transfer_call& news) {
  auto& step = state().step;
  if (!step || step->outcome || !step->command || step->command->id != news.id) {
    if (state().connection)
      send(state().connection,
           workers::transfer_result{news.id, news.request, no_answer(news.method)});
    return;
  }
  dirty_ = true;
  step->command->calls.emplace(news.request, news.method);
  conduct([&](const auto& logic) {
    logic.transfer(*this, {news.object, news.method, news.request, news.args});
  });
}

// The step remembers how far it is, so that the worker goes on only when that is stored.
void build::answer_transfer(std::int64_t request, jelly value) {
  auto& command = state().step->command;
  if (!command || command->calls.erase(request) == 0 || !state().connection)
    return;
  pending_.send(state().connection,
                workers::transfer_result{command->id, request, std::move(value)});
  dirty_ = true;
}

/// A worker that waits for an answer hears of no interrupt.
void build::give_up_calls() {
  for (const auto& [request, method] : std::map{state().step->command->calls})
    answer_transfer(request, no_answer(method));
}

void build::file(steps::file_request what) {
  using act = steps::file_request::act;
  auto& step = *state().step;
  auto token = fmt::format("{}:{}", step.record.number, state().next_command++);
  step.files.emplace_back(token, 0);
  auto to = address_of(io::files_path);
  dirty_ = true;
  if (what.what == act::read)
    send(to, io::read_block{what.path, what.offset, what.size, token, me()});
  else if (what.what == act::write)
    send(to, io::write_block{what.path, what.offset, std::move(what.data), token, me()});
  else
    send(to,
         io::close_file{what.path, what.what == act::close, what.mode, what.times, token, me()});
}

void build::on(const io::file_done& news) {
  if (!state().step)
    return;
  auto& files = state().step->files;
  auto found = std::find_if(files.begin(), files.end(),
                            [&](const auto& one) { return one.first == news.token; });
  if (found == files.end())
    return;
  files.erase(found);
  dirty_ = true;
  if (!state().step->outcome)
    conduct([&](const auto& logic) { logic.file_done(*this, {news.ok, news.message, news.data}); });
}

} // namespace troupe::botmaster
