// The one that renders: gives values to what stands for something else, at any depth. The
// renderables (property.cpp, interpolate_value.cpp, …) are components and call it back.
#pragma once

#include "actors/config/model/renderable_role.hpp"
#include "actors/config/rendering/render.hpp"

namespace troupe::model {

class renderer {
public:
  explicit renderer(const render_context& context) : context_{context} {}

  /// Throws `failed` if something in it has no value.
  json value(const json& in);

  const render_context& context() const noexcept { return context_; }
  /// Nullptr when the build has no such property.
  const json* find_property(std::string_view name) const;
  json all_properties() const;

private:
  json computed_value(std::string_view kind, const json& in);
  json map(const boost::json::object& in);
  json computed_map(const boost::json::array& entries);

  const render_context& context_;
  int depth_ = 0;
};

/// Throws `failed`, `invalid`.
[[noreturn]] void cannot_render(std::string message);
json json_text(std::string_view from);
/// The argument of {"$": class, …}; null when it is not given.
const json& rendered_argument(const json& in, std::string_view name);

} // namespace troupe::model
