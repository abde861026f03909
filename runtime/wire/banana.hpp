// Banana: expressions to bytes and back. A reader takes a stream in pieces of any size; all that it
// knows between two pieces is a described value.
#pragma once

#include <optional>

#include "runtime/wire/sexp.hpp"

namespace troupe::wire {

/// Type bytes of elements.
namespace banana_type {
inline constexpr unsigned char list = 0x80;
inline constexpr unsigned char integer = 0x81;
inline constexpr unsigned char string = 0x82;
inline constexpr unsigned char negative = 0x83;
inline constexpr unsigned char real = 0x84;
inline constexpr unsigned char long_integer = 0x85;
inline constexpr unsigned char long_negative = 0x86;
inline constexpr unsigned char word = 0x87;
} // namespace banana_type

inline constexpr std::size_t banana_prefix_bytes_max = 64;

/// Bounds of one top-level expression. The first two are the protocol's, and every stock peer drops
/// the connection beyond them; the others protect our memory and stack.
struct banana_limits {
  std::int64_t string_bytes_max = 655360;
  std::int64_t list_elements_max = 655360;
  std::int64_t expression_bytes_max = 16 << 20;
  std::int64_t expression_elements_max = 1 << 20;
  std::int64_t nesting_max = 64;
};

/// A list of which some elements have yet to come.
struct banana_list {
  std::int64_t missing = 0;
  std::vector<sexp> elements;
  TROUPE_FIELDS(missing, elements)
};

/// Where a reader stands in its stream.
struct banana_state {
  bool words_known = false;      ///< Set by the owner once the dialect "pb" is chosen.
  bytes prefix;                  ///< Of an element whose type byte has not come yet.
  std::int64_t body_type = 0;    ///< Type byte of the element whose body is being read, or 0.
  std::int64_t body_missing = 0; ///< Bytes of that body yet to come.
  bytes body;
  std::vector<banana_list> open; ///< Lists begun and not ended, outermost first.
  std::int64_t bytes_taken = 0;  ///< Of the expression being read, as announced by its lengths.
  std::int64_t elements_taken = 0;
  std::string broken; ///< Why nothing more can be read; empty while all is well.
  TROUPE_FIELDS(words_known, prefix, body_type, body_missing, body, open, bytes_taken,
                elements_taken, broken)
};

/// Takes bytes off the front of `in` up to the end of the next top-level expression and returns it,
/// or takes all of `in` and returns nothing if it ends before that. A failure (errc::invalid) tells
/// what is wrong with the stream ("string of 655361 bytes, 655360 allowed") and is final: there is
/// no way to find the next expression. Linear in the bytes, however they are cut. pb.md section 2.
result<std::optional<sexp>> take_expression(banana_state& reader, std::string_view& in,
                                            const banana_limits& limits = {});

/// Appends `x` as stock writers do, VOCAB for each string that is a word (`use_words` false: never,
/// for a stream whose dialect is not chosen yet or is "none"). A failure (errc::invalid)
/// and nothing appended if a peer would have to refuse it: too long a string or list, or nested
/// deeper than 64.
result<void> append_banana(bytes& out, const sexp& x, bool use_words = true);

// Single elements, for writing an expression without building it. The elements of a list
// follow its head.
void append_element(bytes& out, std::uint64_t prefix, unsigned char type);
void append_integer(bytes& out, std::int64_t number);
void append_real(bytes& out, double number);
/// As a word if it is one.
void append_word(bytes& out, std::string_view text);

/// Stored form: the banana bytes, without the limits of the wire.
void to_stored(const sexp& x, bytes& out);
bool from_stored(sexp& x, std::string_view in);

} // namespace troupe::wire
