// A value type names its fields once, with TROUPE_FIELDS; from that list come the stored form
// (codec.hpp), JSON (json.hpp), equality and the digest.
//
//   struct change {
//     change_id id;
//     std::string author;
//     TROUPE_FIELDS(id, author)
//   };
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#define TROUPE_FIELDS(...)                                                                         \
  static constexpr std::string_view troupe_field_list = #__VA_ARGS__;                              \
  template <class TroupeVisit>                                                                     \
  decltype(auto) troupe_visit(TroupeVisit&& visit) const {                                         \
    return visit(__VA_ARGS__);                                                                     \
  }                                                                                                \
  template <class TroupeOther>                                                                     \
  bool operator==(const TroupeOther& other) const {                                                \
    return ::troupe::same_value(*this, other);                                                     \
  }

namespace troupe {

template <class T>
concept described = requires {
  T::troupe_field_list;
};

/// Whether two values are equal, field by field (layout.hpp).
template <class T>
bool same_value(const T& a, const T& b);

namespace detail {

constexpr std::size_t count_names(std::string_view list) {
  std::size_t count = list.empty() ? 0 : 1;
  for (char c : list)
    count += c == ',';
  return count;
}

/// Takes the first name off `list`.
constexpr std::string_view take_name(std::string_view& list) {
  auto end = list.find(',');
  auto name = list.substr(0, end);
  list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
  while (!list.empty() && (list.front() == ' ' || list.front() == '\n'))
    list.remove_prefix(1);
  while (!name.empty() && name.back() == ' ')
    name.remove_suffix(1);
  return name;
}

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

/// A span, or any other duration.
template <class Count, class Unit>
constexpr double in_seconds(std::chrono::duration<Count, Unit> x) {
  return std::chrono::duration<double>{x}.count();
}

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
