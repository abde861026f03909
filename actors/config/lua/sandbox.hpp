// A Lua state in which nothing can be done but compute: no files, processes, clock, chance, code
// loading, metatables or coroutines, and an end to its instructions and memory. Iteration and
// printing are in a fixed order, so that the same text always computes the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <lua.hpp>

#include "actors/config/model/config_error.hpp"

namespace troupe::model {

struct sandbox_limits {
  std::uint64_t instructions_max = 200'000'000; ///< Virtual machine instructions, ± 1,000.
  std::size_t memory_max = 256u << 20;          ///< Bytes.
};

class sandbox {
public:
  static constexpr std::size_t printed_lines_max = 1000;

  explicit sandbox(const sandbox_limits& limits);
  ~sandbox();
  sandbox(const sandbox&) = delete;
  sandbox& operator=(const sandbox&) = delete;

  lua_State* lua() const noexcept { return lua_; }
  static sandbox& of(lua_State* lua);

  /// Calls what is on the stack like lua_pcall. An error is told with its place, if there is one; a
  /// budget that is used up cannot be caught by the Lua code.
  bool call(int arguments, int results, config_error& why);

  /// Begins a new instruction budget. The memory limit is about the state as a whole.
  void refill();

  /// The place of the Lua code that is running, for C functions called by it.
  place here() const;

  /// What print() was given: "master.lua:3: words".
  std::vector<std::string>& printed() noexcept { return printed_; }

  /// The library function at the top of the stack by name ("string.format"), or nothing; nothing is
  /// popped. Known are those that were there when `remember_library` was called.
  std::string library_name(int index) const;
  void remember_library();

  /// Pushes the library function or table of that name; false (nothing pushed) when unknown.
  bool push_library(std::string_view name) const;

private:
  static void* allocate(void* self, void* block, std::size_t before, std::size_t after);
  static void count(lua_State* lua, lua_Debug* activation);
  config_error explain(int status);

  sandbox_limits limits_;
  std::uint64_t instructions_ = 0;
  std::size_t memory_ = 0;
  bool exhausted_ = false;
  bool calling_ = false; ///< Outside of calls errors cannot be caught, so that nothing is refused.
  bool refused_memory_ = false;
  place memory_refused_at_;
  std::vector<std::string> printed_;
  std::map<const void*, std::string> library_names_;
  lua_State* lua_ = nullptr;
};

/// The part of Lua's libraries that may be had (sandbox_library.cpp).
void open_safe_libraries(lua_State* lua);

/// Pushes a table that can be read and not changed, with what the table at the top of the stack
/// holds, and removes that. Maps have getProperty(name[, default]) and hasProperty(name).
void make_read_only(lua_State* lua);

/// What stands behind a read-only table: pushes it and gives true, else pushes nothing.
bool push_behind_read_only(lua_State* lua, int index);

} // namespace troupe::model
