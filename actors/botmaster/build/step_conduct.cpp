#include "actors/botmaster/build/step_conduct.hpp"

#include <fmt/format.h>

namespace troupe::botmaster {

using records::result_code;
using steps::step_logic;

/// Each call into a step. What goes wrong in it is the step's failure, not the build's: the message
/// that it was about will not come again.
step_conduct::ended step_conduct::call(const std::function<void(const step_logic&)>& part) {
  std::optional<std::string> trouble;
  try {
    part(*steps::find_step(step_.definition.class_name));
  } catch (const std::exception& problem) {
    trouble = problem.what();
  }
  return trouble ? fail(std::move(*trouble)) : settle();
}

/// After each call into a step: it may have said its result. Then it tidies up on the worker.
step_conduct::ended step_conduct::settle() {
  if (!step_.outcome || step_.command)
    return std::nullopt;
  auto* logic = steps::find_step(step_.definition.class_name);
  bool busy = false;
  try {
    busy = logic && host_.connected() && logic->leave(host_);
  } catch (const std::exception& problem) {
    host_.add_log("err.text", fmt::format("tidying up: {}", problem.what()));
    step_.outcome = result_code::exception;
  }
  return busy ? std::nullopt : step_.outcome;
}

step_conduct::ended step_conduct::begin() {
  if (!steps::find_step(step_.definition.class_name))
    return fail("no such step: " + step_.definition.class_name);
  return call([&](const step_logic& logic) { logic.begin(host_); });
}

step_conduct::ended step_conduct::command_complete(const workers::command_complete& news) {
  auto command = std::move(*step_.command);
  step_.command.reset();
  command.complete(news);
  if (step_.outcome) // the step had ended and only waited for this
    return settle();
  if (auto suffix = command.suffix(); !suffix.empty())
    step_.suffix = std::move(suffix);
  if (command.outcome.failed && !command.outcome.interrupted)
    return fail(command.outcome.failure);
  return call([&](const step_logic& logic) { logic.command_done(host_, command.outcome); });
}

step_conduct::ended step_conduct::transfer(const workers::transfer_call& news) {
  step_.command->calls.emplace(news.request, news.method);
  return call([&](const step_logic& logic) {
    logic.transfer(host_, {news.object, news.method, news.request, news.args});
  });
}

step_conduct::ended step_conduct::file_done(const steps::file_outcome& block) {
  return call([&](const step_logic& logic) { logic.file_done(host_, block); });
}

step_conduct::ended step_conduct::woken() {
  return call([&](const step_logic& logic) { logic.woken(host_); });
}

step_conduct::ended step_conduct::fail(std::string message) {
  host_.add_log("err.text", message.empty() ? "the step failed without words" : std::move(message));
  step_.outcome = result_code::exception;
  if (!step_.command)
    return settle();
  host_.give_up_calls();
  host_.interrupt_command("the step failed in the master");
  return std::nullopt;
}

step_conduct::ended step_conduct::interrupt(const std::string& why, bool lost) {
  step_.lost = step_.lost || lost;
  if (!std::exchange(step_.interrupted, true))
    host_.add_log(step_.waits_for_locks ? "cancelled while waiting for locks" : "cancelled", why);
  if (lost || !step_.command) {
    step_.command.reset();
    step_.files.clear();
    step_.wakes_at.reset();
    step_.outcome = lost ? result_code::retry : result_code::cancelled;
    return settle();
  }
  step_.outcome = result_code::cancelled;
  host_.give_up_calls();
  host_.interrupt_command(why);
  return std::nullopt;
}

} // namespace troupe::botmaster
