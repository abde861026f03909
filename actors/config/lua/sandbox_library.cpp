// What a configuration may call of Lua's libraries. Left out, and why: os, io, package, debug,
// load, dofile (the outside); math.random (chance); next, and pairs in Lua's order (it differs from
// run to run); setmetatable, getmetatable, raw*, coroutine, collectgarbage (ways around the
// limits); table.move (loops in C, where instructions are not counted).
#include "actors/config/lua/sandbox.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

namespace troupe::model {

namespace {

constexpr const char* read_only_mark = "troupe.behind";

// Pattern matching goes back and forth in C, uncounted: about this many steps at the worst.
constexpr double match_steps_max = 1e11;

int step_through(lua_State* lua) {
  auto next = lua_tointeger(lua, lua_upvalueindex(3)) + 1;
  lua_pushinteger(lua, next);
  lua_replace(lua, lua_upvalueindex(3));
  if (lua_rawgeti(lua, lua_upvalueindex(2), next) == LUA_TNIL)
    return 1;
  lua_pushvalue(lua, -1);
  lua_gettable(lua, lua_upvalueindex(1));
  return 2;
}

bool key_before(lua_State* lua, int a, int b) {
  auto rank = [&](int at) {
    auto type = lua_type(lua, at);
    return type == LUA_TNUMBER ? 0 : type == LUA_TSTRING ? 1 : 2;
  };
  if (rank(a) != rank(b) || rank(a) == 2)
    return rank(a) < rank(b);
  return lua_compare(lua, a, b, LUA_OPLT) != 0;
}

// Keys 1, 2, … come as they are stored; only the others need to be sorted.
void push_sorted_keys(lua_State* lua, int table) {
  lua_newtable(lua);
  auto keys = lua_gettop(lua);
  lua_newtable(lua);
  auto loose = lua_gettop(lua);
  auto listed = static_cast<lua_Integer>(lua_rawlen(lua, table));
  for (lua_Integer i = 1; i <= listed; ++i) {
    lua_pushinteger(lua, i);
    lua_rawseti(lua, keys, i);
  }
  lua_Integer count = 0;
  for (lua_pushnil(lua); lua_next(lua, table); lua_pop(lua, 1)) {
    lua_pushvalue(lua, -2);
    auto whole = lua_isinteger(lua, -1) ? lua_tointeger(lua, -1) : 0;
    if (whole >= 1 && whole <= listed)
      lua_pop(lua, 1);
    else
      lua_rawseti(lua, loose, ++count);
  }
  std::vector<int> places(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < places.size(); ++i)
    places[i] = static_cast<int>(i) + 1;
  std::stable_sort(places.begin(), places.end(), [&](int a, int b) {
    lua_rawgeti(lua, loose, a);
    lua_rawgeti(lua, loose, b);
    bool before = key_before(lua, -2, -1);
    lua_pop(lua, 2);
    return before;
  });
  for (auto at : places) {
    lua_rawgeti(lua, loose, at);
    lua_rawseti(lua, keys, ++listed);
  }
  lua_settop(lua, keys);
}

int sorted_pairs(lua_State* lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_settop(lua, 1);
  if (push_behind_read_only(lua, 1))
    lua_replace(lua, 1);
  luaL_checkstack(lua, 20, "pairs");
  lua_pushvalue(lua, 1);
  push_sorted_keys(lua, 1);
  lua_pushinteger(lua, 0);
  lua_pushcclosure(lua, step_through, 3);
  return 1;
}

// Addresses differ from run to run, so they are not shown.
int plain_tostring(lua_State* lua) {
  luaL_checkany(lua, 1);
  auto type = lua_type(lua, 1);
  if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TLIGHTUSERDATA)
    lua_pushstring(lua, type == LUA_TLIGHTUSERDATA ? "null" : lua_typename(lua, type));
  else
    luaL_tolstring(lua, 1, nullptr);
  return 1;
}

int collected_print(lua_State* lua) {
  auto count = lua_gettop(lua);
  auto& box = sandbox::of(lua);
  luaL_Buffer line; // not a std::string: an error in here must not leak it
  luaL_buffinit(lua, &line);
  for (int i = 1; i <= count; ++i) {
    if (i > 1)
      luaL_addchar(&line, '\t');
    lua_pushcfunction(lua, plain_tostring);
    lua_pushvalue(lua, i);
    lua_call(lua, 1, 1);
    luaL_addvalue(&line);
  }
  luaL_pushresult(&line);
  auto at = box.here();
  if (box.printed().size() < sandbox::printed_lines_max)
    box.printed().push_back(fmt::format("{}:{}: {}", at.file, at.line, lua_tostring(lua, -1)));
  return 0;
}

int bounded_rep(lua_State* lua) {
  std::size_t size = 0, separator = 0;
  luaL_checklstring(lua, 1, &size);
  luaL_checkinteger(lua, 2);
  luaL_optlstring(lua, 3, "", &separator);
  if (size + separator == 0) { // Lua would count to the end of it
    lua_pushliteral(lua, "");
    return 1;
  }
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, 1);
  return 1;
}

// Calls the original, its upvalue, unless subject and pattern could keep it busy for minutes.
int bounded_match(lua_State* lua) {
  std::size_t subject_size = 0, pattern_size = 0;
  luaL_checklstring(lua, 1, &subject_size);
  auto pattern = luaL_checklstring(lua, 2, &pattern_size);
  auto repeats = std::count_if(pattern, pattern + pattern_size,
                               [](char c) { return c == '*' || c == '+' || c == '-'; });
  if (repeats > 1
      && std::pow(static_cast<double>(subject_size), static_cast<double>(repeats))
             > match_steps_max)
    return luaL_error(lua, "a pattern with %d repetitions is too costly for a text of %d bytes",
                      static_cast<int>(repeats), static_cast<int>(subject_size));
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, LUA_MULTRET);
  return lua_gettop(lua);
}

// Like tostring, without addresses.
int plain_format(lua_State* lua) {
  auto count = lua_gettop(lua);
  if (std::strstr(luaL_checkstring(lua, 1), "%p"))
    return luaL_error(lua, "%%p is not available: addresses differ from run to run");
  for (int i = 2; i <= count; ++i)
    if (lua_type(lua, i) == LUA_TTABLE || lua_type(lua, i) == LUA_TFUNCTION) {
      lua_pushstring(lua, luaL_typename(lua, i));
      lua_replace(lua, i);
    }
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, count, 1);
  return 1;
}

int property_getter(lua_State* lua) {
  bool ask = lua_toboolean(lua, lua_upvalueindex(1)) != 0;
  auto name = luaL_checkstring(lua, 2);
  lua_settop(lua, 3);
  auto type = lua_getfield(lua, 1, "properties");
  if (type == LUA_TNIL) {
    lua_pop(lua, 1);
    lua_pushvalue(lua, 1);
  }
  if (push_behind_read_only(lua, -1))
    lua_replace(lua, -2);
  luaL_checktype(lua, -1, LUA_TTABLE);
  lua_pushstring(lua, name);
  lua_rawget(lua, -2);
  if (ask)
    lua_pushboolean(lua, !lua_isnil(lua, -1));
  else if (lua_isnil(lua, -1))
    lua_pushvalue(lua, 3);
  return 1;
}

// Upvalues: what is behind, and the two methods.
int read_only_index(lua_State* lua) {
  lua_pushvalue(lua, 2);
  if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL || lua_type(lua, 2) != LUA_TSTRING)
    return 1;
  auto name = lua_tostring(lua, 2);
  bool asks = std::strcmp(name, "hasProperty") == 0;
  if (!asks && std::strcmp(name, "getProperty") != 0)
    return 1;
  lua_pushboolean(lua, asks);
  lua_pushcclosure(lua, property_getter, 1);
  return 1;
}

int read_only_newindex(lua_State* lua) {
  return luaL_error(lua, "what a function is given cannot be changed");
}

int read_only_length(lua_State* lua) {
  lua_pushinteger(lua, static_cast<lua_Integer>(lua_rawlen(lua, lua_upvalueindex(1))));
  return 1;
}

void forget(lua_State* lua, int table, std::initializer_list<const char*> names) {
  for (auto name : names) {
    lua_pushnil(lua);
    lua_setfield(lua, table, name);
  }
}

void wrap(lua_State* lua, int table, const char* name, lua_CFunction outer) {
  lua_getfield(lua, table, name);
  lua_pushcclosure(lua, outer, 1);
  lua_setfield(lua, table, name);
}

} // namespace

void open_safe_libraries(lua_State* lua) {
  auto open = [&](const char* name, lua_CFunction opener) {
    lua_settop(lua, 0);
    luaL_requiref(lua, name, opener, 1);
  };
  open("_G", luaopen_base);
  forget(lua, 1,
         {"_G", "collectgarbage", "dofile", "load", "loadfile", "next", "rawequal", "rawget",
          "rawlen", "rawset", "setmetatable", "getmetatable", "xpcall", "warn"});
  lua_register(lua, "pairs", sorted_pairs);
  lua_register(lua, "print", collected_print);
  lua_register(lua, "tostring", plain_tostring);
  open("string", luaopen_string);
  forget(lua, 1, {"dump"});
  wrap(lua, 1, "rep", bounded_rep);
  wrap(lua, 1, "format", plain_format);
  for (auto name : {"find", "match", "gmatch", "gsub"})
    wrap(lua, 1, name, bounded_match);
  open("table", luaopen_table);
  forget(lua, 1, {"move"});
  open("math", luaopen_math);
  forget(lua, 1, {"random", "randomseed"});
  open("utf8", luaopen_utf8);
  lua_settop(lua, 0);
}

void make_read_only(lua_State* lua) {
  luaL_checkstack(lua, 8, "too deep");
  lua_newtable(lua);
  lua_createtable(lua, 0, 5);
  auto closure = [&](const char* name, lua_CFunction f) {
    lua_pushvalue(lua, -3);
    lua_pushcclosure(lua, f, 1);
    lua_setfield(lua, -2, name);
  };
  closure("__index", read_only_index);
  closure("__newindex", read_only_newindex);
  closure("__len", read_only_length);
  lua_pushvalue(lua, -3);
  lua_setfield(lua, -2, read_only_mark);
  lua_setmetatable(lua, -2);
  lua_remove(lua, -2);
}

bool push_behind_read_only(lua_State* lua, int index) {
  return luaL_getmetafield(lua, index, read_only_mark) != LUA_TNIL;
}

} // namespace troupe::model
