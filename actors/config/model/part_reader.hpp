// Reads the arguments of one part of a configuration, {"$": class, "@": [file, line], name:
// value…}, into a model struct: each by its name, with its kind; what is not asked for is unknown.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/config/model/config_error.hpp"

namespace troupe::model {

class part_reader {
public:
  /// `part` outlives the reader. `path` leads to it; `at` is where it is, unless it says so itself.
  part_reader(const json& part, std::string path, const place& at, complaints& errors);

  const place& at() const noexcept { return at_; }
  const std::string& path() const noexcept { return path_; }
  complaints& errors() noexcept { return errors_; }
  std::string path_to(std::string_view name) const;

  /// Where single arguments were written, if not where the part was.
  void know_places(const std::map<std::string, place>& places) { places_ = &places; }
  const place& place_of(std::string_view name) const;

  /// The argument, or nullptr when it is not given or null.
  const json* find(std::string_view name);
  /// The same for an argument in which null means something.
  const json* find_or_null(std::string_view name);
  /// The same, with a complaint when it is missing.
  const json* need(std::string_view name);

  void text(std::string_view name, std::string& out, bool required = false);
  void text(std::string_view name, std::optional<std::string>& out);
  void truth(std::string_view name, bool& out);
  void whole(std::string_view name, std::optional<std::int64_t>& out, std::int64_t least);
  void seconds(std::string_view name, span& out);
  void seconds(std::string_view name, std::optional<span>& out);
  void any(std::string_view name, std::optional<computed>& out);
  void map(std::string_view name, std::map<std::string, computed>& out);
  void texts(std::string_view name, std::vector<std::string>& out, bool required = false);
  /// One text or a list of them; null among them when `nulls`.
  void choices(std::string_view name, std::optional<std::vector<std::optional<std::string>>>& out);
  void function(std::string_view name, std::optional<computed>& out);

  void complain(std::string_view name, std::string message);
  void wrong(std::string_view name, std::string_view wanted, const json& got);

  /// Complains about every argument that nobody asked for. Call it last.
  void finish();

private:
  const json& part_;
  std::string path_;
  place at_;
  complaints& errors_;
  const std::map<std::string, place>* places_ = nullptr;
  std::vector<std::string_view> asked_;
};

/// {"a": 1} for [] (what an empty table is), nullptr for what is no map.
const boost::json::object* as_map(const json& value);

} // namespace troupe::model
