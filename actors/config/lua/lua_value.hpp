// Lua values as computed JSON and back.
//
// A list is a table with the keys 1 … n, a map one with other keys (numbers become text). util.null
// is null. An object becomes {"$": its class, arguments…}, with "@": [file, line] if it is a part
// of the configuration; a function becomes
//   {"$": "function", "file", "line", "digest", "code": base64,
//    "captured": [[name, value]…], "globals": [[name, value]…]}
// where a captured library function is {"$": "library", "name": "string.format"}, the n-th function
// around, itself being 0, is {"$": "enclosing", "level": n}, and _ENV is {"$": "env"}. `digest` is
// over what it does and what it captured: moving it to other lines does not change it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actors/config/lua/lua_object.hpp"
#include "actors/config/lua/sandbox.hpp"

namespace troupe::model {

/// Where the registry has BuildmasterConfig.
inline constexpr const char* configuration_key = "troupe.configuration";

class value_reader {
public:
  static constexpr int depth_max = 60;

  value_reader(sandbox& box, complaints& errors);

  /// The value at `index`, which is reached by `path` and was written at `at`.
  json read(int index, const std::string& path, const place& at);

  /// Definitions of the locks that were met, as {"$": "MasterLock", "@": …, "name", …}.
  std::map<std::string, json>& locks() noexcept { return locks_; }

private:
  json value(int index);
  json text(int index);
  json table(int index);
  json list(int index, std::size_t size);
  json map_of(std::vector<std::pair<std::string, json>> entries);
  json computed_map(int index);
  json object(int index);
  json access(int index);
  void members(int index, boost::json::object& out);
  json function(int index);
  json captured(int index);
  json globals(int index, const std::vector<std::string>& names);
  void check_format(const component& of, const json& object);
  void complain(std::string message);

  sandbox& box_;
  complaints& errors_;
  std::string path_;
  place at_;
  const void* configuration_ = nullptr; ///< BuildmasterConfig, which is no value.
  int depth_ = 0;
  std::map<const void*, json> known_; ///< Factories that were met: shared ones are read once.
  std::map<std::string, json> locks_;
  std::vector<const void*> functions_; ///< Being read, the outermost first.
};

/// Pushes plain data: what functions are given. A null in a map is left out, so that it is nil, and
/// elsewhere util.null; a null alone is nil. Tables are read-only.
void push_data(lua_State* lua, const json& value);

/// Pushes what `value_reader` made. `why` and nothing pushed when that is not possible.
bool push_computed_value(sandbox& box, const json& value, config_error& why);

/// As the function's digest and comparisons see it: without places and code.
json without_places(const json& value);

} // namespace troupe::model
