// An argument of a component: its name, what may stand there, its default, a line of help. The only
// place where an argument is named.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "actors/config/model/config_error.hpp"

namespace troupe::model {

enum class component_use : std::uint8_t;

enum class argument_kind : std::uint8_t {
  any,               ///< Any value.
  boolean,           ///< true or false.
  integer,           ///< A whole number, from `least` on.
  number,            ///< A number.
  seconds,           ///< A number of seconds, from 0 on, to 30 years.
  string,            ///< Text.
  secret,            ///< Text that is sealed when the configuration is loaded.
  strings,           ///< A list of texts; one text stands for a list of one.
  text_list,         ///< A list of texts.
  strings_or_null,   ///< One text or null, or a list of such.
  string_or_strings, ///< Text or a list of texts, kept as it is given.
  list,              ///< A list.
  map,               ///< A map; an empty table is one.
  command,           ///< Text or a list.
  condition,         ///< true, false, or a function.
  function,          ///< A function.
  boolean_or_function,
  choice,     ///< One of `choices`.
  component,  ///< A component of one use.
  components, ///< A list of components of one use.
  accesses,   ///< Lock accesses: a list, one, or what is computed.
};

struct argument_type {
  argument_kind kind = argument_kind::any;
  bool renderable = false; ///< What is computed for a build may stand there, and null.
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::vector<std::string_view> choices{};
  component_use use{}; ///< Of `component` and `components`.
};

/// The types of arguments, as lists of arguments name them.
namespace types {
inline const argument_type any{argument_kind::any};
inline const argument_type boolean{argument_kind::boolean};
inline const argument_type integer{argument_kind::integer};
inline const argument_type count{argument_kind::integer, false, 1}; ///< From 1 on.
inline const argument_type number{argument_kind::number};
inline const argument_type seconds{argument_kind::seconds};
inline const argument_type string{argument_kind::string};
inline const argument_type secret{argument_kind::secret};
inline const argument_type strings{argument_kind::strings};
inline const argument_type text_list{argument_kind::text_list};
inline const argument_type strings_or_null{argument_kind::strings_or_null};
inline const argument_type list{argument_kind::list};
inline const argument_type map{argument_kind::map};
inline const argument_type function{argument_kind::function};
inline const argument_type boolean_or_function{argument_kind::boolean_or_function};
inline const argument_type accesses{argument_kind::accesses};

inline argument_type renderable(argument_kind kind) {
  return {kind, true};
}
inline argument_type one_of(std::vector<std::string_view> choices) {
  return {argument_kind::choice, true, {}, std::move(choices)};
}
inline argument_type component_of(component_use use) {
  return {argument_kind::component, false, {}, {}, use};
}
inline argument_type components_of(component_use use) {
  return {argument_kind::components, false, {}, {}, use};
}
} // namespace types

/// In place of a default: the argument must be given.
inline constexpr std::string_view required{};

class part_check;

struct argument {
  std::string_view name;
  argument_type type;
  std::string_view fallback; ///< The default, as JSON; `required` when there is none.
  std::string_view help;     ///< One line.
  /// Rules and forms of its own, in place of those of the type: brings the value into the form
  /// that services read, or complains; may be absent.
  void (*read)(json& value, part_check& with) = nullptr;

  bool is_required() const noexcept { return fallback.empty(); }
};

/// "builder_names" for "builderNames": the field of a service's configuration that an argument
/// fills.
std::string field_name(std::string_view argument);

/// "text or a list of texts": the type in words, for the reference.
std::string type_in_words(const argument_type& type);

} // namespace troupe::model
