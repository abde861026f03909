#include "actors/config/rendering/render.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/rendering/printf.hpp"
#include "actors/config/rendering/renderer.hpp"

namespace troupe::model {

using boost::json::array;
using boost::json::object;

void cannot_render(std::string message) {
  throw failed{{errc::invalid, std::move(message)}};
}

json json_text(std::string_view from) {
  return json(boost::json::string_view{from.data(), from.size()});
}

const json& rendered_argument(const json& in, std::string_view name) {
  static const json absent;
  auto found = member(in, name);
  return found ? *found : absent;
}

json renderer::value(const json& in) {
  if (in.is_array()) {
    array out;
    out.reserve(in.get_array().size());
    for (const auto& element : in.get_array())
      out.push_back(value(element));
    return out;
  }
  if (!in.is_object())
    return in;
  auto kind = class_of(in);
  if (kind.empty())
    return map(in.get_object());
  if (++depth_ > render_depth_max)
    cannot_render("rendering goes on without end");
  auto out = computed_value(kind, in);
  --depth_;
  return out;
}

json renderer::map(const object& in) {
  object out;
  out.reserve(in.size());
  for (const auto& [key, entry] : in)
    out.emplace(key, value(entry));
  return out;
}

json renderer::computed_value(std::string_view kind, const json& in) {
  if (kind == "literal")
    return map(rendered_argument(in, "value").as_object());
  if (kind == "map")
    return computed_map(rendered_argument(in, "entries").as_array());
  if (kind == "function" || kind == "library")
    return in; // called by those who know with what
  if (auto* role = role_of<renderable_role>(find_component(component_use::renderable, kind)))
    return role->value(in, *this);
  cannot_render(fmt::format("a {} is not a value", kind));
}

json renderer::computed_map(const array& entries) {
  object out;
  for (const auto& entry : entries) {
    auto key = value(entry.at(0));
    auto shown = python_str(key);
    out.insert_or_assign(shown, value(entry.at(1)));
  }
  return out;
}

const json* renderer::find_property(std::string_view name) const {
  auto found = context_.properties.find(std::string{name});
  return found == context_.properties.end() ? nullptr : &found->second;
}

json renderer::all_properties() const {
  object all;
  for (const auto& [name, entry] : context_.properties)
    all.emplace(name, entry);
  return all;
}

result<json> render(const computed& value, const render_context& context) {
  try {
    return renderer{context}.value(value);
  } catch (const failed& e) {
    return e.why();
  } catch (const std::exception& e) {
    return failure{errc::invalid, fmt::format("not a value that can be computed: {}", e.what())};
  }
}

bool is_plain(const computed& value) {
  if (value.is_array()) {
    for (const auto& element : value.get_array())
      if (!is_plain(element))
        return false;
    return true;
  }
  if (!value.is_object())
    return true;
  if (!class_of(value).empty())
    return false;
  for (const auto& [key, entry] : value.get_object())
    if (!is_plain(entry))
      return false;
  return true;
}

} // namespace troupe::model
