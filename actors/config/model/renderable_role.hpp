// What a renderable does: {"$": class, …} becomes a value of one build (§10).
#pragma once

#include "actors/config/model/component.hpp"

namespace troupe::model {

class renderer;

class renderable_role : public component_role {
public:
  /// Throws `failed` with a message for people when it has no value.
  virtual json value(const json& in, renderer& by) const = 0;
  /// What can be said before it is rendered: formats, and arguments that it needs.
  virtual result<void> check(const json&) const { return {}; }
};

} // namespace troupe::model
