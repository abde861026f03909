// The built-in steps: their classes, and the arguments of each by Buildbot's names with their kinds
// and defaults (§7, §12–14). A class that is not here does not exist for configurations.
#pragma once

#include <string_view>
#include <vector>

#include "actors/config/model/config_error.hpp"

namespace troupe::model {

enum class argument_kind : std::uint8_t {
  any,       ///< Any value, computed or not.
  truth,     ///< true or false, or computed.
  whole,     ///< A whole number or null, or computed.
  number,    ///< A number or null, or computed.
  text,      ///< Text or null, or computed.
  message,   ///< Text or a list of texts or null, or computed.
  list,      ///< A list or null, or computed.
  map,       ///< A map or null, or computed.
  command,   ///< Text or a list, or computed.
  condition, ///< true, false, a function, or computed.
  function,  ///< A function.
  choice,    ///< One of `choices`, or computed.
};

struct argument_schema {
  std::string_view name;
  argument_kind kind = argument_kind::any;
  std::string_view fallback = "null"; ///< The default, as JSON.
  bool required = false;
  std::vector<std::string_view> choices;
};

struct step_schema {
  std::string_view kind;                  ///< "ShellCommand", …
  std::vector<argument_schema> arguments; ///< Common ones included.
  std::vector<std::string_view> positional;

  /// Nullptr when the class has no such argument.
  const argument_schema* find(std::string_view name) const;
};

const std::vector<step_schema>& step_schemas();
/// Nullptr when there is no such class.
const step_schema* find_step_schema(std::string_view kind);

/// The argument as given, or else its default; a reference that lasts as long as the step, or for
/// ever. Asking for an argument that the class has not is a bug and throws std::logic_error.
const json& step_argument(const step& of, std::string_view name);

/// The default alone, with the class's own defaults in place of the common ones.
const json& step_argument(std::string_view kind, std::string_view name);

/// Complains about unknown, missing and wrong arguments. `key` is the path to the step.
void check_step(const step& of, const std::string& key, complaints& errors);

} // namespace troupe::model
