#include "actors/config/lua/sandbox.hpp"

#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

namespace troupe::model {

namespace {

constexpr int instructions_per_look = 1000;

constexpr const char* budget_words = "gives up: too many instructions; does a loop never end?";

} // namespace

sandbox::sandbox(const sandbox_limits& limits) : limits_{limits} {
  lua_ = lua_newstate(&sandbox::allocate, this);
  if (!lua_)
    throw std::runtime_error{"no memory for a Lua state"};
  *static_cast<sandbox**>(lua_getextraspace(lua_)) = this;
  open_safe_libraries(lua_);
  lua_sethook(lua_, &sandbox::count, LUA_MASKCOUNT, instructions_per_look);
  lua_gc(lua_, LUA_GCGEN, 0, 0);
}

sandbox::~sandbox() {
  lua_close(lua_);
}

sandbox& sandbox::of(lua_State* lua) {
  return **static_cast<sandbox**>(lua_getextraspace(lua));
}

void sandbox::refill() {
  instructions_ = 0;
  exhausted_ = false;
  lua_sethook(lua_, &sandbox::count, LUA_MASKCOUNT, instructions_per_look);
}

void* sandbox::allocate(void* self, void* block, std::size_t before, std::size_t after) {
  auto& box = *static_cast<sandbox*>(self);
  if (!block)
    before = 0; // Lua says there what kind of object it is for
  if (after == 0) {
    std::free(block);
    box.memory_ -= before;
    return nullptr;
  }
  if (box.calling_ && after > before
      && after - before > box.limits_.memory_max - std::min(box.memory_, box.limits_.memory_max)) {
    box.refused_memory_ = true;
    box.memory_refused_at_ = box.here();
    return nullptr;
  }
  auto moved = std::realloc(block, after);
  if (moved)
    box.memory_ = box.memory_ - before + after;
  return moved;
}

void sandbox::count(lua_State* lua, lua_Debug*) {
  auto& box = of(lua);
  box.instructions_ += instructions_per_look;
  if (!box.exhausted_ && box.instructions_ <= box.limits_.instructions_max)
    return;
  // From here on every instruction fails, so that pcall cannot go on.
  if (!box.exhausted_) {
    box.exhausted_ = true;
    lua_sethook(lua, &sandbox::count, LUA_MASKCOUNT, 1);
  }
  {
    auto at = box.here(); // gone before lua_error jumps over its destructor
    lua_pushfstring(lua, "%s:%d: %s", at.file.c_str(), static_cast<int>(at.line), budget_words);
  }
  lua_error(lua);
}

place sandbox::here() const {
  lua_Debug activation;
  if (!lua_)
    return {};
  for (int level = 0; lua_getstack(lua_, level, &activation); ++level)
    if (lua_getinfo(lua_, "Sl", &activation) && activation.currentline > 0)
      return {activation.short_src, activation.currentline};
  return {};
}

bool sandbox::call(int arguments, int results, config_error& why) {
  refused_memory_ = false;
  calling_ = true;
  auto status = lua_pcall(lua_, arguments, results, 0);
  calling_ = false;
  if (status == LUA_OK && !exhausted_)
    return true;
  if (status == LUA_OK)
    lua_pushstring(lua_, budget_words);
  why = explain(status);
  lua_pop(lua_, 1);
  return false;
}

config_error sandbox::explain(int status) {
  if (status == LUA_ERRMEM)
    return {
        memory_refused_at_.file, memory_refused_at_.line, "",
        fmt::format("gives up: more than {} MiB of memory are needed", limits_.memory_max >> 20)};
  std::size_t size = 0;
  auto text = lua_type(lua_, -1) == LUA_TSTRING ? lua_tolstring(lua_, -1, &size) : nullptr;
  if (!text)
    return {"", 0, "",
            fmt::format("an error was raised with a {} instead of words", luaL_typename(lua_, -1))};
  auto why = place_and_words({text, size});
  // Lua's own words for this go on with half a page of its innards.
  if (why.message.find("stack overflow") != std::string::npos)
    why.message = "gives up: functions call each other too deeply";
  return why;
}

void sandbox::remember_library() {
  auto note = [&](const std::string& name) {
    auto at = lua_topointer(lua_, -1);
    if (!at || (!lua_isfunction(lua_, -1) && !lua_istable(lua_, -1)))
      return;
    library_names_.emplace(at, name);
    lua_pushvalue(lua_, -1); // kept, so that nothing else gets its address
    luaL_ref(lua_, LUA_REGISTRYINDEX);
  };
  lua_newtable(lua_); // a copy of the globals, to tell later which are the configuration's
  lua_pushglobaltable(lua_);
  for (lua_pushnil(lua_); lua_next(lua_, -2);) {
    lua_pushvalue(lua_, -2);
    lua_insert(lua_, -2);
    lua_rawset(lua_, -5);
  }
  for (lua_pushnil(lua_); lua_next(lua_, -2); lua_pop(lua_, 1)) {
    std::string space = lua_tostring(lua_, -2);
    note(space);
    if (push_behind_read_only(lua_, -1))
      lua_replace(lua_, -2);
    if (!lua_istable(lua_, -1))
      continue;
    for (lua_pushnil(lua_); lua_next(lua_, -2); lua_pop(lua_, 1))
      if (lua_type(lua_, -2) == LUA_TSTRING)
        note(space + "." + lua_tostring(lua_, -2));
  }
  lua_pop(lua_, 1);
  lua_setfield(lua_, LUA_REGISTRYINDEX, "troupe.library");
}

std::string sandbox::library_name(int index) const {
  auto found = library_names_.find(lua_topointer(lua_, index));
  return found == library_names_.end() ? std::string{} : found->second;
}

bool sandbox::push_library(std::string_view name) const {
  auto dot = name.find('.');
  lua_pushglobaltable(lua_);
  lua_pushlstring(lua_, name.data(), std::min(dot, name.size()));
  lua_rawget(lua_, -2);
  lua_remove(lua_, -2);
  if (dot != std::string_view::npos && lua_istable(lua_, -1)) {
    if (push_behind_read_only(lua_, -1))
      lua_replace(lua_, -2);
    lua_pushlstring(lua_, name.data() + dot + 1, name.size() - dot - 1);
    lua_rawget(lua_, -2);
    lua_remove(lua_, -2);
  }
  if (!library_name(-1).empty())
    return true;
  lua_pop(lua_, 1);
  return false;
}

} // namespace troupe::model
