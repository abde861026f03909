// Described values as JSON: the shell's view, `dumpconfig`, log lines.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "storage/codec.hpp"
#include "storage/describe.hpp"
#include "storage/result.hpp"

namespace troupe {

using json = boost::json::value;

// Mind `json(x)`, not `json{x}`: braces make a list of one.

/// Types with a JSON form of their own.
template <class T>
concept self_json = requires(const T& x, T& y, const json& in) {
  { as_json(x) } -> std::same_as<json>;
  { of_json(y, in) } -> std::same_as<result<void>>;
};

/// An enum whose values have names: `constexpr auto names_of(my_enum)` returns an array of them, in
/// order from 0.
template <class T>
concept named_enum = std::is_enum_v<T> && requires(T x) { names_of(x).size(); };

std::string print(const json& value);
result<json> parse_json(std::string_view text);

/// The name among `known` that `word` was probably meant to be, or nothing.
template <class Names>
std::string_view nearest(std::string_view word, const Names& known);
std::size_t edit_distance(std::string_view a, std::string_view b);

template <class T>
json to_json(const T& x);
template <class T>
result<void> from_json(T& x, const json& in);

namespace detail {

failure wrong_kind(std::string_view wanted, const json& got);
failure unknown_key(std::string_view key, const std::string_view* names, std::size_t count);
std::string text_for_json(const std::string& raw);

template <class T>
json sequence_to_json(const T& xs) {
  boost::json::array out;
  out.reserve(xs.size());
  for (const typename T::value_type& x : xs)
    out.push_back(to_json(x));
  return out;
}

template <class K>
std::string key_to_text(const K& key) {
  if constexpr (std::is_same_v<K, std::string>)
    return key;
  else
    return print(to_json(key));
}

template <class K>
result<void> key_from_text(K& key, std::string_view text) {
  if constexpr (std::is_same_v<K, std::string>) {
    key = text;
    return {};
  } else {
    auto parsed = parse_json(text);
    if (!parsed)
      return parsed.error();
    return from_json(key, *parsed);
  }
}

} // namespace detail

template <class Names>
std::string_view nearest(std::string_view word, const Names& known) {
  std::string_view best;
  std::size_t least = 1 + word.size() / 3;
  for (std::string_view candidate : known)
    if (auto distance = edit_distance(word, candidate); distance <= least) {
      least = distance;
      best = candidate;
      if (distance == 0)
        break;
    }
  return best;
}

template <class T>
json to_json(const T& x) {
  if constexpr (self_json<T>) {
    return as_json(x);
  } else if constexpr (described<T>) {
    boost::json::object out;
    for_each_field(x, [&](std::string_view name, const auto& field) {
      out.emplace(boost::json::string_view{name.data(), name.size()}, to_json(field));
    });
    return out;
  } else if constexpr (named_enum<T>) {
    auto names = names_of(x);
    auto index = static_cast<std::size_t>(x);
    if (index < names.size())
      return json(boost::json::string_view{names[index].data(), names[index].size()});
    return json(static_cast<std::int64_t>(x));
  } else if constexpr (std::is_same_v<T, bool>) {
    return json(x);
  } else if constexpr (std::is_floating_point_v<T>) {
    return json(static_cast<double>(x));
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    return json(static_cast<std::int64_t>(x));
  } else if constexpr (detail::is_id<T>) {
    return json(x.value);
  } else if constexpr (std::is_same_v<T, span>) {
    return json(static_cast<double>(x.count()) / 1e6);
  } else if constexpr (std::is_same_v<T, instant>) {
    return json(static_cast<double>(x.time_since_epoch().count()) / 1e6);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return json(boost::json::string_view{detail::text_for_json(x)});
  } else if constexpr (std::is_same_v<T, json>) {
    return x;
  } else if constexpr (detail::is_optional<T>) {
    return x ? to_json(*x) : json(nullptr);
  } else if constexpr (detail::is_pair<T>) {
    return boost::json::array{to_json(x.first), to_json(x.second)};
  } else if constexpr (detail::is_map<T>) {
    boost::json::object out;
    for (const auto& [key, value] : x)
      out.emplace(detail::key_to_text(key), to_json(value));
    return out;
  } else {
    static_assert(detail::is_sequence<T>, "this type has no JSON form");
    return detail::sequence_to_json(x);
  }
}

/// Sets `x` from JSON. Missing keys leave their fields alone; an unknown key, or a value of another
/// kind, is refused with the path to it ("files[2]: text expected, found 7").
template <class T>
result<void> from_json(T& x, const json& in) {
  if constexpr (self_json<T>) {
    return of_json(x, in);
  } else if constexpr (described<T>) {
    if (!in.is_object())
      return detail::wrong_kind("a map", in);
    constexpr auto names = field_names<T>();
    result<void> outcome;
    for (const auto& entry : in.get_object()) { // Clang's lambdas take no structured bindings
      bool known = false;
      std::string_view wanted{entry.key().data(), entry.key().size()};
      for_each_field(x, [&](std::string_view name, auto& field) {
        if (name != wanted)
          return;
        known = true;
        if (auto done = from_json(field, entry.value()); !done)
          outcome = done.error().in(wanted);
      });
      if (!known)
        return detail::unknown_key(wanted, names.data(), names.size());
      if (!outcome)
        return outcome;
    }
    return {};
  } else if constexpr (named_enum<T>) {
    if (in.is_string()) {
      auto names = names_of(x);
      for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == std::string_view{in.get_string().data(), in.get_string().size()}) {
          x = static_cast<T>(i);
          return {};
        }
    }
    return detail::wrong_kind("one of the names of " + std::string{type_name<T>()}, in);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!in.is_bool())
      return detail::wrong_kind("true or false", in);
    x = in.get_bool();
    return {};
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!in.is_number())
      return detail::wrong_kind("a number", in);
    x = static_cast<T>(in.to_number<double>());
    return {};
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    boost::json::error_code bad;
    auto number = in.is_number() ? in.to_number<std::int64_t>(bad) : 0;
    if (!in.is_number() || bad)
      return detail::wrong_kind("a whole number", in);
    x = static_cast<T>(number);
    return {};
  } else if constexpr (detail::is_id<T>) {
    return from_json(x.value, in);
  } else if constexpr (std::is_same_v<T, span> || std::is_same_v<T, instant>) {
    if (!in.is_number())
      return detail::wrong_kind("seconds", in);
    x = T{span{static_cast<std::int64_t>(in.to_number<double>() * 1e6 + 0.5)}};
    return {};
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!in.is_string())
      return detail::wrong_kind("text", in);
    x.assign(in.get_string().data(), in.get_string().size());
    return {};
  } else if constexpr (std::is_same_v<T, json>) {
    x = in;
    return {};
  } else if constexpr (detail::is_optional<T>) {
    if (in.is_null()) {
      x.reset();
      return {};
    }
    return from_json(x.emplace(), in);
  } else if constexpr (detail::is_pair<T>) {
    if (!in.is_array() || in.get_array().size() != 2)
      return detail::wrong_kind("a list of two", in);
    if (auto done = from_json(x.first, in.get_array()[0]); !done)
      return done;
    return from_json(x.second, in.get_array()[1]);
  } else if constexpr (detail::is_map<T>) {
    if (!in.is_object())
      return detail::wrong_kind("a map", in);
    x.clear();
    for (const auto& [key, value] : in.get_object()) {
      std::string_view name{key.data(), key.size()};
      std::pair<typename T::key_type, typename T::mapped_type> entry;
      if (auto done = detail::key_from_text(entry.first, name); !done)
        return done.error().in(name);
      if (auto done = from_json(entry.second, value); !done)
        return done.error().in(name);
      x.insert_or_assign(std::move(entry.first), std::move(entry.second));
    }
    return {};
  } else {
    static_assert(detail::is_sequence<T>, "this type has no JSON form");
    if (!in.is_array())
      return detail::wrong_kind("a list", in);
    x.clear();
    for (std::size_t i = 0; i < in.get_array().size(); ++i) {
      typename T::value_type element{};
      if (auto done = from_json(element, in.get_array()[i]); !done)
        return done.error().in("[" + std::to_string(i) + "]");
      x.insert(x.end(), std::move(element));
    }
    return {};
  }
}

} // namespace troupe
