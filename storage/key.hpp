// Keys whose byte order is the order of what they mean, for ordered stores.
//
// Numbers, ids and instants are 8 bytes, big-endian, with the sign bit flipped. Text is its bytes
// with 00 written as 00 FF, ended by 00 01, so that "a" < "a\0" < "ab" and no text is the beginning
// of another's key. Text beyond `key_text_bytes_max` keeps its beginning and gets a digest of the
// whole: still one key per text, but ordered by its first bytes only. An optional is 00, or 01 and
// its value. A key of several parts is their concatenation.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "storage/describe.hpp"

namespace troupe::storage {

/// Most bytes that a text takes in a key. LMDB's keys have at most 511 bytes.
inline constexpr std::size_t key_text_bytes_max = 160;

namespace detail {

void put_key_number(std::string& out, std::uint64_t biased);
void put_key_text(std::string& out, std::string_view text);
bool get_key_number(std::string_view& in, std::uint64_t& biased);
bool get_key_text(std::string_view& in, std::string& text);

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

template <class T>
void put_key(std::string& out, const T& x) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>)
    put_key_text(out, x);
  else if constexpr (std::is_same_v<T, bool>)
    out.push_back(x ? '\1' : '\0');
  else if constexpr (std::is_same_v<T, std::uint64_t>)
    put_key_number(out, x);
  else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
    put_key_number(out, static_cast<std::uint64_t>(static_cast<std::int64_t>(x)) ^ sign_bit);
  else if constexpr (std::is_same_v<T, instant>)
    put_key(out, std::int64_t{x.time_since_epoch().count()});
  else if constexpr (requires { x.has_value(); }) {
    out.push_back(x ? '\1' : '\0');
    if (x)
      put_key(out, *x);
  } else
    put_key(out, x.value); // an id
}

template <class T>
bool get_key(std::string_view& in, T& x) {
  if constexpr (std::is_same_v<T, std::string>) {
    return get_key_text(in, x);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (in.empty())
      return false;
    x = in.front() != '\0';
    in.remove_prefix(1);
    return true;
  } else if constexpr (std::is_same_v<T, std::uint64_t>) {
    return get_key_number(in, x);
  } else if constexpr (std::is_integral_v<T>) {
    std::uint64_t biased = 0;
    if (!get_key_number(in, biased))
      return false;
    x = static_cast<T>(static_cast<std::int64_t>(biased ^ sign_bit));
    return true;
  } else if constexpr (std::is_same_v<T, instant>) {
    std::int64_t count = 0;
    if (!get_key(in, count))
      return false;
    x = instant{span{count}};
    return true;
  } else if constexpr (requires { x.has_value(); }) {
    bool present = false;
    x.reset();
    return get_key(in, present) && (!present || get_key(in, x.emplace()));
  } else {
    return get_key(in, x.value);
  }
}

} // namespace detail

/// The key of the given parts.
template <class... Parts>
std::string key_of(const Parts&... parts) {
  std::string out;
  (detail::put_key(out, parts), ...);
  return out;
}

template <class... Parts>
std::string key_of(const std::tuple<Parts...>& parts) {
  return std::apply([](const auto&... each) { return key_of(each...); }, parts);
}

/// What the keys of all texts that begin with `text` begin with.
std::string key_prefix_of(std::string_view text);

/// Sets `parts` from a key that `key_of` made; false when it was not. Shortened text is refused.
template <class... Parts>
bool read_key(std::string_view key, Parts&... parts) {
  return (detail::get_key(key, parts) && ...) && key.empty();
}

} // namespace troupe::storage
