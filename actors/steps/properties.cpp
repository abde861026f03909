// SetProperty, SetProperties, SetPropertyFromCommand (semantics.md §12.4, §13).
#include "actors/steps/arguments.hpp"

namespace troupe::steps {

using records::result_code;

namespace {

std::string stripped(std::string text) {
  auto blank = " \t\r\n\v\f";
  auto begin = text.find_first_not_of(blank);
  if (begin == std::string::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

std::string step_name(const step_host& host, std::string otherwise) {
  return text_of(host.argument("name"), std::move(otherwise));
}

class set_one final : public step_logic {
public:
  void begin(step_host& host) const override {
    host.set_property(text_of(host.argument("property")), host.argument("value"),
                      step_name(host, "SetProperty"));
    host.describe_done("property '" + text_of(host.argument("property")) + "' set");
    host.finish(result_code::success);
  }
};

class set_many final : public step_logic {
public:
  void begin(step_host& host) const override {
    const auto& all = host.argument("properties");
    std::size_t count = 0;
    if (all.is_object())
      for (const auto& [name, value] : all.get_object()) {
        host.set_property(std::string{name}, value, step_name(host, "SetProperties"));
        ++count;
      }
    host.describe_done(fmt::format("{} properties set", count));
    host.finish(result_code::success);
  }
};

class from_command final : public step_logic {
public:
  void begin(step_host& host) const override {
    command_request request;
    request.name = "shell";
    request.args = shell_command_arguments(host, host.argument("command"));
    request.collect_stdout = true;
    request.collect_stderr = true;
    host.run(std::move(request));
  }

  void command_done(step_host& host, const command_outcome& outcome) const override {
    auto results = outcome.interrupted ? result_code::cancelled : decode_rc(host, outcome);
    if (results != result_code::success && results != result_code::warnings) {
      host.finish(results);
      return;
    }
    auto values = wanted(host, outcome);
    std::string changes;
    for (const auto& [name, value] : values) {
      host.set_property(std::string{name}, value, step_name(host, "SetPropertyFromCommand"));
      changes +=
          fmt::format("{}: '{}'\n", std::string_view{name.data(), name.size()}, text_of(value));
    }
    if (!changes.empty())
      host.add_log("property changes", changes);
    host.describe_done(values.size() == 1
                           ? fmt::format("property '{}' set", std::string{values.begin()->key()})
                           : fmt::format("{} properties set", values.size()));
    host.finish(results);
  }

private:
  static boost::json::object wanted(step_host& host, const command_outcome& outcome) {
    boost::json::object values;
    auto property = text_of(host.argument("property"));
    if (property.empty()) {
      auto extracted = host.call_function(
          "extract_fn", {to_json(outcome.rc), to_json(outcome.out), to_json(outcome.err)});
      if (extracted.is_object())
        values = extracted.get_object();
      return values;
    }
    std::string text;
    if (flag(host, "includeStdout", true))
      text += outcome.out;
    if (flag(host, "includeStderr"))
      text += outcome.err;
    values[property] = to_json(flag(host, "strip", true) ? stripped(text) : text);
    return values;
  }
};

void check_from_command(const model::part& of, model::part_check& with) {
  auto given = [&](std::string_view name) {
    auto* value = of.given(name);
    return value && !value->is_null();
  };
  if (given("property") == given("extract_fn"))
    with.complain({}, "exactly one of property and extract_fn is needed");
}

const set_one set_one_logic;
const set_many set_many_logic;
const from_command from_command_logic;

} // namespace

extern const component set_property, set_properties, set_property_from_command;

const component set_property{
    .space = "steps",
    .name = "SetProperty",
    .use = component_use::step,
    .summary = "Sets a property of the build.",
    .arguments = step_arguments(
        {{"property", string, model::required, "Name of the property."},
         {"value", model::types::any, model::required, "Its value; may be a renderable."}}),
    .positional = {.count = 2},
    .role = &set_one_logic,
};

const component set_properties{
    .space = "steps",
    .name = "SetProperties",
    .use = component_use::step,
    .summary = "Sets several properties of the build.",
    .arguments =
        step_arguments({{"properties", map, model::required, "Values by name: { name = value }."}}),
    .positional = {.count = 1},
    .role = &set_many_logic,
};

const component set_property_from_command{
    .space = "steps",
    .name = "SetPropertyFromCommand",
    .use = component_use::step,
    .summary = "Runs a command and makes its output a property, or several.",
    .arguments = step_arguments(
        with(shell_arguments(model::required),
             {{"property", string, "null", "Name of the property that the output becomes."},
              {"extract_fn", model::types::function, "null",
               "Properties from the output: function(rc, stdout, stderr) returns a map."},
              {"strip", boolean, "true", "Whether white space around the output is taken away."},
              {"includeStdout", boolean, "true", "Whether standard output counts."},
              {"includeStderr", boolean, "false", "Whether standard error counts."}})),
    .check = check_from_command,
    .role = &from_command_logic,
};

} // namespace troupe::steps
