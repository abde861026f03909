#include "actors/botmaster/build/step_context.hpp"

#include <fmt/format.h>

#include "actors/botmaster/build/build_properties.hpp"
#include "runtime/io/files.hpp"

namespace troupe::botmaster {

// Without a connection nothing is begun: its loss has been or will be told.
void step_context::run(steps::command_request what) {
  if (!connected())
    return;
  step_command command;
  auto order = command.begin(fmt::format("{}.{}", state_.record.id.value, state_.next_command++),
                             std::move(what), config_.definition.name, at_.build, at_.now);
  auto open = logs();
  command.open_logs(open);
  step_.command = std::move(command);
  at_.out.send(state_.connection, std::move(order));
}

void step_context::interrupt_command(std::string why) {
  if (!step_.command)
    return;
  auto order = step_.command->interrupt(std::move(why), at_.now);
  if (order && connected())
    at_.out.send(state_.connection, std::move(*order));
}

void step_context::file(steps::file_request what) {
  using act = steps::file_request::act;
  auto token = fmt::format("{}:{}", step_.record.number, state_.next_command++);
  step_.files.emplace_back(token, 0);
  at_.out.touch();
  auto add = [&](auto message) { file_messages_.emplace_back(std::move(message)); };
  if (what.what == act::read)
    add(io::read_block{what.path, what.offset, what.size, token, at_.build});
  else if (what.what == act::write)
    add(io::write_block{what.path, what.offset, std::move(what.data), token, at_.build});
  else
    add(io::close_file{what.path, what.what == act::close, what.mode, what.times, token,
                       at_.build});
}

// The step remembers how far it is, so that the worker goes on only when that is stored.
void step_context::answer_transfer(std::int64_t request, workers::datum value) {
  if (!step_.command)
    return;
  auto answer = step_.command->answer(request, std::move(value));
  if (answer && connected())
    at_.out.send(state_.connection, std::move(*answer));
}

void step_context::give_up_calls() {
  if (!step_.command)
    return;
  for (auto& answer : step_.command->give_up_calls())
    if (connected())
      at_.out.send(state_.connection, std::move(answer));
}

void step_context::wake_after(span time) {
  step_.wakes_at = at_.now + time;
  at_.out.touch();
  sleeps_ = true;
}

json step_context::call_function(std::string_view name, std::vector<json> values) {
  return renderer_.call(argument(name), values).value();
}

json step_context::property(std::string_view name) const {
  return value_of(state_.record.properties, name);
}

void step_context::set_property(std::string name, json value, std::string source) {
  state_.record.properties[std::move(name)] = {std::move(value), std::move(source)};
  at_.out.touch();
}

void step_context::add_log(std::string name, std::string text) {
  logs().add(name, text);
}

void step_context::say(std::string text) {
  auto all = logs();
  all.append(all.named("stdio"), 'h', text);
}

std::vector<std::int64_t> step_context::command_version(std::string_view name) const {
  std::vector<std::int64_t> version;
  auto found = state_.commands.find(std::string{name});
  if (found == state_.commands.end())
    return version;
  std::int64_t number = 0;
  for (char c : found->second + ".")
    if (c == '.')
      version.push_back(std::exchange(number, 0));
    else if (c >= '0' && c <= '9')
      number = number * 10 + (c - '0');
  return version;
}

std::string step_context::workdir() const {
  return steps::text_of(argument("workdir"), config_.definition.factory.workdir);
}

} // namespace troupe::botmaster
