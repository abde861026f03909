#include "actors/config/lua/lua_value.hpp"

#include <algorithm>
#include <cmath>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/renderable_role.hpp"
#include "storage/utf8.hpp"

namespace troupe::model {

using boost::json::array;

value_reader::value_reader(sandbox& box, complaints& errors) : box_{box}, errors_{errors} {
  lua_getfield(box.lua(), LUA_REGISTRYINDEX, configuration_key);
  configuration_ = lua_topointer(box.lua(), -1);
  lua_pop(box.lua(), 1);
}

void value_reader::complain(std::string message) {
  errors_.add(at_, path_, std::move(message));
}

json value_reader::read(int index, const std::string& path, const place& at) {
  path_ = path;
  at_ = at;
  depth_ = 0;
  return value(lua_absindex(box_.lua(), index));
}

json value_reader::value(int index) {
  auto lua = box_.lua();
  switch (lua_type(lua, index)) {
  case LUA_TNIL:
  case LUA_TLIGHTUSERDATA:
    return nullptr;
  case LUA_TBOOLEAN:
    return json(lua_toboolean(lua, index) != 0);
  case LUA_TNUMBER:
    if (lua_isinteger(lua, index))
      return json(static_cast<std::int64_t>(lua_tointeger(lua, index)));
    if (auto number = lua_tonumber(lua, index); std::isfinite(number))
      return json(number);
    complain("a number expected, found one that is not finite");
    return nullptr;
  case LUA_TSTRING:
    return text(index);
  default:
    break;
  }
  if (depth_ >= depth_max || !lua_checkstack(lua, 20)) {
    complain("nested too deeply: does a table contain itself?");
    return nullptr;
  }
  ++depth_;
  auto type = lua_type(lua, index);
  json out = type == LUA_TTABLE      ? table(index)
             : type == LUA_TFUNCTION ? function(index)
                                     : object(index);
  --depth_;
  return out;
}

json value_reader::text(int index) {
  std::size_t size = 0;
  auto bytes = lua_tolstring(box_.lua(), index, &size);
  if (valid_utf8_bytes({bytes, size}) == size)
    return json(boost::json::string_view{bytes, size});
  complain("text expected, found bytes that are not UTF-8");
  return json("");
}

json value_reader::table(int index) {
  auto lua = box_.lua();
  if (push_behind_read_only(lua, index)) {
    auto out = table(lua_gettop(lua));
    lua_pop(lua, 1);
    return out;
  }
  if (lua_topointer(lua, index) == configuration_) {
    complain("a function cannot read BuildmasterConfig: put what it needs into a local variable");
    return nullptr;
  }
  if (auto library = box_.library_name(index); !library.empty())
    return json{{"$", "library"}, {"name", library}};
  std::size_t numbered = 0, named = 0, computed = 0;
  auto size = static_cast<std::size_t>(lua_rawlen(lua, index));
  for (lua_pushnil(lua); lua_next(lua, index); lua_pop(lua, 1)) {
    auto type = lua_type(lua, -2);
    numbered += type == LUA_TNUMBER;
    named += type == LUA_TSTRING;
    computed += type == LUA_TUSERDATA;
    if (type == LUA_TBOOLEAN || type == LUA_TTABLE || type == LUA_TFUNCTION)
      complain(fmt::format("keys are text or numbers, found a {}", lua_typename(lua, type)));
  }
  if (computed > 0)
    return computed_map(index);
  if (named == 0 && numbered == size)
    return list(index, size);
  if (named > 0 && numbered > 0) {
    complain("a table is a list or a map, this one has numbered and named entries");
    return json(boost::json::object{});
  }
  boost::json::object out;
  members(index, out);
  if (out.if_contains("$"))
    return json{{"$", "literal"}, {"value", std::move(out)}};
  return out;
}

json value_reader::list(int index, std::size_t size) {
  auto lua = box_.lua();
  array out;
  out.reserve(size);
  auto length = path_.size();
  for (std::size_t i = 1; i <= size; ++i) {
    path_ += fmt::format("[{}]", i);
    lua_rawgeti(lua, index, static_cast<lua_Integer>(i));
    out.push_back(value(lua_gettop(lua)));
    lua_pop(lua, 1);
    path_.resize(length);
  }
  return out;
}

// A map with keys that are computed, too; in the order of what they look like.
json value_reader::computed_map(int index) {
  auto lua = box_.lua();
  std::vector<std::pair<std::string, json>> entries;
  for (lua_pushnil(lua); lua_next(lua, index); lua_pop(lua, 1)) {
    auto key = value(lua_gettop(lua) - 1);
    auto entry = value(lua_gettop(lua));
    entries.emplace_back(print(key), array{key, entry});
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  array out;
  for (auto& [shown, entry] : entries)
    out.push_back(std::move(entry));
  return json{{"$", "map"}, {"entries", std::move(out)}};
}

// The entries of a table under their keys as text, sorted: Lua's own order differs between runs.
void value_reader::members(int index, boost::json::object& out) {
  auto lua = box_.lua();
  std::vector<std::pair<std::string, json>> entries;
  auto length = path_.size();
  for (lua_pushnil(lua); lua_next(lua, index); lua_pop(lua, 1)) {
    std::string key;
    if (lua_type(lua, -2) == LUA_TSTRING) {
      std::size_t size = 0;
      auto bytes = lua_tolstring(lua, -2, &size);
      key.assign(bytes, size);
      if (valid_utf8_bytes(key) != key.size()) {
        complain("text expected, found a key of bytes that are not UTF-8");
        continue;
      }
    } else if (lua_isinteger(lua, -2)) {
      key = fmt::format("{}", lua_tointeger(lua, -2));
    } else if (lua_type(lua, -2) == LUA_TNUMBER) {
      key = fmt::format("{}", lua_tonumber(lua, -2));
    } else {
      continue;
    }
    path_ += path_.empty() ? "" : ".";
    path_ += key;
    auto entry = value(lua_gettop(lua));
    path_.resize(length);
    entries.emplace_back(std::move(key), std::move(entry));
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  out.reserve(out.size() + entries.size());
  for (auto& [key, entry] : entries)
    out.emplace(key_of(key), std::move(entry));
}

json value_reader::object(int index) {
  auto lua = box_.lua();
  auto of = class_at(lua, index);
  if (!of) {
    complain(fmt::format("a value expected, found a {}", luaL_typename(lua, index)));
    return nullptr;
  }
  auto identity = lua_topointer(lua, index);
  if (auto met = known_.find(identity); met != known_.end())
    return met->second;
  auto outer = at_;
  at_ = place_at(lua, index);
  push_arguments(lua, index);
  json out;
  if (is_computed(*of)) {
    lua_rawgeti(lua, -1, 1);
    if (auto parsed = parse_json(lua_tostring(lua, -1)))
      out = std::move(*parsed);
    lua_pop(lua, 1);
  } else if (of == find_component(component_use::renderable, "Access")) {
    out = access(lua_gettop(lua));
  } else {
    boost::json::object made;
    made.emplace("$", key_of(of->name));
    if (of->use != component_use::renderable)
      made.emplace("@", array{json(at_.file), json(at_.line)});
    members(lua_gettop(lua), made);
    out = std::move(made);
    if (of->use == component_use::lock)
      locks_.emplace(print(without_places(out)), out);
    check_format(*of, out);
  }
  lua_pop(lua, 1);
  at_ = std::move(outer);
  if (of->use == component_use::factory) // what is likely to be shared, and costly
    known_.emplace(identity, out);
  return out;
}

// The use of a lock names it; its definition is kept apart (§8.1).
json value_reader::access(int index) {
  boost::json::object given;
  members(index, given);
  json all = given;
  auto lock = member(all, "lock");
  auto mode = text_of(all, "mode");
  auto count = member(all, "count");
  auto kind = lock ? class_of(*lock) : "";
  if (!find_component(component_use::lock, kind))
    complain("access is a method of a lock: lock:access(mode, count)");
  if (mode != "counting" && mode != "exclusive")
    complain(found_instead("the mode 'counting' or 'exclusive'",
                           member(all, "mode") ? *member(all, "mode") : json(nullptr)));
  if (count
      && (!count->is_int64() || count->get_int64() < 0
          || (mode == "exclusive" && count->get_int64() != 1)))
    complain(found_instead(mode == "exclusive" ? "a count of 1 (it is exclusive)"
                                               : "a count, a whole number from 0 on",
                           *count));
  return json{{"$", "Access"},
              {"lock", lock ? json(key_of(text_of(*lock, "name"))) : json("")},
              {"mode", key_of(mode)},
              {"count", count && count->is_int64() ? *count : json(1)}};
}

// Formats are checked here, where the line is known.
void value_reader::check_format(const component& of, const json& object) {
  if (auto* role = role_of<renderable_role>(&of))
    if (auto fine = role->check(object); !fine)
      complain(std::string{of.name} + ": " + fine.error().message);
}

} // namespace troupe::model
