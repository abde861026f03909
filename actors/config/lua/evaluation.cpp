#include "actors/config/lua/evaluation.hpp"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "actors/config/lua/loader.hpp"

namespace troupe::model {

namespace {

constexpr std::size_t files_max = 1000;

} // namespace

result<std::string> read_whole_file(const std::string& path) {
  std::error_code bad;
  auto size =
      std::filesystem::is_regular_file(path, bad) ? std::filesystem::file_size(path, bad) : 0;
  if (bad || !std::filesystem::is_regular_file(path, bad))
    return failure{errc::not_found, "no such file"};
  if (size > configuration_bytes_max)
    return failure{errc::refused, fmt::format("larger than {} MiB", configuration_bytes_max >> 20)};
  std::ifstream in{path, std::ios::binary};
  std::string out(size, '\0');
  if (!in.read(out.data(), static_cast<std::streamsize>(size)))
    return failure{errc::io, "cannot be read"};
  return out;
}

evaluation::evaluation(const std::string& path, const sandbox_limits& limits) : box_{limits} {
  std::filesystem::path at{path};
  std::error_code ignored;
  folder_ = std::filesystem::weakly_canonical(
                at.has_parent_path() ? at.parent_path() : std::filesystem::path{"."}, ignored)
                .string();
  name_ = at.filename().string();
  open();
}

evaluation& evaluation::of(lua_State* lua) {
  return *static_cast<evaluation*>(lua_touserdata(lua, lua_upvalueindex(1)));
}

// BuildmasterConfig stays empty itself, so that each assignment of a key is seen with its line.
void evaluation::open() {
  auto lua = box_.lua();
  open_configuration_library(lua);
  auto closure = [&](lua_CFunction f) {
    lua_pushlightuserdata(lua, this);
    lua_pushcclosure(lua, f, 1);
  };
  closure(include);
  lua_setglobal(lua, "include");
  closure(read_file);
  lua_setglobal(lua, "read_file");
  box_.remember_library();
  lua_newtable(lua);
  lua_createtable(lua, 0, 2);
  lua_newtable(lua);
  lua_pushvalue(lua, -1);
  lua_setfield(lua, LUA_REGISTRYINDEX, "troupe.assigned");
  lua_setfield(lua, -2, "__index");
  closure(assign);
  lua_setfield(lua, -2, "__newindex");
  lua_setmetatable(lua, -2);
  lua_pushvalue(lua, -1);
  lua_setfield(lua, LUA_REGISTRYINDEX, configuration_key);
  lua_setglobal(lua, "BuildmasterConfig");
}

int evaluation::assign(lua_State* lua) {
  auto key = luaL_checkstring(lua, 2);
  auto& run = of(lua);
  run.assigned_[key] = run.box_.here();
  lua_getfield(lua, LUA_REGISTRYINDEX, "troupe.assigned");
  lua_replace(lua, 1);
  lua_rawset(lua, 1);
  return 0;
}

bool evaluation::text_below(lua_State* lua, const char* name, std::string& out) {
  namespace fs = std::filesystem;
  std::error_code bad;
  auto whole = fs::weakly_canonical(fs::path{folder_} / name, bad).string();
  auto prefix = folder_ == "/" ? folder_ : folder_ + "/";
  std::string message;
  if (bad || fs::path{name}.is_absolute() || whole.compare(0, prefix.size(), prefix) != 0)
    message = "only files below the configuration's folder can be read";
  else if (files_.size() >= files_max)
    message = fmt::format("more than {} files", files_max);
  else if (auto text = read_whole_file(whole))
    out = std::move(*text);
  else
    message = text.error().message;
  if (message.empty()) {
    std::pair<std::string, std::string> noted{name, fmt::format("{:016x}", fnv1a(out))};
    if (std::find(files_.begin(), files_.end(), noted) == files_.end())
      files_.push_back(std::move(noted));
    return true;
  }
  lua_pushfstring(lua, "'%s': %s", name, message.c_str());
  return false;
}

int evaluation::read_file(lua_State* lua) {
  auto name = luaL_checkstring(lua, 1);
  {
    std::string text; // gone before lua_error jumps
    if (of(lua).text_below(lua, name, text)) {
      lua_pushlstring(lua, text.data(), text.size());
      return 1;
    }
  }
  luaL_where(lua, 1);
  lua_insert(lua, -2);
  lua_concat(lua, 2);
  return lua_error(lua);
}

int evaluation::include(lua_State* lua) {
  auto name = luaL_checkstring(lua, 1);
  lua_settop(lua, 1);
  bool fine = false;
  {
    std::string text;
    if (of(lua).text_below(lua, name, text)) {
      auto chunk = "@" + std::string{name};
      fine = luaL_loadbufferx(lua, text.data(), text.size(), chunk.c_str(), "t") == LUA_OK;
      if (!fine)
        return lua_error(lua); // a syntax error, with its place
    }
  }
  if (!fine) {
    luaL_where(lua, 1);
    lua_insert(lua, -2);
    lua_concat(lua, 2);
    return lua_error(lua);
  }
  lua_call(lua, 0, LUA_MULTRET);
  return lua_gettop(lua) - 1;
}

bool evaluation::run_file(const std::string& name, config_error& why) {
  auto lua = box_.lua();
  std::string text;
  if (!text_below(lua, name.c_str(), text)) {
    why = {name, 0, "", "no such file, or it cannot be read"};
    return false;
  }
  auto chunk = "@" + name;
  if (luaL_loadbufferx(lua, text.data(), text.size(), chunk.c_str(), "t") != LUA_OK) {
    why = place_and_words(lua_tostring(lua, -1));
    return false;
  }
  return box_.call(0, 0, why);
}

std::optional<raw_configuration> evaluation::evaluate(complaints& errors) {
  config_error why;
  if (!run_file(name_, why)) {
    errors.add({why.file.empty() ? name_ : why.file, why.line}, why.key, why.message);
    return std::nullopt;
  }
  auto lua = box_.lua();
  raw_configuration out;
  out.at = {name_, 0};
  lua_getglobal(lua, "BuildmasterConfig");
  lua_getfield(lua, LUA_REGISTRYINDEX, configuration_key);
  // A configuration may also say BuildmasterConfig = {…}, as in Python.
  bool ours = lua_rawequal(lua, -1, -2) != 0;
  lua_pop(lua, 1);
  if (ours)
    lua_getfield(lua, LUA_REGISTRYINDEX, "troupe.assigned");
  if (!lua_istable(lua, -1)) {
    errors.add(out.at, "BuildmasterConfig", "is not a table any more");
    return std::nullopt;
  }
  value_reader reader{box_, errors};
  boost::json::object table;
  auto top = lua_gettop(lua);
  for (lua_pushnil(lua); lua_next(lua, top); lua_pop(lua, 1)) {
    if (lua_type(lua, -2) != LUA_TSTRING)
      continue;
    std::string key = lua_tostring(lua, -2);
    auto at = assigned_.find(key);
    table.emplace(key, reader.read(-1, "c." + key, at == assigned_.end() ? out.at : at->second));
  }
  out.table = std::move(table);
  out.assigned = assigned_;
  out.locks = std::move(reader.locks());
  return out;
}

} // namespace troupe::model
