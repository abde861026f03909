// Where in a configuration something was written, and values that are computed later.
#pragma once

#include <string>

#include "storage/codec.hpp"

namespace troupe::model {

/// JSON in which a map with the key "$" stands for something that is computed later (semantics.md
/// §10): {"$": "Property", …}, {"$": "Interpolate", …}, {"$": "function", …}; a literal map that
/// has such a key is wrapped as {"$": "literal", "value": …}. See rendering/render.hpp.
using computed = json;

/// For errors and for people. Not compared when deciding what changed: see `same_but_for_place`.
struct place {
  std::string file;
  std::int64_t line = 0;
  TROUPE_FIELDS(file, line)
};

} // namespace troupe::model
