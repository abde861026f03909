// Checks the parts of a configuration against the arguments of their classes, and brings values
// into the one form that services read.
#pragma once

#include <map>
#include <set>
#include <string>

#include "actors/config/model/part.hpp"

namespace troupe::model {

/// What parts may say of each other: filled before the rules across parts are checked.
struct configuration_names {
  std::set<std::string, std::less<>> workers, builders, locks;
  std::set<std::string, std::less<>> scheduled; ///< Builders that a scheduler starts.
  bool scheduled_by_computation = false;        ///< A scheduler computes its builders.
  std::map<std::string, std::string> builddirs; ///< With the builder that has it.
  bool formats = false; ///< Formats of renderables are to be checked: Lua has not done so.
};

/// One part under check: where it is, and whom to complain to.
class part_check {
public:
  part_check(std::string path, const place& at, complaints& errors, configuration_names& names)
    : path_{std::move(path)}, at_{at}, errors_{errors}, names_{names} {}

  const std::string& path() const noexcept { return path_; }
  const place& at() const noexcept { return at_; }
  configuration_names& names() noexcept { return names_; }
  complaints& errors() noexcept { return errors_; }

  /// About an argument, or with an empty name about the part as a whole.
  void complain(std::string_view argument, std::string message);
  /// "… expected, found …".
  void expected(std::string_view argument, std::string_view wanted, const json& got);
  /// Texts in a list, each "argument[i]" if it is none.
  void texts(std::string_view argument, const json& list);
  /// The check of what stands within an argument.
  part_check within(std::string_view argument) const;

private:
  std::string path_;
  place at_;
  complaints& errors_;
  configuration_names& names_;
};

/// Checks the arguments of a part and fills in those that follow from others. Rules across parts
/// (`component::check`) are not among it.
void check_arguments(part& of, const component& is, part_check& with);

/// Checks one value, and brings it into its form.
void check_value(const argument& of, json& value, part_check& with);

/// A component of that use within an argument: arguments and rules.
void check_nested(json& value, component_use use, part_check& with, std::string_view argument);

/// Lock accesses: one, or a list of them.
void check_accesses(const json& value, part_check& with, std::string_view argument);

/// Formats of renderables, at any depth: those of a dump have not been seen by Lua.
void check_formats(const json& value, part_check& with, std::string_view argument);

/// {"a": 1} for [] (what an empty table is), nullptr for what is no map.
const boost::json::object* as_map(const json& value);

/// Buildbot's identifiers: letters, digits, '_', '-' and '.', not beginning with a digit or '.'.
bool is_identifier(std::string_view text);

} // namespace troupe::model
