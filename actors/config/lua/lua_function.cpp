// Functions of a configuration: out of Lua with all that they need, and back in.
#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/lua/function_code.hpp"
#include "actors/config/lua/lua_value.hpp"

namespace troupe::model {

using boost::json::array;

namespace {

int append_code(lua_State*, const void* bytes, std::size_t size, void* out) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return 0;
}

} // namespace

json value_reader::function(int index) {
  auto lua = box_.lua();
  if (auto name = box_.library_name(index); !name.empty())
    return json{{"$", "library"}, {"name", name}};
  auto identity = lua_topointer(lua, index);
  auto around = std::find(functions_.rbegin(), functions_.rend(), identity);
  if (around != functions_.rend())
    return json{{"$", "enclosing"}, {"level", around - functions_.rbegin()}};
  lua_Debug about;
  lua_pushvalue(lua, index);
  lua_getinfo(lua, ">S", &about);
  if (about.what[0] == 'C') {
    complain("a function of the configuration expected, found one of the program");
    return nullptr;
  }
  std::string code;
  lua_pushvalue(lua, index);
  lua_dump(lua, append_code, &code, 0);
  lua_pop(lua, 1);
  auto facts = inspect_code(code);
  if (!facts) {
    complain(facts.error().message);
    return nullptr;
  }
  functions_.push_back(identity);
  json taken = captured(index);
  json read = globals(index, facts->globals);
  functions_.pop_back();
  auto content = facts->bare + print(without_places(taken)) + print(without_places(read));
  return json{{"$", "function"},           {"file", about.short_src},
              {"line", about.linedefined}, {"digest", fmt::format("{:016x}", fnv1a(content))},
              {"code", to_base64(code)},   {"captured", std::move(taken)},
              {"globals", std::move(read)}};
}

json value_reader::captured(int index) {
  auto lua = box_.lua();
  array out;
  for (int i = 1;; ++i) {
    auto name = lua_getupvalue(lua, index, i);
    if (!name)
      return out;
    json value;
    bool environment = std::string_view{name} == "_ENV";
    auto length = path_.size();
    path_ += fmt::format(" (captured '{}')", name);
    if (environment)
      value = json{{"$", "env"}};
    else
      value = this->value(lua_gettop(lua));
    path_.resize(length);
    lua_pop(lua, 1);
    out.push_back(array{json(name), std::move(value)});
  }
}

// The values of the global variables that a function reads, if they are not the library's. They are
// looked up in its _ENV: in the runner that is a table of the function's own.
json value_reader::globals(int index, const std::vector<std::string>& names) {
  auto lua = box_.lua();
  array out;
  auto top = lua_gettop(lua);
  const char* upvalue = nullptr;
  for (int i = 1; (upvalue = lua_getupvalue(lua, index, i)); ++i) {
    if (std::string_view{upvalue} == "_ENV")
      break;
    lua_pop(lua, 1);
  }
  if (!upvalue || !lua_istable(lua, -1)) {
    lua_settop(lua, top);
    return out;
  }
  for (const auto& name : names) {
    lua_getfield(lua, LUA_REGISTRYINDEX, "troupe.library");
    lua_getfield(lua, -1, name.c_str());
    lua_getfield(lua, top + 1, name.c_str());
    if (!lua_isnil(lua, -1) && !lua_rawequal(lua, -1, -2)) {
      auto length = path_.size();
      path_ += fmt::format(" (global '{}')", name);
      out.push_back(array{json(name), value(lua_gettop(lua))});
      path_.resize(length);
    }
    lua_settop(lua, top + 1);
  }
  lua_settop(lua, top);
  return out;
}

json without_places(const json& value) {
  if (value.is_array()) {
    array out;
    for (const auto& element : value.get_array())
      out.push_back(without_places(element));
    return out;
  }
  if (!value.is_object())
    return value;
  boost::json::object out;
  auto kind = class_of(value);
  if (kind == "function")
    return json{{"$", "function"}, {"digest", key_of(text_of(value, "digest"))}};
  if (auto literal = member(value, "value"); kind == "literal" && literal && literal->is_object()) {
    for (const auto& [key, entry] : literal->get_object())
      out.emplace(key, without_places(entry));
    return json{{"$", "literal"}, {"value", std::move(out)}};
  }
  for (const auto& [key, entry] : value.get_object())
    if (kind.empty() || key != "@")
      out.emplace(key, without_places(entry));
  return out;
}

// -- back ---------------------------------------------------------------------------------------

void push_data(lua_State* lua, const json& value) {
  luaL_checkstack(lua, 12, "too deep");
  switch (value.kind()) {
  case boost::json::kind::null:
    return lua_pushnil(lua);
  case boost::json::kind::bool_:
    return lua_pushboolean(lua, value.get_bool());
  case boost::json::kind::int64:
    return lua_pushinteger(lua, value.get_int64());
  case boost::json::kind::uint64:
    return lua_pushnumber(lua, static_cast<double>(value.get_uint64()));
  case boost::json::kind::double_:
    return lua_pushnumber(lua, value.get_double());
  case boost::json::kind::string:
    lua_pushlstring(lua, value.get_string().data(), value.get_string().size());
    return;
  case boost::json::kind::array: {
    const auto& elements = value.get_array();
    lua_createtable(lua, static_cast<int>(elements.size()), 0);
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (elements[i].is_null())
        push_null(lua);
      else
        push_data(lua, elements[i]);
      lua_rawseti(lua, -2, static_cast<lua_Integer>(i) + 1);
    }
    break;
  }
  case boost::json::kind::object:
    lua_createtable(lua, 0, static_cast<int>(value.get_object().size()));
    for (const auto& [key, entry] : value.get_object()) {
      lua_pushlstring(lua, key.data(), key.size());
      push_data(lua, entry);
      lua_rawset(lua, -3);
    }
    break;
  }
  make_read_only(lua);
}

namespace {

// Builds values of a configuration; the functions being built are on the stack at `around`.
class pusher {
public:
  explicit pusher(sandbox& box) : box_{box}, lua_{box.lua()} {}

  void push(const json& value) {
    luaL_checkstack(lua_, 12, "too deep");
    if (value.is_null())
      return push_null(lua_);
    if (value.is_array()) {
      list(value.get_array());
      return make_read_only(lua_);
    }
    if (!value.is_object())
      return push_data(lua_, value);
    auto kind = class_of(value);
    if (kind == "function")
      function(value);
    else if (kind == "library")
      library(text_of(value, "name"));
    else if (kind == "enclosing")
      enclosing(*member(value, "level"));
    else if (kind == "env")
      lua_pushglobaltable(lua_);
    else if (kind == "literal")
      map(member(value, "value")->as_object());
    else if (!kind.empty())
      push_computed(lua_, print(value));
    else
      map(value.get_object());
  }

private:
  void list(const array& elements) {
    lua_createtable(lua_, static_cast<int>(elements.size()), 0);
    for (std::size_t i = 0; i < elements.size(); ++i) {
      push(elements[i]);
      lua_rawseti(lua_, -2, static_cast<lua_Integer>(i) + 1);
    }
  }

  // Keys of whole numbers come back as numbers: that is what they were.
  void map(const boost::json::object& entries) {
    lua_newtable(lua_);
    for (const auto& [key, entry] : entries) {
      lua_pushlstring(lua_, key.data(), key.size());
      if (auto whole = key;
          !whole.empty()
          && whole.find_first_not_of("-0123456789") == boost::json::string_view::npos)
        if (lua_stringtonumber(lua_, std::string{view(key)}.c_str()) > 0)
          lua_remove(lua_, -2);
      push(entry);
      lua_rawset(lua_, -3);
    }
    make_read_only(lua_);
  }

  void library(std::string_view name) {
    if (!box_.push_library(name))
      throw failed{{errc::invalid, fmt::format("no library function '{}'", name)}};
  }

  void enclosing(const json& level) {
    auto up = static_cast<std::size_t>(level.as_int64());
    if (up >= around_.size())
      throw failed{{errc::invalid, "no such enclosing function"}};
    lua_pushvalue(lua_, around_[around_.size() - 1 - up]);
  }

  // What the function sees as global: the library, and the globals that it was taken with.
  void environment(const json& globals) {
    lua_newtable(lua_);
    for (const auto& entry : globals.as_array()) {
      push(entry.at(1));
      lua_setfield(lua_, -2, std::string{view(entry.at(0).as_string())}.c_str());
    }
    lua_createtable(lua_, 0, 2);
    lua_pushglobaltable(lua_);
    lua_setfield(lua_, -2, "__index");
    lua_pushcfunction(lua_, [](lua_State* lua) {
      return luaL_error(lua, "a function cannot set the global variable '%s'",
                        luaL_checkstring(lua, 2));
    });
    lua_setfield(lua_, -2, "__newindex");
    lua_setmetatable(lua_, -2);
  }

  void function(const json& value) {
    auto code = from_base64(text_of(value, "code")).value();
    auto name = "@" + std::string{text_of(value, "file")};
    if (auto fine = inspect_code(code); !fine)
      throw failed{fine.error()};
    if (luaL_loadbufferx(lua_, code.data(), code.size(), name.c_str(), "b") != LUA_OK)
      throw failed{{errc::corrupt, lua_tostring(lua_, -1)}};
    around_.push_back(lua_gettop(lua_));
    int index = 0;
    for (const auto& entry : value.at("captured").as_array()) {
      if (class_of(entry.at(1)) == "env")
        environment(value.at("globals"));
      else
        push(entry.at(1));
      if (!lua_setupvalue(lua_, around_.back(), ++index))
        throw failed{{errc::corrupt, "more captured values than the function has"}};
    }
    around_.pop_back();
  }

  sandbox& box_;
  lua_State* lua_;
  std::vector<int> around_;
};

} // namespace

bool push_computed_value(sandbox& box, const json& value, config_error& why) {
  auto top = lua_gettop(box.lua());
  try {
    pusher{box}.push(value);
    return true;
  } catch (const std::exception& e) {
    why = {std::string{text_of(value, "file")}, 0, "", e.what()};
    lua_settop(box.lua(), top);
    return false;
  }
}

} // namespace troupe::model
