// schedulers.ForceScheduler (semantics.md §20).
#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/service_role.hpp"
#include "actors/schedulers/force_scheduler.hpp"
#include "actors/schedulers/settings.hpp"

namespace troupe::schedulers {

namespace types = model::types;
using model::component_use;

namespace {

// Parameters, or names of codebases.
void read_force_codebases(json& value, model::part_check& with) {
  if (value.is_null())
    return;
  if (!value.is_array())
    return with.expected("codebases", "a list of parameters", value);
  for (auto& one : value.get_array())
    if (one.is_string())
      one = boost::json::object{{"$", "CodebaseParameter"}, {"codebase", one}};
  model::check_value({"codebases", types::components_of(component_use::parameter), "[]", ""}, value,
                     with);
}

void read_properties(json& value, model::part_check& with) {
  if (!value.is_null() && !value.is_array())
    return with.expected("properties", "a list of parameters", value);
  model::check_value({"properties", types::components_of(component_use::parameter), "[]", ""},
                     value, with);
}

void complete_force(model::part& of, model::part_check&) {
  for (auto text : {"buttonName", "label"})
    if (!of.given(text) || of.given(text)->is_null())
      of.set(text, to_json(of.name()));
}

void check_force(const model::part& of, model::part_check& with) {
  if (!model::is_identifier(of.name()))
    with.complain("name", fmt::format("an identifier expected, found '{}'", of.name()));
  check_scheduler(of, with);
  if (auto* codebases = of.given("codebases"); codebases && codebases->is_array())
    for (const auto& one : codebases->get_array())
      check_codebase_name(model::text_of(one, "codebase"), with);
}

class force_role final : public model::service_of<force_scheduler> {};
const force_role force_conduct;

} // namespace

extern const model::component force;
const model::component force{
    .space = "schedulers",
    .name = "ForceScheduler",
    .use = component_use::scheduler,
    .summary = "Starts builds that people ask for, with parameters that they give.",
    .arguments = model::with(
        named_arguments(),
        {{"username", types::component_of(component_use::parameter),
          R"({"$":"UserNameParameter","name":"username","label":"Your name:"})",
          "Who asks: a UserNameParameter."},
         {"reason", types::component_of(component_use::parameter),
          R"({"$":"StringParameter","name":"reason","label":"reason","default":"force build",)"
          R"("size":20})",
          "Why: a StringParameter."},
         {"priority", types::component_of(component_use::parameter),
          R"({"$":"IntParameter","name":"priority","default":0})",
          "Priority of the requests: an IntParameter."},
         {"codebases", types::list, R"([{"$":"CodebaseParameter","codebase":""}])",
          "The sources: a list of CodebaseParameters or names of codebases.", read_force_codebases},
         {"properties", types::components_of(component_use::parameter), "[]",
          "Further parameters, which become properties.", read_properties},
         {"reasonString", types::string, "\"A build was forced by '%(owner)s': %(reason)s\"",
          "The reason of its builds; %(owner)s and %(reason)s are filled in."},
         {"buttonName", types::string, "null", "Text of the button; by default its name."},
         {"label", types::string, "null", "Title of the form; by default its name."}}),
    .positional = {.count = 2},
    .complete = complete_force,
    .check = check_force,
    .role = &force_conduct,
};

} // namespace troupe::schedulers
