#include "runtime/wire/words.hpp"

#include <algorithm>
#include <array>

namespace troupe::wire {

namespace {

// clang-format off
constexpr std::array<std::string_view, 32> words{
  "",
  "None", "class", "dereference", "reference", "dictionary", "function", "instance", "list",
  "module", "persistent", "tuple", "unpersistable", "copy", "cache", "cached", "remote",
  "local", "lcache", "version", "login", "password", "challenge", "logged_in", "not_logged_in",
  "cachemessage", "message", "answer", "error", "decref", "decache", "uncache"};
// clang-format on

} // namespace

std::int64_t word_number(std::string_view string) noexcept {
  if (string.size() < 4 || string.size() > 13)
    return 0; // most strings are data: quickly no
  auto found = std::find(words.begin() + 1, words.end(), string);
  return found == words.end() ? 0 : found - words.begin();
}

std::string_view word_at(std::int64_t number) noexcept {
  return number > 0 && number < static_cast<std::int64_t>(words.size())
             ? words[static_cast<std::size_t>(number)]
             : std::string_view{};
}

} // namespace troupe::wire
