// Fields of shown values by their names, and what people type compared with what they hold.
#pragma once

#include "storage/json.hpp"

namespace troupe::runtime {

/// The part of `fields` that `path` names ("set.scheduler"); null if there is none.
const json* find_field(const json& fields, std::string_view path);

/// 7 is what was typed, "7" what the field holds, or the other way round.
bool means(const json& field, const json& value);

/// What was typed: JSON if it is that, else a text.
json typed_value(std::string_view text);

} // namespace troupe::runtime
