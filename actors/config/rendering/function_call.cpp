// util.renderer and util.Transform: the answer of a function, and util.FlattenList.
#include <boost/json.hpp>

#include "actors/config/rendering/renderer.hpp"

namespace troupe::model {

namespace {

/// With or without all properties as the first argument.
class call_role final : public renderable_role {
public:
  explicit call_role(bool with_properties) : with_properties_{with_properties} {}

  json value(const json& in, renderer& by) const override {
    std::vector<json> arguments;
    if (with_properties_)
      arguments.push_back(by.all_properties());
    if (auto given = member(in, "args"))
      for (const auto& argument : given->as_array())
        arguments.push_back(by.value(argument));
    return by.value(
        by.context().functions.call(rendered_argument(in, "function"), arguments).value());
  }
  result<void> check(const json& in) const override {
    auto function = member(in, "function");
    auto of = function ? class_of(*function) : "";
    if (of != "function" && of != "library")
      return failure{errc::invalid,
                     found_instead("a function", function ? *function : json(nullptr))};
    return {};
  }

private:
  bool with_properties_;
};

json flat(const json& in) {
  if (!in.is_array())
    cannot_render(found_instead("a list to flatten", in));
  boost::json::array out;
  for (const auto& element : in.get_array())
    if (element.is_array()) {
      auto inner = flat(element);
      out.insert(out.end(), inner.get_array().begin(), inner.get_array().end());
    } else {
      out.push_back(element);
    }
  return out;
}

class flatten_role final : public renderable_role {
public:
  json value(const json& in, renderer& by) const override {
    return flat(by.value(rendered_argument(in, "list")));
  }
};

const call_role renderer_conduct{true}, transform_conduct{false};
const flatten_role flatten_conduct;

} // namespace

extern const component renderer_function, transform, flatten_list;

const component renderer_function{
    .space = "util",
    .name = "renderer",
    .use = component_use::renderable,
    .summary = "What a function of the properties returns; :withArgs(…) gives it more arguments.",
    .arguments = {{"function", types::any, required, "function(properties, …)"},
                  {"args", types::list, "[]", "Further arguments."}},
    .positional = {.count = 1, .rest = "args"},
    .role = &renderer_conduct,
};

const component transform{
    .space = "util",
    .name = "Transform",
    .use = component_use::renderable,
    .summary = "What a function of rendered arguments returns.",
    .arguments = {{"function", types::any, required, "function(…)"},
                  {"args", types::list, "[]", "Its arguments."}},
    .positional = {.count = 1, .rest = "args"},
    .role = &transform_conduct,
};

const component flatten_list{
    .space = "util",
    .name = "FlattenList",
    .use = component_use::renderable,
    .summary = "A list without the lists within it: their elements stand in their place.",
    .arguments = {{"list", types::any, required, "The list."}},
    .positional = {.count = 1, .whole_table = true},
    .role = &flatten_conduct,
};

} // namespace troupe::model
