// ShellCommand and its plain variants (semantics.md §12.1–12.3).
#include "actors/steps/arguments.hpp"

namespace troupe::steps {

using workers::datum;

namespace {

/// A word that is shown as another is a list of ("obfuscated", real, shown).
datum word(const json& one) {
  if (one.is_array() && one.get_array().size() == 3 && text_of(one.get_array()[0]) == "obfuscated")
    return datum::obfuscated(text_of(one.get_array()[1]), text_of(one.get_array()[2]));
  return datum::text(text_of(one));
}

void flatten(const json& arguments, datum::list_type& into) {
  if (!arguments.is_array()) {
    into.push_back(word(arguments));
    return;
  }
  for (const auto& one : arguments.get_array()) {
    bool hidden = one.is_array() && one.get_array().size() == 3
                  && text_of(one.get_array()[0]) == "obfuscated";
    if (one.is_array() && !hidden)
      flatten(one, into);
    else
      into.push_back(word(one));
  }
}

std::map<std::string, std::string> logfile_paths(const json& logfiles) {
  std::map<std::string, std::string> paths;
  if (logfiles.is_object())
    for (const auto& [name, value] : logfiles.get_object())
      paths[std::string{name}] =
          value.is_object() ? text_of(value.get_object().at("filename")) : text_of(value);
  return paths;
}

class shell final : public step_logic {
public:
  void begin(step_host& host) const override {
    command_request request;
    request.name = "shell";
    request.args = shell_command_arguments(host, host.argument("command"));
    request.logfiles = logfile_paths(host.argument("logfiles"));
    request.lazy_logfiles = flag(host, "lazylogfiles");
    if (auto log = text_of(host.argument("stdioLogName")); !log.empty())
      request.log = log;
    host.run(std::move(request));
  }
  void command_done(step_host& host, const command_outcome& outcome) const override {
    host.finish(decode_rc(host, outcome));
  }
};

} // namespace

workers::datum shell_command_arguments(step_host& host, const json& command) {
  auto version = host.command_version("shell");
  auto args = datum::map();
  if (command.is_array()) {
    datum::list_type arguments;
    flatten(command, arguments);
    args.add("command", datum::list(std::move(arguments)));
  } else {
    args.add("command", datum::text(text_of(command)));
  }
  args.add("workdir", datum::text(host.workdir()));
  args.add("env", to_datum(host.argument("env")));
  args.add("want_stdout", datum::boolean(flag(host, "want_stdout", true)));
  args.add("want_stderr", datum::boolean(flag(host, "want_stderr", true)));
  const auto& logfiles = host.argument("logfiles");
  args.add("logfiles", logfiles.is_object() ? to_datum(logfiles) : datum::map());
  args.add("timeout", to_datum(host.argument("timeout")));
  args.add("maxTime", to_datum(host.argument("maxTime")));
  args.add("max_lines", to_datum(host.argument("max_lines")));
  if (version.empty() || at_least(version, 2, 16))
    args.add("sigtermTime", to_datum(host.argument("sigtermTime")));
  if (version.empty() || at_least(version, 2, 7))
    args.add("usePTY", datum::boolean(flag(host, "usePTY")));
  args.add("logEnviron", datum::boolean(flag(host, "logEnviron", true)));
  args.add("initial_stdin", to_datum(host.argument("initialStdin")));
  if (auto signal = text_of(host.argument("interruptSignal")); !signal.empty()) {
    if (version.empty() || at_least(version, 2, 15))
      args.add("interruptSignal", datum::text(signal));
    else
      host.say("NOTE: the worker is too old for interruptSignal\n");
  }
  return args;
}

const step_logic& shell_logic() {
  static const shell one;
  return one;
}

extern const component shell_command, configure, compile, test;

const component shell_command{
    .space = "steps",
    .name = "ShellCommand",
    .use = component_use::step,
    .summary = "Runs a command on the worker.",
    .arguments = step_arguments(shell_arguments(model::required)),
    .role = &shell_logic(),
};

const component configure{
    .space = "steps",
    .name = "Configure",
    .use = component_use::step,
    .summary = "Runs ./configure, or another command.",
    .arguments = halting_step_arguments(shell_arguments(R"(["./configure"])")),
    .role = &shell_logic(),
};

const component compile{
    .space = "steps",
    .name = "Compile",
    .use = component_use::step,
    .summary = "Runs make all, or another command.",
    .arguments = halting_step_arguments(shell_arguments(R"(["make","all"])")),
    .role = &shell_logic(),
};

const component test{
    .space = "steps",
    .name = "Test",
    .use = component_use::step,
    .summary = "Runs make test, or another command.",
    .arguments = step_arguments(
        with(shell_arguments(R"(["make","test"])"),
             {{"warnOnFailure", boolean, "true", "A failure makes the build one with warnings."}})),
    .role = &shell_logic(),
};

} // namespace troupe::steps
