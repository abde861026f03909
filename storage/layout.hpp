// The operations (value_ops.hpp) of every type that can be stored: described types, numbers, text,
// JSON, instants and spans, and optionals, pairs, sequences and maps of them.
#pragma once

#include <concepts>
#include <deque>
#include <map>
#include <set>

#include "storage/codec_parts.hpp"
#include "storage/field_history.hpp"
#include "storage/json_parts.hpp"

namespace troupe {

/// Types with a form of their own (`to_stored`, `from_stored` found by ADL) instead of fields.
template <class T>
concept self_stored = requires(const T& x, T& y, bytes& out, std::string_view in) {
  to_stored(x, out);
  { from_stored(y, in) } -> std::same_as<bool>;
};

/// Types with a JSON form of their own.
template <class T>
concept self_json = requires(const T& x, T& y, const json& in) {
  { as_json(x) } -> std::same_as<json>;
  { of_json(y, in) } -> std::same_as<result<void>>;
};

/// An enum whose values have names: `constexpr auto names_of(my_enum)` returns an array of them, in
/// order from 0.
template <class T>
concept named_enum = std::is_enum_v<T> && requires(T x) {
  names_of(x).size();
};

template <described T>
const layout& layout_of() {
  static_assert(detail::tags_differ<T>(), "two field names share a tag: rename one");
  static const T sample{};
  static const layout made = [] {
    return sample.troupe_visit([&]<class... Field>(const Field&... field) {
      std::initializer_list<layout::place> places{{&field, &ops_of<Field>()}...};
      if constexpr (has_history<T>) {
        field_history past;
        T::troupe_history(past);
        return layout{T::troupe_field_list, &sample, places, &past};
      } else {
        return layout{T::troupe_field_list, &sample, places};
      }
    });
  }();
  return made;
}

namespace detail {

/// Numbers and enums.
template <class T>
struct integer_ops {
  static constexpr auto shape = named_enum<T> ? value_shape::name : value_shape::number;
  static constexpr const value_ops *first = nullptr, *second = nullptr;
  static void put(bytes& out, const void* x) {
    put_integer(out, static_cast<std::int64_t>(value_at<T>(x)));
  }
  static result<void> get(void* x, std::string_view in) {
    std::int64_t number = 0;
    if (!get_integer(number, in))
      return damaged();
    auto cast = static_cast<T>(number);
    value_at<T>(x) = cast;
    return static_cast<std::int64_t>(cast) == number ? result<void>{} : damaged();
  }
  static json show(const void* x) {
    auto number = static_cast<std::int64_t>(value_at<T>(x));
    if constexpr (named_enum<T>) {
      auto names = names_of(T{});
      return show_name(number, names.data(), names.size());
    }
    return json(number);
  }
  static result<void> read(void* x, const json& in) {
    std::int64_t number = 0;
    if constexpr (named_enum<T>) {
      auto names = names_of(T{});
      if (auto done = read_name(number, in, names.data(), names.size()); !done)
        return done;
    } else {
      if (auto done = read_integer(number, in); !done)
        return done;
      if (static_cast<std::int64_t>(static_cast<T>(number)) != number)
        return wrong_kind("a smaller number", in);
    }
    value_at<T>(x) = static_cast<T>(number);
    return {};
  }
  static constexpr auto equal = &equal_as_whole<T>;
};

template <class Held>
struct optional_ops {
  using type = std::optional<Held>;
  static constexpr auto shape = value_shape::optional;
  static constexpr const value_ops *first = &ops_of<Held>(), *second = nullptr;
  static void* emplace(void* x) { return &value_at<type>(x).emplace(); }
  static const void* held(const void* x) {
    auto& value = value_at<type>(x);
    return value ? &*value : nullptr;
  }
  static void put(bytes& out, const void* x) {
    auto& value = value_at<type>(x);
    out.push_back(value ? '\1' : '\0');
    if (value)
      put_value(ops_of<Held>(), out, &*value);
  }
  static result<void> get(void* x, std::string_view in) {
    auto& value = value_at<type>(x);
    value.reset();
    if (in.empty() || in[0] == '\0')
      return in.size() == 1 ? result<void>{} : damaged();
    return get_value(ops_of<Held>(), &value.emplace(), in.substr(1));
  }
  static json show(const void* x) {
    auto& value = value_at<type>(x);
    return value ? show_value(ops_of<Held>(), &*value) : json(nullptr);
  }
  static result<void> read(void* x, const json& in) {
    auto& value = value_at<type>(x);
    value.reset();
    return in.is_null() ? result<void>{} : read_value(ops_of<Held>(), &value.emplace(), in);
  }
  static bool equal(const void* a, const void* b, equality_rule rule) {
    auto& left = value_at<type>(a);
    auto& right = value_at<type>(b);
    return left.has_value() == right.has_value()
           && (!left || equal_values(ops_of<Held>(), &*left, &*right, rule));
  }
};

template <class First, class Second>
struct pair_ops {
  using type = std::pair<First, Second>;
  static constexpr auto shape = value_shape::pair;
  static constexpr const value_ops *first = &ops_of<First>(), *second = &ops_of<Second>();
  static void put(bytes& out, const void* x) {
    put_sized(ops_of<First>(), out, &value_at<type>(x).first);
    put_sized(ops_of<Second>(), out, &value_at<type>(x).second);
  }
  static result<void> get(void* x, std::string_view in) {
    auto& value = value_at<type>(x);
    std::string_view first, second;
    if (!get_sized(in, first) || !get_sized(in, second))
      return damaged();
    if (auto done = get_value(ops_of<First>(), &value.first, first); !done)
      return done;
    return get_value(ops_of<Second>(), &value.second, second);
  }
  static json show(const void* x) {
    auto& value = value_at<type>(x);
    return show_pair(show_value(ops_of<First>(), &value.first),
                     show_value(ops_of<Second>(), &value.second));
  }
  static result<void> read(void* x, const json& in) {
    auto& value = value_at<type>(x);
    return read_pair(in, ops_of<First>(), &value.first, ops_of<Second>(), &value.second);
  }
  static bool equal(const void* a, const void* b, equality_rule rule) {
    auto& left = value_at<type>(a);
    auto& right = value_at<type>(b);
    return equal_values(ops_of<First>(), &left.first, &right.first)
           && equal_values(ops_of<Second>(), &left.second, &right.second, rule);
  }
};

template <class Sequence>
struct sequence_ops {
  using element = typename Sequence::value_type;
  static constexpr auto shape = value_shape::list;
  static constexpr const value_ops *first = &ops_of<element>(), *second = nullptr;
  static void put(bytes& out, const void* x) {
    auto& list = value_at<Sequence>(x);
    put_varint(out, list.size());
    for (const element& one : list) // not auto: std::vector<bool> hands out proxies
      put_sized(ops_of<element>(), out, &one);
  }
  static result<void> get(void* x, std::string_view in) {
    auto& list = value_at<Sequence>(x);
    list.clear();
    return get_elements(in, &list, [](void* to, std::string_view payload) -> result<void> {
      element one{};
      if (auto done = get_value(ops_of<element>(), &one, payload); !done)
        return done;
      auto* taking = static_cast<Sequence*>(to);
      taking->insert(taking->end(), std::move(one));
      return {};
    });
  }
  static json show(const void* x) {
    json_list out;
    for (const element& one : value_at<Sequence>(x))
      out.add(show_value(ops_of<element>(), &one));
    return out.take();
  }
  static result<void> read(void* x, const json& in) {
    auto& list = value_at<Sequence>(x);
    list.clear();
    return read_list(in, &list, [](void* to, const json& part) -> result<void> {
      element one{};
      if (auto done = read_value(ops_of<element>(), &one, part); !done)
        return done;
      auto* taking = static_cast<Sequence*>(to);
      taking->insert(taking->end(), std::move(one));
      return {};
    });
  }
  static bool equal(const void* a, const void* b, equality_rule rule) {
    auto& left = value_at<Sequence>(a);
    auto& right = value_at<Sequence>(b);
    if (left.size() != right.size())
      return false;
    auto other = right.begin();
    for (const element& one : left) {
      const element& two = *other++;
      if (!equal_values(ops_of<element>(), &one, &two, rule))
        return false;
    }
    return true;
  }
};

template <class Map>
struct map_ops {
  using key = typename Map::key_type;
  using mapped = typename Map::mapped_type;
  static constexpr auto shape = value_shape::map;
  static constexpr const value_ops *first = &ops_of<key>(), *second = &ops_of<mapped>();
  static void put(bytes& out, const void* x) {
    auto& map = value_at<Map>(x);
    put_varint(out, map.size());
    for (const auto& [name, value] : map) {
      put_sized(ops_of<key>(), out, &name);
      put_sized(ops_of<mapped>(), out, &value);
    }
  }
  static result<void> get(void* x, std::string_view in) {
    auto& map = value_at<Map>(x);
    map.clear();
    using entry = result<void> (*)(void*, std::string_view, std::string_view);
    return get_entries(
        in, &map,
        entry{[](void* to, std::string_view name, std::string_view payload) -> result<void> {
          key read{};
          if (auto done = get_value(ops_of<key>(), &read, name); !done)
            return done.error().in("a key");
          auto at = static_cast<Map*>(to)->try_emplace(std::move(read)).first;
          auto done = get_value(ops_of<mapped>(), &at->second, payload);
          return done ? done : done.error().in(key_text(ops_of<key>(), &at->first));
        }});
  }
  static json show(const void* x) {
    json_map out;
    for (const auto& [name, value] : value_at<Map>(x))
      out.add(ops_of<key>(), &name, show_value(ops_of<mapped>(), &value));
    return out.take();
  }
  static result<void> read(void* x, const json& in) {
    auto& map = value_at<Map>(x);
    map.clear();
    using entry = result<void> (*)(void*, std::string_view, const json&);
    return read_map(in, &map, entry{[](void* to, std::string_view name, const json& part) {
                      key read{};
                      if (auto done = read_key(ops_of<key>(), &read, name); !done)
                        return done;
                      return read_value(ops_of<mapped>(),
                                        &(*static_cast<Map*>(to))[std::move(read)], part);
                    }});
  }
  static bool equal(const void* a, const void* b, equality_rule rule) {
    auto& left = value_at<Map>(a);
    auto& right = value_at<Map>(b);
    if (left.size() != right.size())
      return false;
    auto other = right.begin();
    for (const auto& [name, value] : left) {
      if (!equal_values(ops_of<key>(), &name, &other->first)
          || !equal_values(ops_of<mapped>(), &value, &other->second, rule))
        return false;
      ++other;
    }
    return true;
  }
};

template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<id<Tag>> = true;

/// Which operations a type has that neither is described nor has forms of its own.
template <class T>
struct plain_ops : integer_ops<T> {
  static_assert(std::is_integral_v<T> || std::is_enum_v<T>, "this type has no stored form");
};
template <class T>
struct plain_ops<std::optional<T>> : optional_ops<T> {};
template <class A, class B>
struct plain_ops<std::pair<A, B>> : pair_ops<A, B> {};
template <class T>
struct plain_ops<std::vector<T>> : sequence_ops<std::vector<T>> {};
template <class T>
struct plain_ops<std::deque<T>> : sequence_ops<std::deque<T>> {};
template <class T>
struct plain_ops<std::set<T>> : sequence_ops<std::set<T>> {};
template <class K, class V>
struct plain_ops<std::map<K, V>> : map_ops<std::map<K, V>> {};

template <class T>
constexpr value_ops make_ops() {
  value_ops ops;
  if constexpr (described<T>) {
    ops.fields = &layout_of<T>;
    ops.shape = value_shape::fields;
  }
  if constexpr (self_stored<T>) {
    ops.put = [](bytes& out, const void* x) { to_stored(value_at<T>(x), out); };
    ops.get = [](void* x, std::string_view in) -> result<void> {
      return from_stored(value_at<T>(x), in) ? result<void>{} : damaged();
    };
    ops.equal = &equal_as_whole<T>;
  }
  if constexpr (self_json<T>) {
    ops.show = [](const void* x) { return as_json(value_at<T>(x)); };
    ops.read = [](void* x, const json& in) { return of_json(value_at<T>(x), in); };
  }
  if constexpr (!described<T> && !self_stored<T> && !self_json<T>) {
    using plain = plain_ops<T>;
    ops = {nullptr,      plain::put,   plain::get,   plain::show,  plain::read,
           plain::equal, plain::shape, plain::first, plain::second};
    if constexpr (requires { &plain::emplace; }) {
      ops.emplace = &plain::emplace;
      ops.held = &plain::held;
    }
  }
  return ops;
}

template <class T>
inline constexpr value_ops made_ops = make_ops<T>();

} // namespace detail

template <class T>
constexpr const value_ops& ops_of() {
  if constexpr (std::is_same_v<T, std::string>)
    return detail::text_ops;
  else if constexpr (std::is_same_v<T, bool>)
    return detail::flag_ops;
  else if constexpr (std::is_same_v<T, double>)
    return detail::real_ops;
  else if constexpr (std::is_same_v<T, json>)
    return detail::json_ops;
  else if constexpr (std::is_same_v<T, span>)
    return detail::span_ops;
  else if constexpr (std::is_same_v<T, instant>)
    return detail::instant_ops;
  else if constexpr (detail::is_id<T>)
    return detail::made_ops<std::int64_t>; // an id is its number
  else
    return detail::made_ops<T>;
}

template <class T>
bool same_value(const T& a, const T& b) {
  return equal_values(ops_of<T>(), &a, &b);
}

} // namespace troupe
