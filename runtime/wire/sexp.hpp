// What one banana stream consists of: expressions, each an integer, a float, a byte string or a
// list of expressions. There is no text, no null and no map; those are jelly's (jelly.hpp).
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "storage/codec.hpp"
#include "storage/json.hpp"

namespace troupe::wire {

/// An integer outside of 64 bits, up to plus or minus 2^448-1. Kept as the banana element that
/// stands for it, because this program only passes such numbers on and shows them.
struct big_integer {
  /// Digits of base 128, least significant first, then the type byte LONGINT or LONGNEG. No
  /// zero digit comes last, so equal numbers are equal strings.
  bytes element;

  std::string decimal() const;
  bool operator==(const big_integer&) const = default;
};

/// One expression. Small integers are always int64, so equal numbers are equal values. Floats are
/// compared by their bits: a value is equal to its copy even if it is no number.
struct sexp {
  using list_type = std::vector<sexp>;

  std::variant<std::int64_t, big_integer, double, bytes, list_type> content;

  sexp() = default;
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) sexp(Number number)
    : content{static_cast<std::int64_t>(number)} {}
  sexp(big_integer number) : content{std::move(number)} {}
  sexp(double number) : content{number} {}
  sexp(bytes string) : content{std::move(string)} {}
  sexp(std::string_view string) : content{bytes{string}} {}
  sexp(const char* string) : content{bytes{string}} {}
  sexp(list_type elements) : content{std::move(elements)} {}

  /// A list of the arguments, which are moved, not copied.
  template <class... Parts>
  static sexp list(Parts&&... parts) {
    list_type elements;
    elements.reserve(sizeof...(parts));
    (elements.emplace_back(std::forward<Parts>(parts)), ...);
    return sexp{std::move(elements)};
  }

  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&content); }
  const big_integer* big() const { return std::get_if<big_integer>(&content); }
  const double* real() const { return std::get_if<double>(&content); }
  const bytes* string() const { return std::get_if<bytes>(&content); }
  const list_type* elements() const { return std::get_if<list_type>(&content); }
  list_type* elements() { return std::get_if<list_type>(&content); }

  bool operator==(const sexp& other) const;
};

/// The integer with these digits (base 128, least significant first, zeros at the end allowed; at
/// most 64). "Minus zero" is 0.
sexp integer_of(std::string_view digits, bool negative);

/// The integer that `decimal` spells ("-12"), or a failure (errc::invalid): no number, or beyond
/// 64 digits of base 128.
result<sexp> parse_integer(std::string_view decimal);

/// The number with these base 128 digits, in base 10.
std::string decimal_of(std::string_view digits);

/// Readable and exact: numbers, strings and arrays; what JSON has not is {"hex": "00ff"} (a string
/// that is not UTF-8), {"integer": "18446744073709551616"} or {"real": "inf"}.
json as_json(const sexp& x);
result<void> of_json(sexp& x, const json& in);

/// A float in JSON, and back; see above.
json real_json(double number);

/// If `in` is {"integer": ...} or {"real": ...} the number, else a failure (errc::invalid).
result<sexp> number_of_json(const json& in);

} // namespace troupe::wire
