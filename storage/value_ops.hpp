// What can be done with a value of a type that is known only at run time: a table of functions per
// type, and the layout of described types. The stored form, JSON and equality of every value go
// through these tables, so that a new described type costs a build one table and no code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "storage/result.hpp"

namespace troupe {

using bytes = std::string;

// Mind `json(x)`, not `json{x}`: braces make a list of one.
using json = boost::json::value;

class field_history;
class layout;
struct value_ops;

/// Decides for values of some types whether they count as equal; nothing: as usual.
using equality_rule = std::optional<bool> (*)(const value_ops& ops, const void* a, const void* b);

/// What a value is made of, for code that walks values of types it does not know.
enum class value_shape : std::uint8_t {
  own, ///< Only the type itself knows.
  fields,
  number,
  name, ///< Of an enum.
  real,
  flag,
  text,
  json,
  span,
  instant,
  optional, ///< Of `first`.
  pair,     ///< Of `first` and `second`.
  list,     ///< Of `first`, in order; sets, too.
  map,      ///< From `first` to `second`.
};

/// The operations on values of one type. A described type has its `fields` in place of those that
/// it does not define itself.
struct value_ops {
  const layout& (*fields)() = nullptr;
  void (*put)(bytes& out, const void* x) = nullptr;
  result<void> (*get)(void* x, std::string_view in) = nullptr;
  json (*show)(const void* x) = nullptr;
  result<void> (*read)(void* x, const json& in) = nullptr;
  bool (*equal)(const void* a, const void* b, equality_rule rule) = nullptr;
  value_shape shape = value_shape::own;
  const value_ops* first = nullptr;
  const value_ops* second = nullptr;
  void* (*emplace)(void* x) = nullptr; ///< Of an optional: makes its value, and gives its place.
  const void* (*held)(const void* x) = nullptr; ///< Of an optional: its value, or null.
};

struct field_layout {
  std::string_view name;
  std::uint16_t tag = 0;  ///< Names the field in the stored form.
  std::size_t offset = 0; ///< Bytes from the start of its value.
  const value_ops* ops = nullptr;
};

/// From a former type of a field to the next one.
struct conversion {
  const value_ops* from = nullptr;
  const value_ops* to = nullptr;
  std::shared_ptr<void> (*make)() = nullptr; ///< A value of the former type, to read into.
  result<void> (*convert)(const void* from, void* to) = nullptr;
};

/// What an older program called a field, or had in it.
struct former_field {
  std::uint16_t tag = 0;
  std::size_t field = 0;           ///< Which field it has become.
  std::vector<conversion> through; ///< From what is stored to what the field holds.
};

/// The fields of a described type, in the order in which they were listed.
class layout {
public:
  struct place {
    const void* at;
    const value_ops* ops;
  };

  /// `names` as in TROUPE_FIELDS; `places` of the fields of the value at `sample`, which has every
  /// field at its default and stays.
  layout(std::string_view names, const void* sample, std::initializer_list<place> places,
         const field_history* past = nullptr);

  const void* sample() const noexcept { return sample_; }
  const std::vector<field_layout>& fields() const noexcept { return fields_; }
  const std::vector<former_field>& formers() const noexcept { return formers_; }

private:
  void take_up(const field_history& past);

  const void* sample_;
  std::vector<field_layout> fields_;
  std::vector<former_field> formers_;
};

namespace detail {

template <class T>
const T& value_at(const void* x) {
  return *static_cast<const T*>(x);
}
template <class T>
T& value_at(void* x) {
  return *static_cast<T*>(x);
}

/// `value_ops::equal` of types of which no part has a rule of its own.
template <class T>
bool equal_as_whole(const void* a, const void* b, equality_rule) {
  return value_at<T>(a) == value_at<T>(b);
}

} // namespace detail

void put_value(const value_ops& ops, bytes& out, const void* x);
/// Refused (corrupt) if `in` is damaged, with the path to what cannot be read; `x` is then of no
/// use.
result<void> get_value(const value_ops& ops, void* x, std::string_view in);
json show_value(const value_ops& ops, const void* x);
/// Sets `x` from JSON. Missing keys leave their fields alone; an unknown key, or a value of another
/// kind, is refused with the path to it ("files[2]: text expected, found 7").
result<void> read_value(const value_ops& ops, void* x, const json& in);
bool equal_values(const value_ops& ops, const void* a, const void* b, equality_rule rule = nullptr);

} // namespace troupe
