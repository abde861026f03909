#include "actors/config/lua/lua_object.hpp"

#include <array>
#include <cstring>

#include "actors/config/lua/sandbox.hpp"

namespace troupe::model {

namespace {

constexpr const char* object_name = "troupe.object";

// Stands for a computed value that was converted before.
const component computed_class{
    .space = "util", .name = "computed", .use = component_use::renderable};
int null_mark;

struct object {
  const component* of;
  std::int64_t line;
  char file[LUA_IDSIZE];
};

object* object_at(lua_State* lua, int index) {
  return static_cast<object*>(luaL_testudata(lua, index, object_name));
}

// Makes an object of the table of arguments on the top of the stack, and replaces that.
void make_object(lua_State* lua, const component& of) {
  auto made = static_cast<object*>(lua_newuserdatauv(lua, sizeof(object), 1));
  *made = {&of, 0, {}};
  lua_Debug activation;
  for (int level = 1; lua_getstack(lua, level, &activation); ++level)
    if (lua_getinfo(lua, "Sl", &activation) && activation.currentline > 0) {
      made->line = activation.currentline;
      std::memcpy(made->file, activation.short_src, sizeof made->file);
      break;
    }
  luaL_setmetatable(lua, object_name);
  lua_insert(lua, -2);
  lua_setiuservalue(lua, -2, 1);
}

const component& util_class(std::string_view name) {
  return *find_component(component_use::renderable, name);
}

// The table at 1 becomes arguments, in the new table at 2.
void sort_table(lua_State* lua, const component& of) {
  bool apart = !of.positional.named.empty();
  if (apart)
    lua_newtable(lua);
  for (lua_pushnil(lua); lua_next(lua, 1);) {
    lua_pushvalue(lua, -2);
    lua_insert(lua, -2);
    if (lua_type(lua, -2) == LUA_TSTRING)
      lua_rawset(lua, apart ? 3 : 2);
    else
      lua_pop(lua, 2);
  }
  if (!apart)
    return;
  lua_pushlstring(lua, of.positional.named.data(), of.positional.named.size());
  lua_insert(lua, 3);
  lua_rawset(lua, 2);
}

void refuse_surplus(lua_State* lua, const component& of, int count) {
  luaL_error(lua, "%s.%s takes at most %d positional arguments, not %d", of.space.data(),
             std::string_view{of.name}.data(), static_cast<int>(of.positional.count), count);
}

// Puts the value on the top of the stack where the given positional argument belongs.
void place_argument(lua_State* lua, const component& of, int arguments, int position, int count) {
  auto known = static_cast<int>(of.positional.count);
  if (position <= known) {
    auto name = of.arguments[static_cast<std::size_t>(position - 1)].name;
    lua_pushlstring(lua, name.data(), name.size());
    lua_insert(lua, -2);
    lua_rawset(lua, arguments);
    return;
  }
  if (of.positional.rest.empty())
    refuse_surplus(lua, of, count);
  lua_pushlstring(lua, of.positional.rest.data(), of.positional.rest.size());
  if (lua_rawget(lua, arguments) != LUA_TTABLE) {
    lua_pop(lua, 1);
    lua_newtable(lua);
    lua_pushlstring(lua, of.positional.rest.data(), of.positional.rest.size());
    lua_pushvalue(lua, -2);
    lua_rawset(lua, arguments);
  }
  lua_insert(lua, -2);
  lua_rawseti(lua, -2, position - known);
  lua_pop(lua, 1);
}

// A factory adds to its list of steps, so it has a copy of what it was given.
void own_steps(lua_State* lua) {
  if (lua_getfield(lua, 2, "steps") == LUA_TTABLE) {
    lua_newtable(lua);
    for (lua_Integer i = 1; lua_rawgeti(lua, -2, i) != LUA_TNIL; ++i)
      lua_rawseti(lua, -2, i);
    lua_pop(lua, 1);
    lua_setfield(lua, 2, "steps");
  }
  lua_pop(lua, 1);
}

int construct(lua_State* lua) {
  const auto& of = *static_cast<const component*>(lua_touserdata(lua, lua_upvalueindex(1)));
  auto given = lua_gettop(lua);
  bool listed = given == 1 && lua_istable(lua, 1);
  if (listed && of.positional.whole_table
      && lua_getfield(lua, 1, of.arguments[0].name.data()) == LUA_TNIL)
    listed = false;
  lua_settop(lua, given);
  luaL_checkstack(lua, 10, "too many arguments");
  lua_newtable(lua);
  if (listed) {
    sort_table(lua, of);
    if (of.use == component_use::factory)
      own_steps(lua);
    auto count = static_cast<int>(lua_rawlen(lua, 1));
    for (int i = 1; i <= count; ++i) {
      lua_rawgeti(lua, 1, i);
      place_argument(lua, of, 2, i, count);
    }
  } else {
    for (int i = 1; i <= given; ++i) {
      lua_pushvalue(lua, i);
      place_argument(lua, of, given + 1, i, given);
    }
  }
  make_object(lua, of);
  return 1;
}

// -- methods and operators ----------------------------------------------------------------------

// Operator(name, a, b), with the name in upvalue 1.
int operate_in_lua(lua_State* lua) {
  lua_settop(lua, 2);
  lua_createtable(lua, 0, 3);
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_setfield(lua, -2, "op");
  lua_pushvalue(lua, 1);
  lua_setfield(lua, -2, "a");
  lua_pushvalue(lua, 2);
  lua_setfield(lua, -2, "b");
  make_object(lua, util_class("Operator"));
  return 1;
}

void append_step(lua_State* lua, int value) {
  push_arguments(lua, 1);
  if (lua_getfield(lua, -1, "steps") != LUA_TTABLE) {
    lua_pop(lua, 1);
    lua_newtable(lua);
    lua_pushvalue(lua, -1);
    lua_setfield(lua, -3, "steps");
  }
  lua_pushvalue(lua, value);
  lua_rawseti(lua, -2, static_cast<lua_Integer>(lua_rawlen(lua, -2)) + 1);
  lua_pop(lua, 2);
}

int add_step(lua_State* lua) {
  luaL_argcheck(lua, class_at(lua, 1) && class_at(lua, 1)->use == component_use::factory, 1,
                "call it as factory:addStep(step)");
  luaL_argcheck(lua, class_at(lua, 2), 2, "a step expected");
  append_step(lua, 2);
  return 0;
}

int add_steps(lua_State* lua) {
  luaL_argcheck(lua, class_at(lua, 1) && class_at(lua, 1)->use == component_use::factory, 1,
                "call it as factory:addSteps(list)");
  luaL_checktype(lua, 2, LUA_TTABLE);
  for (lua_Integer i = 1; lua_rawgeti(lua, 2, i) != LUA_TNIL; ++i)
    append_step(lua, lua_gettop(lua));
  return 0;
}

// lock:access("counting", 2)
int access(lua_State* lua) {
  luaL_argcheck(lua, class_at(lua, 1) && class_at(lua, 1)->use == component_use::lock, 1,
                "call it as lock:access(mode, count)");
  lua_settop(lua, 3);
  lua_createtable(lua, 0, 3);
  auto index = 0;
  for (auto name : {"lock", "mode", "count"}) {
    lua_pushvalue(lua, ++index);
    lua_setfield(lua, 4, name);
  }
  make_object(lua, util_class("Access"));
  return 1;
}

// renderer:withArgs(…): the same function with arguments.
int with_args(lua_State* lua) {
  luaL_argcheck(lua, class_at(lua, 1), 1, "call it as renderer:withArgs(…)");
  auto count = lua_gettop(lua);
  push_arguments(lua, 1);
  lua_newtable(lua);
  lua_getfield(lua, -2, "function");
  lua_setfield(lua, -2, "function");
  lua_createtable(lua, count, 0);
  for (int i = 2; i <= count; ++i) {
    lua_pushvalue(lua, i);
    lua_rawseti(lua, -2, i - 1);
  }
  lua_setfield(lua, -2, "args");
  make_object(lua, util_class("renderer"));
  return 1;
}

int index_object(lua_State* lua) {
  const auto& of = *class_at(lua, 1);
  std::string_view name = luaL_checkstring(lua, 2);
  lua_CFunction method = nullptr;
  if (of.use == component_use::factory)
    method = name == "addStep" ? add_step : name == "addSteps" ? add_steps : nullptr;
  else if (of.use == component_use::lock)
    method = name == "access" ? access : nullptr;
  else if (&of == &util_class("renderer") && name == "withArgs")
    method = with_args;
  if (method) {
    lua_pushcfunction(lua, method);
    return 1;
  }
  constexpr std::array<std::array<const char*, 2>, 7> comparisons{{{"eq", "=="},
                                                                   {"ne", "!="},
                                                                   {"lt", "<"},
                                                                   {"le", "<="},
                                                                   {"gt", ">"},
                                                                   {"ge", ">="},
                                                                   {"in_", "in"}}};
  if (of.use == component_use::renderable)
    for (const auto& [method_name, sign] : comparisons)
      if (name == method_name) {
        lua_pushstring(lua, sign);
        lua_pushcclosure(lua, operate_in_lua, 1);
        return 1;
      }
  push_arguments(lua, 1);
  lua_pushvalue(lua, 2);
  lua_rawget(lua, -2);
  return 1;
}

int assign_object(lua_State* lua) {
  const auto& of = *class_at(lua, 1);
  if (of.use != component_use::factory)
    return luaL_error(lua, "a %s cannot be changed after it was made", of.name.data());
  push_arguments(lua, 1);
  lua_insert(lua, 2);
  lua_rawset(lua, 2);
  return 0;
}

int show_object(lua_State* lua) {
  const auto& of = *class_at(lua, 1);
  lua_pushfstring(lua, "%s.%s", of.space.data(), of.name.data());
  return 1;
}

// An unknown name in a namespace; upvalue 1 is the namespace's.
int missing_name(lua_State* lua) {
  std::string_view space = lua_tostring(lua, lua_upvalueindex(1));
  auto name = luaL_checkstring(lua, 2);
  {
    std::vector<std::string_view> known;
    for (const auto* c : catalogue())
      if (c->space == space)
        known.push_back(c->name);
    auto close = nearest(name, known);
    if (close.empty())
      lua_pushfstring(lua, "unknown %s.%s", space.data(), name);
    else
      lua_pushfstring(lua, "unknown %s.%s: did you mean %s.%s?", space.data(), name, space.data(),
                      close.data());
  }
  luaL_where(lua, 1);
  lua_insert(lua, -2);
  lua_concat(lua, 2);
  return lua_error(lua);
}

void open_objects(lua_State* lua) {
  luaL_newmetatable(lua, object_name);
  constexpr std::array<std::array<const char*, 2>, 6> operators{{{"__add", "+"},
                                                                 {"__sub", "-"},
                                                                 {"__mul", "*"},
                                                                 {"__div", "/"},
                                                                 {"__idiv", "//"},
                                                                 {"__mod", "%"}}};
  for (const auto& [event, sign] : operators) {
    lua_pushstring(lua, sign);
    lua_pushcclosure(lua, operate_in_lua, 1);
    lua_setfield(lua, -2, event);
  }
  const luaL_Reg behaviour[] = {{"__index", index_object},
                                {"__newindex", assign_object},
                                {"__tostring", show_object},
                                {nullptr, nullptr}};
  luaL_setfuncs(lua, behaviour, 0);
  lua_pop(lua, 1);
}

void open_constants(lua_State* lua) {
  constexpr std::array<const char*, 7> results{"SUCCESS",   "WARNINGS", "FAILURE",  "SKIPPED",
                                               "EXCEPTION", "RETRY",    "CANCELLED"};
  lua_getglobal(lua, "util");
  for (std::size_t i = 0; i < results.size(); ++i) {
    lua_pushinteger(lua, static_cast<lua_Integer>(i));
    lua_pushvalue(lua, -1);
    lua_setglobal(lua, results[i]);
    lua_setfield(lua, -2, results[i]);
  }
  push_null(lua);
  lua_setfield(lua, -2, "null");
  push_null(lua);
  lua_setglobal(lua, "None");
  lua_pop(lua, 1);
}

} // namespace

void open_configuration_library(lua_State* lua) {
  open_objects(lua);
  for (auto space : component_spaces()) {
    lua_newtable(lua);
    for (const auto* c : catalogue())
      if (c->space == space) {
        lua_pushlstring(lua, c->name.data(), c->name.size());
        lua_pushlightuserdata(lua, const_cast<component*>(c));
        lua_pushcclosure(lua, construct, 1);
        lua_rawset(lua, -3);
      }
    lua_createtable(lua, 0, 1);
    lua_pushlstring(lua, space.data(), space.size());
    lua_pushcclosure(lua, missing_name, 1);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
    lua_setglobal(lua, space.data());
  }
  open_constants(lua);
}

const component* class_at(lua_State* lua, int index) {
  auto found = object_at(lua, index);
  return found ? found->of : nullptr;
}

place place_at(lua_State* lua, int index) {
  auto found = object_at(lua, index);
  return found ? place{found->file, found->line} : place{};
}

void push_arguments(lua_State* lua, int index) {
  lua_getiuservalue(lua, index, 1);
}

void push_computed(lua_State* lua, std::string_view printed) {
  lua_createtable(lua, 1, 0);
  lua_pushlstring(lua, printed.data(), printed.size());
  lua_rawseti(lua, -2, 1);
  make_object(lua, computed_class);
}

bool is_computed(const component& c) {
  return &c == &computed_class;
}

void push_null(lua_State* lua) {
  lua_pushlightuserdata(lua, &null_mark);
}

bool is_null(lua_State* lua, int index) {
  return lua_touserdata(lua, index) == &null_mark;
}

} // namespace troupe::model
