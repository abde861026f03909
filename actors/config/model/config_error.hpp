// What is wrong with a configuration: every complaint of a load, with the place it is about.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actors/config/model/place.hpp"

namespace troupe::model {

/// One complaint. `line` 0: not known; `key` is the path to what is wrong, such as
/// "c.workers[2].max_builds", or empty when it is about the whole file.
struct config_error {
  std::string file;
  std::int64_t line = 0;
  std::string key;
  std::string message;
  TROUPE_FIELDS(file, line, key, message)
};

/// "master.lua:12: c.workers[2].max_builds: a whole number expected, found 'x'".
std::string to_string(const config_error& e);

/// All of them, one a line.
std::string to_string(const std::vector<config_error>& errors);

/// Gathers complaints; a configuration with hundreds of them is cut at `errors_max`.
class complaints {
public:
  static constexpr std::size_t errors_max = 200;

  void add(const place& at, std::string key, std::string message);
  bool none() const noexcept { return errors_.empty(); }
  std::size_t count() const noexcept { return errors_.size(); }
  std::vector<config_error> take() { return std::move(errors_); }

private:
  std::vector<config_error> errors_;
};

/// Of a value that is not acceptable.
inline failure invalid(std::string message) {
  return {errc::invalid, std::move(message)};
}

/// "text expected, found 7": how every wrong kind of value is put.
std::string found_instead(std::string_view wanted, const json& got);

/// "unknown key 'nmae': did you mean 'name'?", or the list of those that are known.
std::string unknown_word(std::string_view what, std::string_view word,
                         const std::vector<std::string_view>& known);

/// "master.lua:3: words" taken apart; the words alone when it does not begin like that.
config_error place_and_words(std::string_view message);

inline std::string_view view(const boost::json::string& text) {
  return {text.data(), text.size()};
}
inline std::string_view view(boost::json::string_view text) {
  return {text.data(), text.size()};
}
/// The way back, for keys.
inline boost::json::string_view key_of(std::string_view text) {
  return {text.data(), text.size()};
}

/// The text that a value is; empty when it is none.
std::string_view as_text(const json& value);

/// The class of a computed value, its "$", or nothing for a plain one.
std::string_view class_of(const json& value);

/// Text of the given key of a map; empty when there is none.
std::string_view text_of(const json& map, std::string_view key);

/// The member of a map, or nullptr.
const json* member(const json& map, std::string_view key);

} // namespace troupe::model
