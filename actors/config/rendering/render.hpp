// Values of computed arguments (§10): what Property, Interpolate, renderer and the others give for
// one build.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/config/model/place.hpp"
#include "actors/config/rendering/function_host.hpp"
#include "storage/records/change.hpp"
#include "storage/records/sourcestamp.hpp"

namespace troupe::model {

/// A source of the build with all that belongs to it.
struct render_source {
  records::sourcestamp stamp;
  std::optional<records::patch> patch;
  std::vector<records::change> changes;
  TROUPE_FIELDS(stamp, patch, changes)
};

/// What a value is computed from. The values of properties are data: a "$" in them means nothing.
struct render_context {
  const std::map<std::string, json>& properties;
  const std::vector<render_source>& sources;
  /// admin, host, version, access_uri and what else it reported; nullptr: no worker is chosen yet.
  const std::map<std::string, json>* worker = nullptr;
  function_host& functions;
};

/// Rendering that goes deeper than this is given up: functions that give renderers without end.
constexpr int render_depth_max = 50;

/// The value with everything in it computed. `invalid` with words for people when something in it
/// cannot be: an error of a function, an argument of the wrong kind, a secret.
result<json> render(const computed& value, const render_context& context);

/// True when rendering changes nothing about the value.
bool is_plain(const computed& value);

/// The arithmetic of operators, on rendered values: + - * / // % == != < <= > >= in.
result<json> operate(std::string_view op, const json& a, const json& b);

} // namespace troupe::model
