// The stored form of described values: binary, self-delimiting, and readable by programs that know
// fewer or more fields than the writer.
//
// A described struct is a list of (tag, length, payload), the tag being 16 bits of the hash of the
// field's name. A reader takes the fields it knows, in any order, leaves the others, and keeps the
// default of each field it does not find. Integers are zigzag varints; text is raw bytes; sequences
// are a count and length-prefixed elements.
#pragma once

#include <bit>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "storage/describe.hpp"
#include "storage/result.hpp"

namespace troupe {

using bytes = std::string;

class decoder;

/// Types with a form of their own (`to_stored`, `from_stored` found by ADL) instead of fields.
template <class T>
concept self_stored = requires(const T& x, T& y, bytes& out, std::string_view in) {
  to_stored(x, out);
  { from_stored(y, in) } -> std::same_as<bool>;
};

namespace detail {

template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<id<Tag>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_sequence = false;
template <class T>
inline constexpr bool is_sequence<std::vector<T>> = true;
template <class T>
inline constexpr bool is_sequence<std::deque<T>> = true;
template <class T>
inline constexpr bool is_sequence<std::set<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class K, class V>
inline constexpr bool is_map<std::map<K, V>> = true;
template <class T>
inline constexpr bool is_pair = false;
template <class A, class B>
inline constexpr bool is_pair<std::pair<A, B>> = true;

void put_json(bytes& out, const boost::json::value& value);
bool get_json(boost::json::value& value, std::string_view in);

inline void put_varint(bytes& out, std::uint64_t number) {
  while (number >= 0x80) {
    out.push_back(static_cast<char>(number | 0x80));
    number >>= 7;
  }
  out.push_back(static_cast<char>(number));
}

inline bool get_varint(std::string_view& in, std::uint64_t& number) {
  number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (in.empty())
      return false;
    auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    number |= std::uint64_t{byte & 0x7fu} << shift;
    if ((byte & 0x80) == 0)
      return true;
  }
  return false;
}

constexpr std::uint64_t zigzag(std::int64_t x) {
  return (static_cast<std::uint64_t>(x) << 1) ^ static_cast<std::uint64_t>(x >> 63);
}

constexpr std::int64_t unzigzag(std::uint64_t x) {
  return static_cast<std::int64_t>(x >> 1) ^ -static_cast<std::int64_t>(x & 1);
}

constexpr std::uint16_t field_tag(std::string_view name) {
  auto hash = fnv1a(name);
  return static_cast<std::uint16_t>(hash ^ (hash >> 16) ^ (hash >> 32) ^ (hash >> 48));
}

template <described T>
constexpr auto field_tags() {
  constexpr auto names = field_names<T>();
  std::array<std::uint16_t, names.size()> tags{};
  for (std::size_t i = 0; i < names.size(); ++i)
    tags[i] = field_tag(names[i]);
  return tags;
}

template <described T>
constexpr bool tags_differ() {
  constexpr auto tags = field_tags<T>();
  for (std::size_t i = 0; i < tags.size(); ++i)
    for (std::size_t j = i + 1; j < tags.size(); ++j)
      if (tags[i] == tags[j])
        return false;
  return true;
}

template <class T>
void put(bytes& out, const T& x);
template <class T>
bool get(T& x, std::string_view in);

/// Appends `x` with its length in front.
template <class T>
void put_sized(bytes& out, const T& x) {
  auto start = out.size();
  out.push_back('\0'); // most lengths fit one byte; the others move the payload
  put(out, x);
  auto length = out.size() - start - 1;
  if (length < 0x80) {
    out[start] = static_cast<char>(length);
    return;
  }
  bytes prefix;
  put_varint(prefix, length);
  out.replace(start, 1, prefix);
}

inline bool get_sized(std::string_view& in, std::string_view& payload) {
  std::uint64_t length = 0;
  if (!get_varint(in, length) || length > in.size())
    return false;
  payload = in.substr(0, length);
  in.remove_prefix(length);
  return true;
}

template <class T>
void put(bytes& out, const T& x) {
  if constexpr (self_stored<T>) {
    to_stored(x, out);
  } else if constexpr (described<T>) {
    static_assert(tags_differ<T>(), "two field names share a tag: rename one");
    constexpr auto tags = field_tags<T>();
    auto fields = x.troupe_fields();
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (
        [&] {
          out.push_back(static_cast<char>(tags[I]));
          out.push_back(static_cast<char>(tags[I] >> 8));
          put_sized(out, std::get<I>(fields));
        }(),
        ...);
    }(std::make_index_sequence<tags.size()>{});
  } else if constexpr (std::is_same_v<T, bool>) {
    out.push_back(x ? '\1' : '\0');
  } else if constexpr (std::is_floating_point_v<T>) {
    auto bits = std::bit_cast<std::uint64_t>(static_cast<double>(x));
    for (int i = 0; i < 8; ++i)
      out.push_back(static_cast<char>(bits >> (8 * i)));
  } else if constexpr (std::is_integral_v<T>) {
    put_varint(out, zigzag(static_cast<std::int64_t>(x)));
  } else if constexpr (std::is_enum_v<T>) {
    put(out, static_cast<std::int64_t>(x));
  } else if constexpr (is_id<T>) {
    put(out, x.value);
  } else if constexpr (std::is_same_v<T, span>) {
    put(out, std::int64_t{x.count()});
  } else if constexpr (std::is_same_v<T, instant>) {
    put(out, std::int64_t{x.time_since_epoch().count()});
  } else if constexpr (std::is_same_v<T, std::string>) {
    out += x;
  } else if constexpr (std::is_same_v<T, boost::json::value>) {
    put_json(out, x);
  } else if constexpr (is_optional<T>) {
    out.push_back(x ? '\1' : '\0');
    if (x)
      put(out, *x);
  } else if constexpr (is_pair<T>) {
    put_sized(out, x.first);
    put_sized(out, x.second);
  } else {
    static_assert(is_sequence<T> || is_map<T>, "this type has no stored form");
    put_varint(out, x.size());
    for (const auto& element : x) {
      if constexpr (is_map<T>) {
        put_sized(out, element.first);
        put_sized(out, element.second);
      } else {
        // std::vector<bool> hands out proxies.
        const std::remove_cvref_t<typename T::value_type>& one = element;
        put_sized(out, one);
      }
    }
  }
}

template <described T>
bool get_fields(T& x, std::string_view in) {
  constexpr auto tags = field_tags<T>();
  auto fields = x.troupe_fields();
  std::size_t expected = 0; // writers and readers of one version agree on the order
  while (!in.empty()) {
    if (in.size() < 2)
      return false;
    auto tag = static_cast<std::uint16_t>(static_cast<unsigned char>(in[0])
                                          | (static_cast<unsigned char>(in[1]) << 8));
    in.remove_prefix(2);
    std::string_view payload;
    if (!get_sized(in, payload))
      return false;
    std::size_t found = tags.size();
    if (expected < tags.size() && tags[expected] == tag) {
      found = expected;
    } else {
      for (std::size_t i = 0; i < tags.size(); ++i)
        if (tags[i] == tag)
          found = i;
    }
    if (found == tags.size())
      continue; // a field of another version
    expected = found + 1;
    bool ok = true;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((I == found ? void(ok = get(std::get<I>(fields), payload)) : void()), ...);
    }(std::make_index_sequence<tags.size()>{});
    if (!ok)
      return false;
  }
  return true;
}

template <class T>
bool get(T& x, std::string_view in) {
  if constexpr (self_stored<T>) {
    return from_stored(x, in);
  } else if constexpr (described<T>) {
    return get_fields(x, in);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (in.size() != 1)
      return false;
    x = in[0] != '\0';
    return true;
  } else if constexpr (std::is_floating_point_v<T>) {
    if (in.size() != 8)
      return false;
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i)
      bits |= std::uint64_t{static_cast<unsigned char>(in[static_cast<std::size_t>(i)])} << (8 * i);
    x = static_cast<T>(std::bit_cast<double>(bits));
    return true;
  } else if constexpr (std::is_integral_v<T>) {
    std::uint64_t number = 0;
    if (!get_varint(in, number) || !in.empty())
      return false;
    x = static_cast<T>(unzigzag(number));
    return static_cast<std::int64_t>(x) == unzigzag(number);
  } else if constexpr (std::is_enum_v<T>) {
    std::int64_t number = 0;
    if (!get(number, in))
      return false;
    x = static_cast<T>(number);
    return true;
  } else if constexpr (is_id<T>) {
    return get(x.value, in);
  } else if constexpr (std::is_same_v<T, span>) {
    std::int64_t count = 0;
    if (!get(count, in))
      return false;
    x = span{count};
    return true;
  } else if constexpr (std::is_same_v<T, instant>) {
    std::int64_t count = 0;
    if (!get(count, in))
      return false;
    x = instant{span{count}};
    return true;
  } else if constexpr (std::is_same_v<T, std::string>) {
    x.assign(in);
    return true;
  } else if constexpr (std::is_same_v<T, boost::json::value>) {
    return get_json(x, in);
  } else if constexpr (is_optional<T>) {
    if (in.empty())
      return false;
    if (in[0] == '\0') {
      x.reset();
      return in.size() == 1;
    }
    return get(x.emplace(), in.substr(1));
  } else if constexpr (is_pair<T>) {
    std::string_view first, second;
    return get_sized(in, first) && get_sized(in, second) && get(x.first, first)
           && get(x.second, second);
  } else {
    static_assert(is_sequence<T> || is_map<T>, "this type has no stored form");
    std::uint64_t count = 0;
    if (!get_varint(in, count) || count > in.size())
      return false; // each element takes at least its length byte
    x.clear();
    for (; count > 0; --count) {
      std::string_view payload;
      if (!get_sized(in, payload))
        return false;
      if constexpr (is_map<T>) {
        std::pair<typename T::key_type, typename T::mapped_type> entry;
        std::string_view value;
        if (!get(entry.first, payload) || !get_sized(in, value) || !get(entry.second, value))
          return false;
        x.insert_or_assign(std::move(entry.first), std::move(entry.second));
      } else {
        typename T::value_type element{};
        if (!get(element, payload))
          return false;
        x.insert(x.end(), std::move(element));
      }
    }
    return in.empty();
  }
}

} // namespace detail

/// The stored form of `x`, without a version byte: whoever stores records puts one in front.
template <class T>
bytes encode(const T& x) {
  bytes out;
  detail::put(out, x);
  return out;
}

template <class T>
result<T> decode(std::string_view in) {
  T x{};
  if (!detail::get(x, in))
    return failure{errc::corrupt, std::string{type_name<T>()} + ": its stored form is damaged"};
  return x;
}

/// Equal values have equal digests, in every process and version that knows the same fields.
template <class T>
std::uint64_t digest(const T& x) {
  return fnv1a(encode(x));
}

} // namespace troupe
