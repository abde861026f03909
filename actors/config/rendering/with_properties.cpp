// util.WithProperties: Interpolate's predecessor (§10.1).
#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/rendering/printf.hpp"
#include "actors/config/rendering/renderer.hpp"

namespace troupe::model {

namespace {

class old_interpolator {
public:
  explicit old_interpolator(renderer& by) : by_{by} {}

  json with_properties(const json& in) {
    std::vector<json> values;
    if (auto given = member(in, "args"); given && !given->as_array().empty()) {
      for (const auto& name : given->as_array()) {
        auto found = by_.find_property(view(name.as_string()));
        values.push_back(found && !found->is_null() ? *found : json(""));
      }
      return json_text(format_positional(text_of(in, "fmt"), values).value());
    }
    return json_text(old_format(text_of(in, "fmt"), member(in, "kwargs")));
  }

  std::string old_format(std::string_view in, const json* kwargs) {
    std::string out;
    while (skip_to_conversion(in, out)) {
      auto end = in.find(')');
      if (in.empty() || in[0] != '(' || end == std::string_view::npos)
        cannot_render("WithProperties: '%' needs '(name)' or '%' after it");
      auto key = in.substr(1, end - 1);
      in.remove_prefix(end + 1);
      out += convert(read_conversion(in).value(), old_value(key, kwargs)).value();
    }
    return out;
  }

  // name, name:-default, name:~default or name:+text.
  json old_value(std::string_view key, const json* kwargs) {
    auto colon = key.find(':');
    auto name = key.substr(0, colon);
    auto how = colon == std::string_view::npos ? std::string_view{} : key.substr(colon + 1, 1);
    auto rest = how.empty() ? how : key.substr(colon + 2);
    std::optional<json> found;
    if (auto argument = kwargs ? member(*kwargs, name) : nullptr)
      found =
          class_of(*argument) == "function"
              ? by_.value(by_.context().functions.call(*argument, {by_.all_properties()}).value())
              : by_.value(*argument);
    else if (auto known = by_.find_property(name))
      found = *known;
    if (how == "-")
      return !found ? json_text(rest) : found->is_null() ? json("") : *found;
    if (how == "~")
      return found && truth(*found) ? *found : json_text(rest);
    if (how == "+")
      return found ? json_text(rest) : json("");
    if (!how.empty())
      cannot_render(fmt::format("WithProperties: unknown modifier in '{}'", key));
    if (!found)
      cannot_render(fmt::format("WithProperties: there is no property '{}'", name));
    return found->is_null() ? json("") : *found;
  }

  renderer& by_;
};

class with_properties_role final : public renderable_role {
public:
  json value(const json& in, renderer& by) const override {
    return old_interpolator{by}.with_properties(in);
  }
  result<void> check(const json& in) const override {
    if (!member(in, "fmt"))
      return failure{errc::invalid, "a format, as text, expected"};
    return {};
  }
};

const with_properties_role with_properties_conduct;

} // namespace

extern const component with_properties;
const component with_properties{
    .space = "util",
    .name = "WithProperties",
    .use = component_use::renderable,
    .summary = "Text with properties in it, as Buildbot's older configurations write it.",
    .arguments = {{"fmt", types::any, required, "The text: %s, %(name)s or %(name:-default)s."},
                  {"args", types::list, "[]", "Names of the properties for %s, in order."},
                  {"kwargs", types::map, "{}", "Values for %(name)s."}},
    .positional = {.count = 1, .rest = "args", .named = "kwargs"},
    .role = &with_properties_conduct,
};

} // namespace troupe::model
