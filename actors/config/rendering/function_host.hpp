// Who runs the functions of a configuration.
#pragma once

#include <vector>

#include "storage/json.hpp"

namespace troupe::model {

class function_host {
public:
  virtual ~function_host() = default;

  /// Calls {"$": "function", …} (or "library") on plain data. The answer may hold renderables:
  /// render() takes it further. `invalid` when the function raises an error or gives what is no
  /// value; the message begins with its place, "master.lua:12: …". `refused` when it takes too
  /// long or too much.
  virtual result<json> call(const json& function, const std::vector<json>& arguments) = 0;
};

} // namespace troupe::model
