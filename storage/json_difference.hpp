// Where two JSON values differ.
#pragma once

#include <string>
#include <vector>

#include "storage/json.hpp"

namespace troupe {

inline constexpr std::size_t differing_paths_max = 64;

/// The paths at which `a` and `b` differ, as deep as their shapes agree: "builder.env.PATH",
/// "steps[2].command". Elements of lists that bear a name are matched and called by it:
/// "builders[linux].workers". Past `differing_paths_max` the last one is "…".
std::vector<std::string> differing_paths(const json& a, const json& b);

} // namespace troupe
