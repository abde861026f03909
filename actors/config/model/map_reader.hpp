// Reads the keys of a map within an argument, such as those of c.journal: each by its name; what is
// not asked for is unknown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/config/model/config_error.hpp"

namespace troupe::model {

class map_reader {
public:
  /// `map` outlives the reader. `path` leads to it.
  map_reader(const json& map, std::string path, const place& at, complaints& errors)
    : map_{map}, path_{std::move(path)}, at_{at}, errors_{errors} {}

  std::string path_to(std::string_view name) const { return path_ + "." + std::string{name}; }

  /// The entry, or nullptr when it is not given or null.
  const json* find(std::string_view name);
  /// The same, with a complaint when it is missing.
  const json* need(std::string_view name);

  void boolean(std::string_view name, bool& out);
  void integer(std::string_view name, std::int64_t& out, std::int64_t least);
  void seconds(std::string_view name, span& out);
  void text(std::string_view name);

  void expected(std::string_view name, std::string_view wanted, const json& got);

  /// Complains about every entry that nobody asked for. Call it last.
  void finish();

private:
  const json& map_;
  std::string path_;
  const place& at_;
  complaints& errors_;
  std::vector<std::string_view> asked_;
};

} // namespace troupe::model
