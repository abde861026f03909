// util.Property and util.Secret.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/rendering/printf.hpp"
#include "actors/config/rendering/renderer.hpp"

namespace troupe::model {

namespace {

result<void> check_name(const json& in) {
  if (auto name = member(in, "name"); !name || !name->is_string())
    return failure{errc::invalid, found_instead("a name, as text,", name ? *name : json(nullptr))};
  return {};
}

class property_role final : public renderable_role {
public:
  json value(const json& in, renderer& by) const override {
    auto found = by.find_property(text_of(in, "name"));
    auto when_false = member(in, "defaultWhenFalse");
    bool present_is_enough = when_false && !truth(by.value(*when_false));
    if (found && (present_is_enough || truth(*found)))
      return *found;
    auto other = member(in, "default");
    return other ? by.value(*other) : json(nullptr);
  }
  result<void> check(const json& in) const override { return check_name(in); }
};

class secret_role final : public renderable_role {
public:
  json value(const json& in, renderer&) const override {
    cannot_render(fmt::format("secret '{}': secrets are not configured", text_of(in, "name")));
  }
  result<void> check(const json& in) const override { return check_name(in); }
};

const property_role property_conduct;
const secret_role secret_conduct;

} // namespace

extern const component property, secret;

const component property{
    .space = "util",
    .name = "Property",
    .use = component_use::renderable,
    .summary = "The value of a property of the build.",
    .arguments = {{"name", types::string, required, "Name of the property."},
                  {"default", types::any, "null", "The value when the build has no such property."},
                  {"defaultWhenFalse", types::boolean, "true",
                   "Whether a property that is false, 0 or empty counts as absent."}},
    .positional = {.count = 3},
    .role = &property_conduct,
};

const component secret{
    .space = "util",
    .name = "Secret",
    .use = component_use::renderable,
    .summary = "A secret by its name. There are no providers of secrets yet: it has no value.",
    .arguments = {{"name", types::string, required, "Name of the secret."}},
    .positional = {.count = 1},
    .role = &secret_conduct,
};

} // namespace troupe::model
