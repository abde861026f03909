#include "actors/config/model/config_error.hpp"

#include <charconv>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace troupe::model {

std::string to_string(const config_error& e) {
  std::string out = e.file;
  if (e.line > 0)
    out += fmt::format(":{}", e.line);
  if (!out.empty())
    out += ": ";
  if (!e.key.empty())
    out += e.key + ": ";
  return out + e.message;
}

std::string to_string(const std::vector<config_error>& errors) {
  std::string out;
  for (const auto& e : errors)
    out += (out.empty() ? "" : "\n") + to_string(e);
  return out;
}

void complaints::add(const place& at, std::string key, std::string message) {
  if (errors_.size() == errors_max) {
    errors_.push_back({at.file, 0, "", "more errors than are shown"});
    return;
  }
  if (errors_.size() > errors_max)
    return;
  // What several builders share is read once for each of them, and complained about once.
  auto tail = [](const std::string& path) { return path.substr(path.rfind('.') + 1); };
  for (const auto& e : errors_)
    if (at.line > 0 && e.line == at.line && e.file == at.file && e.message == message
        && tail(e.key) == tail(key))
      return;
  errors_.push_back({at.file, at.line, std::move(key), std::move(message)});
}

std::string found_instead(std::string_view wanted, const json& got) {
  std::string shown;
  if (auto kind = class_of(got); kind == "function")
    shown = "a function";
  else if (!kind.empty() && kind != "literal")
    shown = fmt::format("a {}", kind);
  else if (got.is_string())
    shown = fmt::format("'{}'", view(got.get_string()));
  else
    shown = print(got);
  if (shown.size() > 60)
    shown = shown.substr(0, 57) + "...";
  return fmt::format("{} expected, found {}", wanted, shown);
}

std::string unknown_word(std::string_view what, std::string_view word,
                         const std::vector<std::string_view>& known) {
  auto close = nearest(word, known);
  if (!close.empty())
    return fmt::format("unknown {} '{}': did you mean '{}'?", what, word, close);
  if (known.size() > 30)
    return fmt::format("unknown {} '{}'", what, word);
  return fmt::format("unknown {} '{}': known are {}", what, word, fmt::join(known, ", "));
}

config_error place_and_words(std::string_view message) {
  config_error out;
  auto first = message.find(':');
  auto second = first == std::string_view::npos ? first : message.find(':', first + 1);
  if (second != std::string_view::npos) {
    auto number = message.substr(first + 1, second - first - 1);
    auto [end, bad] = std::from_chars(number.data(), number.data() + number.size(), out.line);
    if (bad == std::errc{} && end == number.data() + number.size() && !number.empty()) {
      out.file = message.substr(0, first);
      message.remove_prefix(std::min(message.size(), second + 2));
    }
  }
  out.message = message;
  return out;
}

const json* member(const json& map, std::string_view key) {
  if (!map.is_object())
    return nullptr;
  return map.get_object().if_contains(boost::json::string_view{key.data(), key.size()});
}

std::string_view text_of(const json& map, std::string_view key) {
  auto found = member(map, key);
  return found && found->is_string() ? view(found->get_string()) : std::string_view{};
}

std::string_view as_text(const json& value) {
  return value.is_string() ? view(value.get_string()) : std::string_view{};
}

std::string_view class_of(const json& value) {
  return text_of(value, "$");
}

} // namespace troupe::model
