// A value type names its fields once, with TROUPE_FIELDS; from that list come the stored form
// (codec.hpp), JSON (json.hpp), equality and the digest.
//
//   struct change {
//     change_id id;
//     std::string author;
//     TROUPE_FIELDS(id, author)
//   };
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#define TROUPE_FIELDS(...)                                                                         \
  static constexpr std::string_view troupe_field_list = #__VA_ARGS__;                              \
  auto troupe_fields() { return std::tie(__VA_ARGS__); }                                           \
  auto troupe_fields() const { return std::tie(__VA_ARGS__); }                                     \
  template <class TroupeOther>                                                                     \
  bool operator==(const TroupeOther& other) const {                                                \
    return troupe_fields() == other.troupe_fields();                                               \
  }

namespace troupe {

template <class T>
concept described = requires(const T& x) {
  x.troupe_fields();
  T::troupe_field_list;
};

template <described T>
inline constexpr std::size_t field_count
  = std::tuple_size_v<decltype(std::declval<const T&>().troupe_fields())>;

/// The names of T's fields, in the order in which they were listed.
template <described T>
constexpr std::array<std::string_view, field_count<T>> field_names() {
  std::array<std::string_view, field_count<T>> names{};
  std::string_view list = T::troupe_field_list;
  for (auto& name : names) {
    auto end = list.find(',');
    name = list.substr(0, end);
    list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
    while (!list.empty() && (list.front() == ' ' || list.front() == '\n'))
      list.remove_prefix(1);
    while (!name.empty() && name.back() == ' ')
      name.remove_suffix(1);
  }
  return names;
}

/// Calls `visit(name, field)` for each field of `x`.
template <class T, class F>
void for_each_field(T& x, F&& visit) {
  constexpr auto names = field_names<std::remove_const_t<T>>();
  auto fields = x.troupe_fields();
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit(names[I], std::get<I>(fields)), ...);
  }(std::make_index_sequence<names.size()>{});
}

namespace detail {

template <class T>
constexpr std::string_view raw_type_name() {
  return __PRETTY_FUNCTION__;
}

} // namespace detail

/// T's qualified name without "troupe::", such as "change_svc::add_change". It names messages in
/// journals and states in the store, so renaming a type makes older ones unreadable.
template <class T>
constexpr std::string_view type_name() {
  std::string_view text = detail::raw_type_name<T>();
  auto begin = text.find("T = ") + 4;
  auto end = text.find_first_of(";]", begin);
  text = text.substr(begin, end - begin);
  constexpr std::string_view ours = "troupe::";
  if (text.substr(0, ours.size()) == ours)
    text.remove_prefix(ours.size());
  return text;
}

/// A number that names one thing of one kind. 0 is nobody.
template <class Tag>
struct id {
  std::int64_t value = 0;
  constexpr id() = default;
  constexpr explicit id(std::int64_t number) : value{number} {}
  constexpr explicit operator bool() const noexcept { return value != 0; }
  friend constexpr auto operator<=>(const id&, const id&) = default;
  id operator++(int) { return id{value++}; }
};

/// Instants are microseconds since 1970 UTC, spans are microseconds.
using span = std::chrono::microseconds;
using instant = std::chrono::time_point<std::chrono::system_clock, span>;

/// FNV-1a, 64 bit: digests of values, tags of fields. Not for adversaries.
constexpr std::uint64_t fnv1a(std::string_view bytes, std::uint64_t hash = 0xcbf29ce484222325ull) {
  for (char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ull;
  }
  return hash;
}

} // namespace troupe

template <class Tag>
struct std::hash<troupe::id<Tag>> {
  std::size_t operator()(const troupe::id<Tag>& x) const noexcept {
    return std::hash<std::int64_t>{}(x.value);
  }
};
