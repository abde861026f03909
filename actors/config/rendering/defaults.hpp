// Small questions about computed values that services ask.
#pragma once

#include "actors/config/model/step_schema.hpp"
#include "actors/config/rendering/render.hpp"

namespace troupe::model {

/// Whether `value` has to be rendered, or called, to be known.
inline bool is_computed(const computed& value) {
  return !is_plain(value);
}

/// Every argument of a class of steps with its default; empty if there is no such class.
const boost::json::object& step_defaults(std::string_view kind);

} // namespace troupe::model
