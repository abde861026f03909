// Runs a master.lua and gives what it put into BuildmasterConfig.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/config/lua/lua_value.hpp"
#include "actors/config/model/master.hpp"

namespace troupe::model {

/// A file's content; `not_found`, `io`, or `refused` above configuration_bytes_max.
result<std::string> read_whole_file(const std::string& path);

class evaluation {
public:
  evaluation(const std::string& path, const sandbox_limits& limits);

  /// Nothing when the code did not run to its end; then `errors` says why.
  std::optional<raw_configuration> evaluate(complaints& errors);

  const std::vector<std::string>& printed() { return box_.printed(); }
  /// Every file that was read: its path below the folder, and a digest of its content.
  const std::vector<std::pair<std::string, std::string>>& files() const { return files_; }

private:
  static int include(lua_State* lua);
  static int read_file(lua_State* lua);
  static int assign(lua_State* lua);
  static evaluation& of(lua_State* lua);

  void open();
  bool run_file(const std::string& name, config_error& why);
  /// The file's text, or an error message pushed and false.
  bool text_below(lua_State* lua, const char* name, std::string& out);

  std::string folder_;
  std::string name_;
  sandbox box_;
  std::map<std::string, place> assigned_;
  std::vector<std::pair<std::string, std::string>> files_;
};

} // namespace troupe::model
