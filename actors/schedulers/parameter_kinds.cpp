// The parameters of a ForceScheduler (semantics.md §20): util.StringParameter and the others.
#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/part_check.hpp"
#include "actors/config/rendering/regex.hpp"
#include "actors/schedulers/force_parameters.hpp"

namespace troupe::schedulers {

using model::argument;
using model::component;
using model::component_use;
namespace types = model::types;

namespace {

// -- what was given -------------------------------------------------------------------------------

class fixed_role final : public parameter_role {
  json value(form_reader&, const form_field& of) const override { return of.value("default"); }
};

class string_role final : public parameter_role {};

class text_role final : public parameter_role {
  json convert(form_reader&, const form_field&, const std::string& text,
               const json&) const override {
    return to_json(text);
  }
};

class integer_role final : public parameter_role {
  json convert(form_reader& from, const form_field& of, const std::string& text,
               const json&) const override {
    char* end = nullptr;
    auto number = std::strtoll(text.c_str(), &end, 10);
    if (!text.empty() && *end == '\0')
      return json(number);
    from.complain(of, fmt::format("'{}' is no whole number", text));
    return nullptr;
  }
  json absent(const form_field& of) const override { return of.value("default"); }
};

class boolean_role final : public parameter_role {
  json value(form_reader& from, const form_field& of) const override {
    auto* given = from.given(of.full());
    if (!given)
      return json(of.flag("default"));
    return json((given->is_bool() && given->get_bool()) || model::as_text(*given) == "true");
  }
};

class user_name_role final : public parameter_role {
  json convert(form_reader& from, const form_field& of, const std::string& text,
               const json& given) const override {
    if (of.flag("need_email")
        && (text.find('<') == std::string::npos || text.find('@') == std::string::npos
            || text.back() != '>')) {
      from.complain(of, "the username must look like 'Name <name@example.org>'");
      return nullptr;
    }
    return parameter_role::convert(from, of, text, given);
  }
};

class choice_role final : public parameter_role {
  json convert(form_reader& from, const form_field& of, const std::string& text,
               const json& given) const override {
    const auto& choices = of.value("choices").get_array();
    if (of.flag("strict")
        && std::find(choices.begin(), choices.end(), to_json(text)) == choices.end()) {
      from.complain(of, fmt::format("'{}' is not one of the choices", text));
      return nullptr;
    }
    return parameter_role::convert(from, of, text, given);
  }
};

class nested_role final : public parameter_role {
  void read(form_reader& from, const form_field& of, form_values& values) const override {
    form_values inner;
    for (const auto& one : of.value("fields").get_array())
      from.read(one, of.full(), inner);
    if (of.name().empty())
      values.merge(inner);
    else
      values[of.name()] = to_json(inner);
  }
};

class any_property_role final : public parameter_role {
  void read(form_reader& from, const form_field& of, form_values& values) const override {
    auto* name = from.given(of.full() + "_name");
    auto* value = from.given(of.full() + "_value");
    if (is_blank(name))
      return;
    values[name->is_string() ? std::string{model::as_text(*name)} : print(*name)] =
        value ? *value : json("");
  }
};

class codebase_role final : public parameter_role {
  void read(form_reader& from, const form_field& of, form_values&) const override;
};

const fixed_role fixed_conduct;
const string_role string_conduct;
const text_role text_conduct;
const integer_role integer_conduct;
const boolean_role boolean_conduct;
const user_name_role user_name_conduct;
const choice_role choice_conduct;
const nested_role nested_conduct;
const any_property_role any_property_conduct;
const codebase_role codebase_conduct;

// -- how they are configured ----------------------------------------------------------------------

std::vector<argument> parameter_arguments(std::string_view name,
                                          const std::vector<argument>& own = {}) {
  return model::with({{"name", types::string, name, "Name of the property that it becomes."},
                      {"default", types::any, "null", "The value when nothing is given."},
                      {"hide", types::any, "false", "Whether the form does not show it."},
                      {"label", types::string, "null", "What the form calls it."},
                      {"tablabel", types::string, "null", "What the form calls its tab."},
                      {"required", types::boolean, "false", "Whether it must be given."},
                      {"multiple", types::boolean, "false", "Whether it is a list of values."},
                      {"regex", types::string, "null", "A pattern that a value must match."},
                      {"maxsize", types::count, "null", "Bytes of a value."},
                      {"autopopulate", types::any, "null", "Values of others that a choice sets."},
                      {"tooltip", types::string, "null", "Help in the form."}},
                     own);
}

void check_parameter(const model::part& of, model::part_check& with) {
  for (std::string_view reserved : {"owner", "builderNames", "builderid"})
    if (of.name() == reserved)
      with.complain("name", fmt::format("'{}' is reserved", reserved));
  if (auto pattern = of.text("regex"); !pattern.empty())
    if (auto fine = model::regex::compile(pattern); !fine)
      with.complain("regex", fine.error().message);
}

const argument size{"size", types::count, "null", "Width in the form."};

/// A part of a codebase: a parameter, or a text for a fixed one.
void read_codebase_field(std::string_view name, json& value, model::part_check& with) {
  if (!value.is_string() && !value.is_null())
    model::check_nested(value, component_use::parameter, with, name);
}

/// The fields of a nested parameter; texts and None stand for themselves.
void read_fields(json& value, model::part_check& with) {
  if (!value.is_array())
    return;
  std::size_t index = 0;
  for (auto& one : value.get_array())
    read_codebase_field(fmt::format("fields[{}]", ++index), one, with);
}

std::vector<argument> codebase_arguments() {
  constexpr std::string_view a_field = "A parameter, or a text that is always taken.";
  return parameter_arguments(
      "null",
      {{"codebase", types::string, "\"\"", "Name of the codebase."},
       {"branch", types::any, "null", a_field,
        [](json& value, model::part_check& with) { read_codebase_field("branch", value, with); }},
       {"revision", types::any, "null", a_field,
        [](json& value, model::part_check& with) { read_codebase_field("revision", value, with); }},
       {"repository", types::any, "null", a_field,
        [](json& value, model::part_check& with) {
          read_codebase_field("repository", value, with);
        }},
       {"project", types::any, "null", a_field, [](json& value, model::part_check& with) {
          read_codebase_field("project", value, with);
        }}});
}

component parameter(std::string_view name, std::string_view summary,
                    std::vector<argument> arguments, const parameter_role& role) {
  return {.space = "util",
          .name = name,
          .use = component_use::parameter,
          .summary = summary,
          .arguments = std::move(arguments),
          .positional = {.count = 1},
          .check = check_parameter,
          .role = &role};
}

} // namespace

extern const component fixed_parameter, string_parameter, text_parameter, integer_parameter,
    boolean_parameter, user_name_parameter, choice_string_parameter, nested_parameter,
    any_property_parameter, codebase_parameter;

const component fixed_parameter = parameter("FixedParameter", "A value that nobody can change.",
                                            parameter_arguments(model::required), fixed_conduct);
const component string_parameter =
    parameter("StringParameter", "A line of text.", parameter_arguments(model::required, {size}),
              string_conduct);
const component text_parameter = parameter(
    "TextParameter", "Several lines of text.",
    parameter_arguments(model::required, {{"cols", types::count, "null", "Columns in the form."},
                                          {"rows", types::count, "null", "Rows in the form."}}),
    text_conduct);
const component integer_parameter = parameter(
    "IntParameter", "A whole number.",
    parameter_arguments(model::required,
                        {size, {"default", types::integer, "null", "When nothing is given."}}),
    integer_conduct);
const component boolean_parameter =
    parameter("BooleanParameter", "True or false.",
              parameter_arguments(model::required,
                                  {{"default", types::boolean, "false", "When nothing is given."}}),
              boolean_conduct);
const component user_name_parameter =
    parameter("UserNameParameter", "Who asks for the build.",
              parameter_arguments("\"username\"",
                                  {size,
                                   {"need_email", types::boolean, "true",
                                    "Whether it must be of the form Name <name@example.org>."}}),
              user_name_conduct);
const component choice_string_parameter = parameter(
    "ChoiceStringParameter", "One of several texts.",
    parameter_arguments(model::required,
                        {{"choices", types::text_list, model::required, "The texts."},
                         {"strict", types::boolean, "true", "Whether no other text is taken."}}),
    choice_conduct);
const component nested_parameter = parameter(
    "NestedParameter", "Parameters in a box of the form; with a name, they become one property.",
    parameter_arguments("\"\"", {{"fields", types::list, "[]", "The parameters.", read_fields},
                                 {"columns", types::count, "null", "Columns in the form."},
                                 {"layout", types::any, "null", "How the form shows them."}}),
    nested_conduct);
const component any_property_parameter =
    parameter("AnyPropertyParameter", "A property whose name is given with it.",
              parameter_arguments("\"\""), any_property_conduct);
const component codebase_parameter = [] {
  auto made = parameter("CodebaseParameter", "The source of a codebase.", codebase_arguments(),
                        codebase_conduct);
  std::rotate(made.arguments.begin(),
              std::find_if(made.arguments.begin(), made.arguments.end(),
                           [](const auto& one) { return one.name == "codebase"; }),
              made.arguments.end());
  return made;
}();

namespace {

void codebase_role::read(form_reader& from, const form_field& of, form_values&) const {
  records::sourcestamp stamp;
  stamp.codebase = of.text("codebase");
  auto field = [&](const std::string& key) {
    const auto& is = of.value(key);
    if (is.is_string())
      return std::string{model::as_text(is)};
    auto full = stamp.codebase.empty() ? key : stamp.codebase + "_" + key;
    auto* described = model::find_component(component_use::parameter, model::class_of(is));
    form_field inner{described ? *described : string_parameter,
                     described ? is : json(boost::json::object{}), full};
    auto value = model::role_of<parameter_role>(inner.is())->value(from, inner);
    return std::string{model::as_text(value)};
  };
  if (auto branch = field("branch"); !branch.empty())
    stamp.branch = branch;
  if (auto revision = field("revision"); !revision.empty())
    stamp.revision = revision;
  stamp.repository = field("repository");
  stamp.project = field("project");
  from.add(std::move(stamp));
}

} // namespace

} // namespace troupe::schedulers
