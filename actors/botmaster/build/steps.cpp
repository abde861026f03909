// One step after the other (semantics.md §6.3, §7).
#include "actors/botmaster/build/build.hpp"
#include "actors/config/rendering/printf.hpp"
#include "actors/config/rendering/render.hpp"
#include "actors/status/events.hpp"
#include "storage/utf8.hpp"

namespace troupe::botmaster {

using records::result_code;

namespace {

constexpr std::size_t step_name_max = 50;

bool truth(const json& value, bool otherwise) {
  return value.is_null() ? otherwise : model::truth(value);
}

/// "text" or ["two", "texts"], joined by blanks.
std::string joined(const json& value) {
  if (!value.is_array())
    return steps::text_of(value);
  std::string out;
  for (const auto& one : value.get_array()) {
    auto part = joined(one);
    if (!part.empty())
      out += (out.empty() ? "" : " ") + part;
  }
  return out;
}

/// "'make all'", "'echo out; ...'": the first two words of a command (§7.3).
std::string short_command(const json& command) {
  std::vector<std::string> message;
  if (command.is_string()) {
    std::string_view text{command.get_string().data(), command.get_string().size()};
    while (!text.empty()) {
      auto begin = text.find_first_not_of(" \t\n");
      if (begin == std::string_view::npos)
        break;
      text.remove_prefix(begin);
      auto end = std::min(text.find_first_of(" \t\n"), text.size());
      message.emplace_back(text.substr(0, end));
      text.remove_prefix(end);
    }
  } else if (command.is_array()) {
    for (const auto& one : command.get_array())
      message.push_back(one.is_array() && one.get_array().size() == 3
                            ? steps::text_of(one.get_array()[2])
                            : steps::text_of(one));
  }
  if (message.empty())
    return {};
  if (message.size() == 1)
    return "'" + message[0] + "'";
  return "'" + message[0] + " " + message[1] + (message.size() > 2 ? " ..." : "") + "'";
}

} // namespace

void build::next_step() {
  while (state().phase == build_phase::stepping && !state().step) {
    if (state().waiting.empty() || !state().connection) {
      end(state().results, {});
      return;
    }
    auto definition = std::move(state().waiting.front());
    state().waiting.erase(state().waiting.begin());
    if (state().terminate || state().stopped) {
      auto* given = definition.given("alwaysRun");
      if (!given || !truth(*given, false))
        continue;
    }
    begin_step(std::move(definition));
  }
}

std::string build::unique_step_name(std::string wanted) {
  wanted = wanted.substr(0, utf8_bytes(wanted, step_name_max));
  auto& used = state().names[wanted];
  if (used++ == 0)
    return wanted;
  auto suffix = "_" + std::to_string(used - 1);
  return wanted.substr(0, utf8_bytes(wanted, step_name_max - suffix.size())) + suffix;
}

void build::begin_step(model::part definition) {
  auto& step = state().step.emplace();
  step.definition = std::move(definition);
  step.record.number = state().next_step++;
  step.record.id = step_id{state().record.id.value * 1024 + step.record.number};
  step.record.build = state().record.id;
  step.record.started_at = now();
  step.record.state_string = "running";
  dirty_ = true;
  bool good = render_arguments();
  auto name = good ? joined(argument("name")) : std::string{};
  step.record.name = unique_step_name(name.empty() ? step.definition.class_name : name);
  say(fmt::format("steps/{}/started", step.record.id.value), to_json(step.record));
  if (!good) {
    auto message = std::exchange(step.done_text, {});
    fail_step(message);
    return;
  }
  if (!wanted_at_all())
    return;
  auto accesses = read_accesses(argument("locks"));
  if (!accesses) {
    fail_step("locks: " + accesses.error().message);
    return;
  }
  if (accesses->empty()) {
    run_step();
    return;
  }
  step.waits_for_locks = now();
  step_changed_ = true;
  pending_.send(address_of(locks_path),
                acquire_locks{{{state().record.id, fmt::format("step {}", step.record.number)},
                               config().order.worker,
                               std::move(*accesses),
                               me(),
                               {},
                               {}}});
}

void build::run_step() {
  auto& step = *state().step;
  step.record.locks_acquired_at = now();
  if (auto text = joined(argument("description")); !text.empty()) {
    auto suffix = joined(argument("descriptionSuffix"));
    step.record.state_string = text + (suffix.empty() ? "" : " " + suffix);
  }
  step_changed_ = true;
  if (!steps::find_step(step.definition.class_name)) {
    fail_step("no such step: " + step.definition.class_name);
    return;
  }
  conduct([&](const auto& logic) { logic.begin(*this); });
}

/// Each call into a step. What goes wrong in it is the step's failure, not the build's: the message
/// that it was about will not come again.
void build::conduct(const std::function<void(const steps::step_logic&)>& part) {
  std::optional<std::string> trouble;
  try {
    part(*steps::find_step(state().step->definition.class_name));
  } catch (const std::exception& problem) {
    trouble = problem.what();
  }
  if (trouble)
    fail_step(std::move(*trouble));
  else
    step_went_on();
}

/// After each call into a step: it may have said its result. Then it tidies up on the worker.
void build::step_went_on() {
  auto& step = state().step;
  if (!step || !step->outcome || step->command)
    return;
  auto* logic = steps::find_step(step->definition.class_name);
  bool busy = false;
  try {
    busy = logic && state().connection && logic->leave(*this);
  } catch (const std::exception& problem) {
    add_log("err.text", fmt::format("tidying up: {}", problem.what()));
    step->outcome = result_code::exception;
  }
  if (!busy)
    end_step(*step->outcome);
}

bool build::render_arguments() {
  auto& step = *state().step;
  auto out = steps::step_defaults(step.definition.class_name);
  for (const auto& [key, value] : step.definition.arguments.get_object()) {
    auto name = std::string{key};
    bool later = name == "doStepIf" || name == "hideStepIf" || name == "extract_fn";
    auto done = later ? result<json>{value} : rendered(value);
    if (!done) {
      step.done_text = name + ": " + done.error().message;
      step.arguments = out;
      return false;
    }
    out[name] = std::move(*done);
  }
  boost::json::object env;
  for (const auto& [name, value] : config().definition.env) {
    auto done = rendered(value);
    if (!done) {
      step.done_text = "env of the builder: " + done.error().message;
      step.arguments = out;
      return false;
    }
    env[name] = std::move(*done);
  }
  if (auto* own = out.if_contains("env"); own && own->is_object())
    for (const auto& [name, value] : own->get_object())
      env[name] = value;
  if (out.contains("env"))
    out["env"] = std::move(env);
  step.arguments = std::move(out);
  return true;
}

/// False if the step has been ended: skipped by `doStepIf`, or failed in it.
bool build::wanted_at_all() {
  auto verdict = decided("doStepIf", {step_view()});
  if (!verdict) {
    fail_step("doStepIf: " + verdict.error().message);
    return false;
  }
  if (truth(*verdict, true))
    return true;
  end_step(result_code::skipped);
  return false;
}

void build::fail_step(std::string message) {
  add_log("err.text", message.empty() ? "the step failed without words" : std::move(message));
  state().step->outcome = result_code::exception;
  if (state().step->command) {
    give_up_calls();
    interrupt_command("the step failed in the master");
    return;
  }
  step_went_on();
}

void build::finish(result_code results) {
  state().step->outcome = results;
}

records::step_flags build::flags_of(const running_step&) const {
  return {truth(argument("haltOnFailure"), false),  truth(argument("flunkOnFailure"), true),
          truth(argument("warnOnFailure"), false),  truth(argument("flunkOnWarnings"), false),
          truth(argument("warnOnWarnings"), false), truth(argument("alwaysRun"), false)};
}

std::string build::summary(const running_step& step, result_code results) const {
  auto text = step.done_text;
  if (text.empty())
    text = joined(argument("descriptionDone"));
  if (text.empty())
    text = joined(argument("description"));
  if (text.empty())
    text = short_command(argument("command"));
  if (text.empty())
    text = "finished";
  if (auto suffix = joined(argument("descriptionSuffix")); !suffix.empty())
    text += " " + suffix;
  if (results != result_code::success)
    text += fmt::format(" ({})", names_of(results)[static_cast<std::size_t>(results)]);
  return text + step.suffix;
}

// Whether the step's text becomes part of the build's (§7.3).
bool build::summarised(const running_step& step, result_code results) const {
  const auto& policy = argument("updateBuildSummaryPolicy");
  if (policy.is_bool())
    return policy.get_bool();
  if (policy.is_array()) {
    for (const auto& one : policy.get_array())
      if (one.is_number() && one.to_number<int>() == static_cast<int>(results))
        return true;
    return false;
  }
  auto flags = flags_of(step);
  return results == result_code::exception || results == result_code::retry
         || results == result_code::cancelled
         || (results == result_code::failure
             && (flags.flunk_on_failure || flags.halt_on_failure || flags.warn_on_failure))
         || (results == result_code::warnings
             && (flags.warn_on_warnings || flags.flunk_on_warnings));
}

void build::end_step(result_code results) {
  auto& step = *state().step;
  if (step.lost)
    results = result_code::retry;
  else if (step.interrupted && results != result_code::retry && results != result_code::cancelled)
    results = result_code::exception;
  auto hide = decided("hideStepIf", {json(static_cast<int>(results)), step_view()});
  if (!hide) {
    add_log("err.text", "hideStepIf: " + hide.error().message);
    results = result_code::exception;
  }
  step.record.hidden = hide && truth(*hide, false);
  step.record.results = results;
  step.record.complete_at = now();
  step.record.state_string = summary(step, results);
  auto flags = flags_of(step);
  if (summarised(step, results))
    state().text.push_back(step.record.state_string);
  for (auto& log : step.logs)
    finish_log(log);
  step_changed_ = true;
  put_step();
  say(fmt::format("steps/{}/finished", step.record.id.value), to_json(step.record));
  if (step.command && step.command->updates > 0 && state().connection)
    pending_.send(state().connection,
                  workers::updates_taken{step.command->id, step.command->updates});
  if (auto locked = read_accesses(argument("locks")); locked && !locked->empty())
    pending_.send(address_of(locks_path),
                  release_locks{{state().record.id, fmt::format("step {}", step.record.number)}});
  auto folded = records::fold(state().results, results, flags);
  state().results = folded.results;
  state().terminate = state().terminate || folded.terminate || !state().connection;
  state().step.reset();
  if (!state().text.empty())
    state().record.state_string = fmt::format("{}", fmt::join(state().text, " "));
  say_build("update");
  next_step();
}

void build::interrupt_step(const std::string& why, bool lost) {
  auto& step = *state().step;
  step.lost = step.lost || lost;
  if (!std::exchange(step.interrupted, true))
    add_log(step.waits_for_locks ? "cancelled while waiting for locks" : "cancelled", why);
  if (lost || !step.command) {
    step.command.reset();
    step.files.clear();
    step.wakes_at.reset();
    step.outcome = lost ? result_code::retry : result_code::cancelled;
    step_went_on();
    return;
  }
  step.outcome = result_code::cancelled;
  give_up_calls();
  interrupt_command(why);
}

} // namespace troupe::botmaster
