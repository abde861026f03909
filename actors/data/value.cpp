#include "actors/data/value.hpp"

#include <algorithm>
#include <charconv>

#include "runtime/log.hpp"

namespace troupe::data {

namespace {

std::int64_t whole_seconds(span x) {
  return std::chrono::floor<std::chrono::seconds>(x).count();
}

template <class... Cases>
struct overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>;

} // namespace

json rest_form(const value& x) {
  return std::visit(
      overloaded{[](std::monostate) { return json(nullptr); },
                 [](instant time) { return json(whole_seconds(time.time_since_epoch())); },
                 [](span time) { return json(whole_seconds(time)); },
                 [](const auto& plain) { return to_json(plain); }},
      x);
}

json shell_form(const value& x) {
  return std::visit(overloaded{[](std::monostate) { return json(nullptr); },
                               [](instant time) { return to_json(runtime::as_iso(time)); },
                               [](const auto& plain) { return to_json(plain); }},
                    x);
}

bool is_less(const value& a, const value& b) {
  if (a.index() != b.index())
    return a.index() < b.index();
  return std::visit(
      overloaded{[](std::monostate) { return false; },
                 [&](const json& list) { return print(list) < print(std::get<json>(b)); },
                 [&]<class T>(const T& plain) { return plain < std::get<T>(b); }},
      a);
}

std::optional<value> read_value(value_type type, std::string_view text) {
  if (type == value_type::text)
    return value{std::string{text}};
  if (type == value_type::list || type == value_type::map) {
    auto read = parse_json(text);
    return read ? value{std::move(*read)} : value{to_json(std::string{text})};
  }
  if (type == value_type::boolean) {
    std::string lower{text};
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (lower == "on" || lower == "true" || lower == "yes" || lower == "1")
      return value{true};
    if (lower == "off" || lower == "false" || lower == "no" || lower == "0")
      return value{false};
    return std::nullopt;
  }
  std::int64_t number = 0;
  auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (bad != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  if (type == value_type::time)
    return value{instant{std::chrono::seconds{number}}};
  if (type == value_type::duration)
    return value{span{std::chrono::seconds{number}}};
  return value{number};
}

bool contains(const value& x, const value& part) {
  if (const auto* text = std::get_if<std::string>(&x)) {
    const auto* wanted = std::get_if<std::string>(&part);
    return wanted && text->find(*wanted) != std::string::npos;
  }
  const auto* list = std::get_if<json>(&x);
  if (!list || !list->is_array())
    return false;
  auto wanted = std::holds_alternative<json>(part) ? std::get<json>(part) : rest_form(part);
  return std::any_of(list->get_array().begin(), list->get_array().end(),
                     [&](const json& one) { return one == wanted; });
}

} // namespace troupe::data
