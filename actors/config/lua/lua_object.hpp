// What worker.Worker{…}, util.Property("x"), steps.Git{…} and the others give in Lua: an object
// that remembers its class, its arguments by Buildbot's names and the line it was made on. Nothing
// is checked here; conversion to the model does that, when the path to the object is known.
#pragma once

#include <string_view>

#include <lua.hpp>

#include "actors/config/model/component.hpp"

namespace troupe::model {

/// Puts the five namespaces, util's constants and functions, and the objects' behaviour into a
/// state.
void open_configuration_library(lua_State* lua);

/// The class of the object at `index`, or nullptr when it is none.
const component* class_at(lua_State* lua, int index);
place place_at(lua_State* lua, int index);
/// Pushes the table of an object's arguments.
void push_arguments(lua_State* lua, int index);

/// Pushes an object that stands for a computed value that was converted before; `push_arguments` of
/// it gives a table with the value's text at 1.
void push_computed(lua_State* lua, std::string_view printed);
bool is_computed(const component& c);

/// Pushes util.null: what stands for a null where nil would be "not given".
void push_null(lua_State* lua);
bool is_null(lua_State* lua, int index);

} // namespace troupe::model
