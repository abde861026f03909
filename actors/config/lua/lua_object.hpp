// What worker.Worker{…}, util.Property("x"), steps.Git{…} and the others give in Lua: an object
// that remembers its class, its arguments by Buildbot's names and the line it was made on. Nothing
// is checked here; conversion to the model does that, when the path to the object is known.
#pragma once

#include <string_view>
#include <vector>

#include <lua.hpp>

#include "actors/config/model/config_error.hpp"

namespace troupe::model {

enum class object_kind : std::uint8_t {
  plain,      ///< A part of the configuration: Worker, BuilderConfig, a step, …
  renderable, ///< Computed later: operators work on it, its place is not kept.
  lock,
  factory,
};

struct lua_class {
  std::string_view space; ///< "worker", "changes", "schedulers", "util", "steps".
  std::string_view name;
  object_kind kind = object_kind::plain;
  std::vector<std::string_view> positional; ///< Names of the positional arguments, in order.
  std::string_view rest;                    ///< Argument that takes all further ones, as a list.
  std::string_view named;                   ///< Argument that takes all named ones, as a map.
  bool whole = false; ///< A single table is the first argument, not the table of arguments.
};

/// Every class, by name within its space.
const std::vector<lua_class>& lua_classes();

/// Puts the five namespaces, util's constants and functions, and the objects' behaviour into a
/// state.
void open_configuration_library(lua_State* lua);

/// The class of the object at `index`, or nullptr when it is none.
const lua_class* class_at(lua_State* lua, int index);
place place_at(lua_State* lua, int index);
/// Pushes the table of an object's arguments.
void push_arguments(lua_State* lua, int index);

/// Pushes an object that stands for a computed value that was converted before; `push_arguments` of
/// it gives a table with the value's text at 1.
void push_computed(lua_State* lua, std::string_view printed);
bool is_computed(const lua_class& c);

/// Pushes util.null: what stands for a null where nil would be "not given".
void push_null(lua_State* lua);
bool is_null(lua_State* lua, int index);

} // namespace troupe::model
