#include "actors/steps/arguments.hpp"

#include <algorithm>

#include <boost/json.hpp>

namespace troupe::steps {

namespace {

// {[0] = SUCCESS, [1] = WARNINGS} has numbers for keys, and {[1] = …} alone is a list to Lua.
void read_codes(json& value, model::part_check& with) {
  if (value.is_array()) {
    boost::json::object codes;
    for (std::size_t i = 0; i < value.get_array().size(); ++i)
      codes.emplace(std::to_string(i + 1), value.get_array()[i]);
    value = std::move(codes);
  }
  model::check_value({"decodeRC", map, "null", ""}, value, with);
}

arguments common(std::string_view halt) {
  return {
      {"name", string, "null", "Name of the step; by default that of its class."},
      {"description", texts, "null", "What it does, while it runs."},
      {"descriptionDone", texts, "null", "What it has done."},
      {"descriptionSuffix", texts, "null", "Put behind either description."},
      {"haltOnFailure", boolean, halt, "A failure ends the build."},
      {"flunkOnFailure", boolean, "true", "A failure makes the build a failure."},
      {"warnOnFailure", boolean, "false", "A failure makes the build one with warnings."},
      {"flunkOnWarnings", boolean, "false", "Warnings make the build a failure."},
      {"warnOnWarnings", boolean, "false", "Warnings make the build one with warnings."},
      {"alwaysRun", boolean, "false", "Runs even after a step that ended the build."},
      {"doStepIf", condition, "true", "Whether it runs at all: function(step)."},
      {"hideStepIf", condition, "false",
       "Whether it is hidden afterwards: function(results, step)."},
      {"updateBuildSummaryPolicy", model::types::any, "null",
       "Whether its text becomes part of the build's: true, false or a list of results."},
      {"locks", accesses, "[]", "Locks that it holds while it runs."},
      {"logEncoding", string, "null", "Encoding of what its command prints."},
  };
}

} // namespace

// A step's own argument comes in the place of a common one.
arguments step_arguments(arguments own) {
  auto others = common("false");
  std::erase_if(others, [&](const auto& one) {
    return std::any_of(own.begin(), own.end(),
                       [&](const auto& other) { return other.name == one.name; });
  });
  return with(std::move(own), others);
}

arguments halting_step_arguments(arguments own) {
  auto all = step_arguments(std::move(own));
  for (auto& one : all)
    if (one.name == "haltOnFailure")
      one.fallback = "true";
  return all;
}

arguments shell_arguments(std::string_view command) {
  return {
      {"command", command_line, command, "The command: text for a shell, or a list of words."},
      {"workdir", string, "null", "Folder on the worker; by default the factory's."},
      {"env", map, "{}", "Environment variables; None takes one away."},
      {"want_stdout", boolean, "true", "Whether standard output is wanted."},
      {"want_stderr", boolean, "true", "Whether standard error is wanted."},
      {"usePTY", boolean, "null", "Whether it runs in a pseudo terminal."},
      {"logfiles", map, "{}",
       "Files on the worker that become logs as they grow: { name = path }."},
      {"lazylogfiles", boolean, "false", "Logs of files are made when something is in them."},
      {"timeout", number, "1200", "Seconds without output, then it is killed; None: no limit."},
      {"maxTime", number, "null", "Seconds in all, then it is killed."},
      {"max_lines", integer, "null", "Lines of output, then it is killed."},
      {"sigtermTime", number, "null", "Seconds between SIGTERM and SIGKILL."},
      {"interruptSignal", string, "\"KILL\"", "The signal that interrupts it."},
      {"logEnviron", boolean, "true", "Whether the environment is written to the log."},
      {"initialStdin", string, "null", "What it reads on standard input."},
      {"decodeRC", map, "{\"0\":0}", "Results of exit codes: { [0] = SUCCESS }.", read_codes},
      {"stdioLogName", string, "\"stdio\"", "Name of the log of its output."},
  };
}

} // namespace troupe::steps
