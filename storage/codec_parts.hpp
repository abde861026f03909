// The pieces of the stored form (codec.hpp): numbers, lengths, tags.
#pragma once

#include <cstdint>
#include <string_view>

#include "storage/describe.hpp"
#include "storage/value_ops.hpp"

namespace troupe::detail {

void put_varint(bytes& out, std::uint64_t number);
bool get_varint(std::string_view& in, std::uint64_t& number);

/// A whole value that is one integer.
void put_integer(bytes& out, std::int64_t number);
bool get_integer(std::int64_t& number, std::string_view in);

/// Appends a value with its length in front.
void put_sized(const value_ops& ops, bytes& out, const void* x);
void put_sized(bytes& out, std::string_view text);
bool get_sized(std::string_view& in, std::string_view& payload);

failure damaged();

/// A count, then that many sized elements (or keys and values), and nothing else: each is given to
/// `take` with `to`, until one is refused.
result<void> get_elements(std::string_view in, void* to,
                          result<void> (*take)(void* to, std::string_view));
result<void> get_entries(std::string_view in, void* to,
                         result<void> (*take)(void* to, std::string_view name,
                                              std::string_view value));

constexpr std::uint16_t field_tag(std::string_view name) {
  auto hash = fnv1a(name);
  return static_cast<std::uint16_t>(hash ^ (hash >> 16) ^ (hash >> 32) ^ (hash >> 48));
}

template <described T>
constexpr bool tags_differ() {
  constexpr auto count = count_names(T::troupe_field_list);
  std::uint16_t tags[count + 1] = {};
  std::string_view list = T::troupe_field_list;
  for (std::size_t i = 0; i < count; ++i) {
    tags[i] = field_tag(take_name(list));
    for (std::size_t j = 0; j < i; ++j)
      if (tags[i] == tags[j])
        return false;
  }
  return true;
}

} // namespace troupe::detail
