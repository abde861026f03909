#include "actors/config/model/step_schema.hpp"

#include <map>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace troupe::model {

namespace {

using enum argument_kind;
using arguments = std::vector<argument_schema>;

constexpr std::string_view yes = "true", no = "false";

arguments common_arguments() {
  return {{"name", text},
          {"description", message},
          {"descriptionDone", message},
          {"descriptionSuffix", message},
          {"haltOnFailure", truth, no},
          {"flunkOnFailure", truth, yes},
          {"warnOnFailure", truth, no},
          {"flunkOnWarnings", truth, no},
          {"warnOnWarnings", truth, no},
          {"alwaysRun", truth, no},
          {"doStepIf", condition, yes},
          {"hideStepIf", condition, no},
          {"updateBuildSummaryPolicy", any},
          {"locks", list, "[]"},
          {"logEncoding", text}};
}

// Null: the factory's workdir; no time limit.
arguments shell_arguments() {
  return {{"workdir", text},
          {"env", map, "{}"},
          {"want_stdout", truth, yes},
          {"want_stderr", truth, yes},
          {"usePTY", truth, "null"},
          {"logfiles", map, "{}"},
          {"lazylogfiles", truth, no},
          {"timeout", number, "1200"},
          {"maxTime", number},
          {"max_lines", whole},
          {"sigtermTime", number},
          {"interruptSignal", text, "\"KILL\""},
          {"logEnviron", truth, yes},
          {"initialStdin", text},
          {"decodeRC", map, "{\"0\":0}"},
          {"stdioLogName", text, "\"stdio\""}};
}

arguments git_arguments() {
  return {{"name", text, "\"git\""},
          {"description", message, "\"updating\""},
          {"descriptionDone", message, "\"update\""},
          {"repourl", text, "null", true},
          {"branch", text, "\"HEAD\""},
          {"mode", choice, "\"incremental\"", false, {"incremental", "full"}},
          {"method", choice, "null", false, {"clobber", "fresh", "clean", "copy"}},
          {"port", whole, "22"},
          {"reference", text},
          {"submodules", truth, no},
          {"remoteSubmodules", truth, no},
          {"tags", truth, no},
          {"shallow", any, no},
          {"filters", list},
          {"progress", truth, yes},
          {"retryFetch", truth, no},
          {"clobberOnFailure", truth, no},
          {"getDescription", any, no},
          {"config", map},
          {"origin", text},
          {"sshPrivateKey", text},
          {"sshHostKey", text},
          {"sshKnownHosts", text},
          {"auth_credentials", any},
          {"git_credentials", any},
          {"codebase", text, "\"\""},
          {"alwaysUseLatest", truth, no},
          {"timeout", number, "1200"},
          {"retry", list},
          {"env", map, "{}"},
          {"logEnviron", truth, yes},
          {"workdir", text}};
}

arguments download_arguments() {
  return {{"workerdest", text, "null", true},
          {"workdir", text},
          {"maxsize", whole},
          {"blocksize", whole, "16384"},
          {"mode", whole}};
}

// Puts further arguments behind, and replaces those of the same name.
arguments with(arguments base, const arguments& more) {
  for (const auto& one : more) {
    bool replaced = false;
    for (auto& known : base)
      if (known.name == one.name) {
        known = one;
        replaced = true;
      }
    if (!replaced)
      base.push_back(one);
  }
  return base;
}

std::vector<step_schema> make_schemas() {
  auto common = common_arguments();
  auto halting = with(common, {{"haltOnFailure", truth, yes}});
  auto shell = shell_arguments();
  auto shell_with = [&](const arguments& base, std::string_view command, bool required) {
    return with(with(base, shell), {{"command", argument_kind::command, command, required}});
  };
  return {
      {"ShellCommand", shell_with(common, "null", true)},
      {"Configure", shell_with(halting, R"(["./configure"])", false)},
      {"Compile", shell_with(halting, R"(["make","all"])", false)},
      {"Test",
       shell_with(with(common, {{"warnOnFailure", truth, yes}}), R"(["make","test"])", false)},
      {"SetPropertyFromCommand",
       with(shell_with(common, "null", true), {{"property", text},
                                               {"extract_fn", function},
                                               {"strip", truth, yes},
                                               {"includeStdout", truth, yes},
                                               {"includeStderr", truth, no}})},
      {"SetProperty",
       with(common, {{"property", text, "null", true}, {"value", any, "null", true}}),
       {"property", "value"}},
      {"SetProperties", with(common, {{"properties", map, "null", true}}), {"properties"}},
      {"Git", with(halting, git_arguments()), {"repourl"}},
      {"FileUpload", with(halting, {{"workersrc", text, "null", true},
                                    {"masterdest", text, "null", true},
                                    {"workdir", text},
                                    {"maxsize", whole},
                                    {"blocksize", whole, "262144"},
                                    {"mode", whole},
                                    {"keepstamp", truth, no},
                                    {"url", text},
                                    {"urlText", text}})},
      {"FileDownload",
       with(with(halting, {{"mastersrc", text, "null", true}}), download_arguments())},
      {"StringDownload",
       with(with(halting, {{"s", text, "null", true}}), download_arguments()),
       {"s"}},
      {"JSONStringDownload",
       with(with(halting, {{"o", any, "null", true}}), download_arguments()),
       {"o"}},
      {"MakeDirectory", with(halting, {{"dir", text, "null", true}, {"logEnviron", truth, yes}})},
      {"RemoveDirectory", with(halting, {{"dir", any, "null", true}, {"logEnviron", truth, yes}})},
      {"CopyDirectory", with(halting, {{"src", text, "null", true},
                                       {"dest", text, "null", true},
                                       {"timeout", number, "120"},
                                       {"maxTime", number},
                                       {"logEnviron", truth, yes}})},
      {"FileExists", with(halting, {{"file", text, "null", true}})},
  };
}

bool computed_later(const json& value) {
  auto kind = class_of(value);
  return !kind.empty() && kind != "literal" && kind != "function" && kind != "map";
}

bool texts(const json& value) {
  if (!value.is_array())
    return false;
  for (const auto& element : value.get_array())
    if (!element.is_string() && !computed_later(element))
      return false;
  return true;
}

// What was expected, or empty when the value is right.
std::string_view expected(const argument_schema& schema, const json& value) {
  auto is_function = class_of(value) == "function";
  switch (schema.kind) {
  case any:
    return "";
  case argument_kind::function:
    return is_function ? "" : "a function";
  case condition:
    return value.is_bool() || is_function || computed_later(value) ? ""
                                                                   : "true, false or a function";
  default:
    break;
  }
  if (computed_later(value) || (value.is_null() && !schema.required))
    return "";
  switch (schema.kind) {
  case truth:
    return value.is_bool() ? "" : "true or false";
  case whole:
    return value.is_int64() ? "" : "a whole number";
  case number:
    return value.is_number() ? "" : "a number";
  case text:
    return value.is_string() ? "" : "text";
  case message:
    return value.is_string() || texts(value) ? "" : "text or a list of texts";
  case list:
    return value.is_array() ? "" : "a list";
  case map:
    return value.is_object() && !is_function ? "" : "a map";
  case command:
    return value.is_string() || value.is_array() ? "" : "a command, text or a list,";
  default:
    return "";
  }
}

void check_argument(const argument_schema& schema, const json& value, const place& at,
                    const std::string& key, complaints& errors) {
  auto path = key + "." + std::string{schema.name};
  if (auto wanted = expected(schema, value); !wanted.empty())
    return errors.add(at, path, found_instead(wanted, value));
  if (schema.kind != choice || value.is_null() || computed_later(value))
    return;
  for (auto allowed : schema.choices)
    if (value.is_string() && view(value.get_string()) == allowed)
      return;
  errors.add(at, path,
             found_instead(fmt::format("one of '{}'", fmt::join(schema.choices, "', '")), value));
}

bool given(const step& of, std::string_view name) {
  auto found = of.arguments.find(std::string{name});
  return found != of.arguments.end() && !found->second.is_null();
}

bool is_retry(const json& value) {
  auto* parts = value.if_array();
  return computed_later(value) || value.is_null()
         || (parts && parts->size() == 2 && parts->at(0).is_number() && parts->at(1).is_int64()
             && parts->at(0).to_number<double>() >= 0);
}

void check_git(const step& of, const std::string& key, complaints& errors) {
  auto wrong = [&](std::string_view name, std::string message) {
    errors.add(of.at, fmt::format("{}.{}", key, name), std::move(message));
  };
  const auto& shallow = step_argument(of, "shallow");
  bool clobber =
      step_argument(of, "mode") == json("full") && step_argument(of, "method") == json("clobber");
  if (shallow != json(false) && !shallow.is_null() && !clobber)
    wrong("shallow", "only with mode = 'full' and method = 'clobber'");
  if (given(of, "method") && step_argument(of, "mode") == json("incremental"))
    wrong("method", "only with mode = 'full'");
  if (const auto& retry = step_argument(of, "retry"); !is_retry(retry))
    wrong("retry", found_instead("{ seconds to wait, how often }", retry));
  const auto& describe = step_argument(of, "getDescription");
  if (!describe.is_bool() && !describe.is_object() && !describe.is_null())
    wrong("getDescription", found_instead("true, false or a map of options", describe));
  for (auto name : {"sshHostKey", "sshKnownHosts"})
    if (given(of, name) && !given(of, "sshPrivateKey"))
      wrong(name, "only with sshPrivateKey");
  if (given(of, "sshHostKey") && given(of, "sshKnownHosts"))
    wrong("sshKnownHosts", "sshHostKey says it already: give one of them");
  for (auto name : {"auth_credentials", "git_credentials"})
    if (given(of, name))
      wrong(name, "not supported: give sshPrivateKey and an ssh address, or set up a credential "
                  "helper for the worker's user ('git config --global credential.helper store')");
}

// What one argument says about another.
void check_together(const step& of, const std::string& key, complaints& errors) {
  if (of.kind == "SetPropertyFromCommand" && given(of, "property") == given(of, "extract_fn"))
    errors.add(of.at, key, "exactly one of property and extract_fn is needed");
  if (of.kind == "Git")
    check_git(of, key, errors);
}

} // namespace

const argument_schema* step_schema::find(std::string_view name) const {
  for (const auto& argument : arguments)
    if (argument.name == name)
      return &argument;
  return nullptr;
}

const std::vector<step_schema>& step_schemas() {
  static const auto all = make_schemas();
  return all;
}

const step_schema* find_step_schema(std::string_view kind) {
  for (const auto& schema : step_schemas())
    if (schema.kind == kind)
      return &schema;
  return nullptr;
}

const json& step_argument(const step& of, std::string_view name) {
  auto found = of.arguments.find(std::string{name});
  return found != of.arguments.end() ? found->second : step_argument(of.kind, name);
}

const json& step_argument(std::string_view kind, std::string_view name) {
  static const auto defaults = [] {
    std::map<std::pair<std::string_view, std::string_view>, json> out;
    for (const auto& schema : step_schemas())
      for (const auto& argument : schema.arguments)
        out[{schema.kind, argument.name}] = parse_json(argument.fallback).value();
    return out;
  }();
  auto found = defaults.find({kind, name});
  if (found == defaults.end())
    throw std::logic_error{fmt::format("step {} has no argument {}", kind, name)};
  return found->second;
}

void check_step(const step& of, const std::string& key, complaints& errors) {
  auto schema = find_step_schema(of.kind);
  if (!schema) {
    std::vector<std::string_view> known;
    for (const auto& one : step_schemas())
      known.push_back(one.kind);
    return errors.add(of.at, key, unknown_word("step", of.kind, known));
  }
  for (const auto& [name, value] : of.arguments) {
    if (auto argument = schema->find(name)) {
      check_argument(*argument, value, of.at, key, errors);
      continue;
    }
    std::vector<std::string_view> known;
    for (const auto& argument : schema->arguments)
      known.push_back(argument.name);
    errors.add(of.at, key + "." + name,
               unknown_word(fmt::format("argument of {}", of.kind), name, known));
  }
  for (const auto& argument : schema->arguments)
    if (argument.required && !of.arguments.contains(std::string{argument.name}))
      errors.add(of.at, key + "." + std::string{argument.name}, "required, but not given");
  check_together(of, key, errors);
}

} // namespace troupe::model
