// Where the parts of the botmaster are in the tree.
#pragma once

#include <string>
#include <string_view>

#include "runtime/path.hpp"

namespace troupe::botmaster {

inline constexpr std::string_view botmaster_path = "/botmaster";
inline constexpr std::string_view brd_path = "/botmaster/brd";
inline constexpr std::string_view builders_path = "/botmaster/builders";
inline constexpr std::string_view workers_path = "/botmaster/workers";

/// The path of the builder, or of the worker, of that name.
inline std::string builder_path(std::string_view name) {
  return runtime::child_path(builders_path, runtime::path_segment(name));
}
inline std::string worker_path(std::string_view name) {
  return runtime::child_path(workers_path, runtime::path_segment(name));
}

} // namespace troupe::botmaster
