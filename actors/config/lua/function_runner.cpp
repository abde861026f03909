#include "actors/config/lua/function_runner.hpp"

#include <set>

#include <fmt/format.h>

#include "actors/config/lua/lua_value.hpp"

namespace troupe::model {

namespace {

// Notes {function, upvalue's number, value} for all upvalues of the function at the top, and of
// those that it captured, in the table at `notes`.
void note_captured(lua_State* lua, int notes, std::set<const void*>& seen) {
  if (!lua_checkstack(lua, 10) || !seen.insert(lua_topointer(lua, -1)).second
      || lua_iscfunction(lua, -1))
    return;
  auto function = lua_gettop(lua);
  for (int i = 1; lua_getupvalue(lua, function, i); ++i) {
    lua_createtable(lua, 3, 0);
    lua_pushvalue(lua, function);
    lua_rawseti(lua, -2, 1);
    lua_pushinteger(lua, i);
    lua_rawseti(lua, -2, 2);
    lua_pushvalue(lua, -2);
    lua_rawseti(lua, -2, 3);
    lua_rawseti(lua, notes, static_cast<lua_Integer>(lua_rawlen(lua, notes)) + 1);
    if (lua_isfunction(lua, -1))
      note_captured(lua, notes, seen);
    lua_pop(lua, 1);
  }
}

// Puts all noted upvalues back: a function that changed one must not see it in its next run.
void restore_captured(lua_State* lua, int notes) {
  for (lua_Integer i = 1; lua_rawgeti(lua, notes, i) != LUA_TNIL; ++i) {
    lua_rawgeti(lua, -1, 1);
    lua_rawgeti(lua, -2, 2);
    auto number = static_cast<int>(lua_tointeger(lua, -1));
    lua_pop(lua, 1);
    lua_rawgeti(lua, -2, 3);
    lua_setupvalue(lua, -2, number);
    lua_pop(lua, 2);
  }
  lua_pop(lua, 1);
}

} // namespace

function_runner::function_runner(const function_limits& limits) : limits_{limits} {}

function_runner::~function_runner() = default;

void function_runner::start() {
  loaded_.clear();
  box_ = std::make_unique<sandbox>(sandbox_limits{limits_.instructions_max, limits_.memory_max});
  auto lua = box_->lua();
  open_configuration_library(lua);
  // What one function would put into a library, others would see.
  auto names = component_spaces();
  names.insert(names.end(), {"string", "table", "math", "utf8"});
  for (auto name : names) {
    lua_getglobal(lua, name.data());
    make_read_only(lua);
    lua_setglobal(lua, name.data());
  }
  box_->remember_library();
}

// Leaves {function, notes of what it captured} on the stack.
result<void> function_runner::push(const json& function) {
  auto lua = box_->lua();
  auto name = fmt::format("{} {}:{} {}", text_of(function, "digest"), text_of(function, "file"),
                          member(function, "line") ? print(*member(function, "line")) : "",
                          text_of(function, "name"));
  if (auto known = loaded_.find(name); known != loaded_.end()) {
    lua_rawgeti(lua, LUA_REGISTRYINDEX, known->second);
    return {};
  }
  if (loaded_.size() >= limits_.loaded_max) {
    start();
    lua = box_->lua();
  }
  lua_newtable(lua);
  config_error why;
  if (!push_computed_value(*box_, function, why)) {
    lua_pop(lua, 1);
    return failure{errc::invalid, to_string(why)};
  }
  lua_newtable(lua);
  std::set<const void*> seen;
  lua_pushvalue(lua, -2);
  note_captured(lua, lua_gettop(lua) - 1, seen);
  lua_pop(lua, 1);
  lua_rawseti(lua, -3, 2);
  lua_rawseti(lua, -2, 1);
  lua_pushvalue(lua, -1);
  loaded_.emplace(std::move(name), luaL_ref(lua, LUA_REGISTRYINDEX));
  return {};
}

result<json> function_runner::call(const json& function, const std::vector<json>& arguments) {
  auto kind = class_of(function);
  if (kind != "function" && kind != "library")
    return failure{errc::invalid, found_instead("a function", function)};
  if (!box_) // most configurations have no functions, and a sandbox is dear
    start();
  lua_settop(box_->lua(), 0);
  if (auto ready = push(function); !ready)
    return ready.error();
  auto lua = box_->lua();
  lua_rawgeti(lua, 1, 2);
  restore_captured(lua, 2);
  lua_settop(lua, 1);
  lua_rawgeti(lua, 1, 1);
  if (!lua_checkstack(lua, static_cast<int>(arguments.size()) + 20))
    return failure{errc::refused, "too many arguments"};
  for (const auto& argument : arguments)
    push_data(lua, argument);
  box_->refill();
  box_->printed().clear();
  config_error why;
  if (!box_->call(static_cast<int>(arguments.size()), 1, why)) {
    bool gave_up = why.message.rfind("gives up", 0) == 0;
    return failure{gave_up ? errc::refused : errc::invalid, to_string(why)};
  }
  complaints wrong;
  place at{std::string{text_of(function, "file")}, 0};
  if (auto line = member(function, "line"); line && line->is_int64())
    at.line = line->get_int64();
  auto out = value_reader{*box_, wrong}.read(-1, "its result", at);
  lua_settop(lua, 0);
  if (!wrong.none())
    return failure{errc::invalid, to_string(wrong.take())};
  return out;
}

} // namespace troupe::model
