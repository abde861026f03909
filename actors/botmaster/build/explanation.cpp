#include "actors/botmaster/build/explanation.hpp"

#include "actors/botmaster/build/causes.hpp"

namespace troupe::botmaster {

namespace {

using enum build_cause;

std::string quoted_step(const running_step& step) {
  return fmt::format("step {} '{}'", step.record.number, step.record.name);
}

/// The command of a step that runs, and when the worker will end it by itself.
cause running(const running_step& step, const thing& self, const std::string& worker, instant now) {
  const auto& command = *step.command;
  cause why{command_running, {}, self, command.started_at};
  std::vector<std::string> limits;
  auto ends = [&](instant at, std::string_view how) {
    limits.push_back(at > now
                         ? fmt::format("{} it is ended in {}", how, lasting(at - now))
                         : fmt::format("{} it was to be ended {} ago", how, lasting(now - at)));
    why.until = std::min(why.until.value_or(at), at);
  };
  if (command.timeout)
    ends(command.last_output.value_or(command.started_at) + *command.timeout, "without output");
  if (command.max_time)
    ends(command.started_at + *command.max_time, "whatever it prints");
  why.message = fmt::format("{} {} '{}' on worker {} for {}, {}{}{}", quoted_step(step),
                            step.outcome ? "tidies up by command" : "runs command",
                            command.request.name, worker, lasting(now - command.started_at),
                            command.last_output
                                ? "with output " + lasting(now - *command.last_output) + " ago"
                                : "without output",
                            limits.empty() ? "" : "; ", fmt::format("{}", fmt::join(limits, ", ")));
  return why;
}

} // namespace

causes why_it_goes_on(const build_config& config, const build_state& is, instant now) {
  auto name = config.title();
  const auto& worker = config.order.worker;
  thing self{thing_kind::build, name, is.record.id.value};
  auto lasted = [&](instant since) { return lasting(now - since); };
  switch (is.phase) {
  case build_phase::fresh:
  case build_phase::engaging:
    return {{build_engaging,
             fmt::format("build {} has been waiting for worker {} to be given to it for {}", name,
                         worker, lasted(is.phase_since)),
             self,
             is.phase_since,
             {},
             the_worker(worker)}};
  case build_phase::preparing:
    return {{build_preparing,
             fmt::format("build {} has been waiting for {} for worker {} to answer a ping and take "
                         "the build",
                         name, lasted(is.phase_since), worker),
             self, is.phase_since}};
  case build_phase::locking:
    return {{build_waits_for_locks,
             fmt::format("build {} has been waiting for its locks for {}", name,
                         lasted(is.waits_for_locks.value_or(is.phase_since))),
             self, is.waits_for_locks}};
  case build_phase::stepping:
  case build_phase::over:
    break;
  }
  if (!is.step)
    return {};
  const auto& step = *is.step;
  self = {thing_kind::step, fmt::format("{} of {}", step.record.name, name), step.record.id.value};
  if (step.waits_for_locks)
    return {{step_waits_for_locks,
             fmt::format("{} of build {} has been waiting for its locks for {}", quoted_step(step),
                         name, lasted(*step.waits_for_locks)),
             self, step.waits_for_locks}};
  if (step.wakes_at)
    return {{step_waits_between_tries,
             fmt::format("{} of build {} waits before its next try for another {}",
                         quoted_step(step), name, lasting(*step.wakes_at - now)),
             self,
             {},
             step.wakes_at}};
  causes all;
  if (!step.files.empty())
    all.push_back(
        {step_waits_for_files,
         fmt::format("{} of build {} waits for the master's disk: {} block{} of files",
                     quoted_step(step), name, step.files.size(), step.files.size() > 1 ? "s" : ""),
         self});
  if (step.command && step.command->interrupted_at)
    all.push_back({command_ending,
                   fmt::format("{} was told to end {} ago{}; worker {} has yet to end command '{}'",
                               quoted_step(step), lasted(*step.command->interrupted_at),
                               is.stop_reason.empty() ? "" : " (" + is.stop_reason + ")", worker,
                               step.command->request.name),
                   self, step.command->interrupted_at});
  else if (step.command)
    all.push_back(running(step, self, worker, now));
  return all;
}

bool is_asked_for(const build_state& is, const std::optional<build_state>& stored) {
  if (is.phase <= build_phase::preparing)
    return true; // asked for at once
  if (!stored || stored->phase != is.phase || stored->step.has_value() != is.step.has_value())
    return false;
  if (!is.step)
    return true;
  const auto &ours = *is.step, &theirs = *stored->step;
  return ours.record.number == theirs.record.number
         && ours.waits_for_locks == theirs.waits_for_locks
         && ours.command.has_value() == theirs.command.has_value()
         && (!ours.command
             || (ours.command->id == theirs.command->id
                 && ours.command->interrupted_at == theirs.command->interrupted_at));
}

} // namespace troupe::botmaster
