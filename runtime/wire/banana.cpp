#include "runtime/wire/banana.hpp"

#include <bit>
#include <limits>

#include <fmt/format.h>

#include "runtime/wire/words.hpp"

namespace troupe::wire {

namespace {

constexpr banana_limits wire_limits;

/// What lies in our own store was checked when it came in, or never goes out.
constexpr banana_limits stored_limits{
    .string_bytes_max = std::numeric_limits<std::int64_t>::max() / 4,
    .list_elements_max = std::numeric_limits<std::int64_t>::max() / 4,
    .expression_bytes_max = std::numeric_limits<std::int64_t>::max() / 2,
    .expression_elements_max = std::numeric_limits<std::int64_t>::max() / 2,
    .nesting_max = 256};

} // namespace

void append_element(bytes& out, std::uint64_t prefix, unsigned char type) {
  do {
    out.push_back(static_cast<char>(prefix & 0x7f));
    prefix >>= 7;
  } while (prefix > 0);
  out.push_back(static_cast<char>(type));
}

void append_integer(bytes& out, std::int64_t number) {
  if (number >= 0)
    append_element(out, static_cast<std::uint64_t>(number),
                   number < std::int64_t{1} << 31 ? banana_type::integer
                                                  : banana_type::long_integer);
  else
    append_element(out, 0 - static_cast<std::uint64_t>(number),
                   number >= -(std::int64_t{1} << 31) ? banana_type::negative
                                                      : banana_type::long_negative);
}

void append_real(bytes& out, double number) {
  out.push_back(static_cast<char>(banana_type::real));
  auto bits = std::bit_cast<std::uint64_t>(number);
  for (int shift = 56; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(bits >> shift));
}

void append_word(bytes& out, std::string_view text) {
  if (auto word = word_number(text); word != 0) {
    append_element(out, static_cast<std::uint64_t>(word), banana_type::word);
  } else {
    append_element(out, text.size(), banana_type::string);
    out += text;
  }
}

namespace {

/// Appends one expression. What went wrong stays in `wrong`, and nothing is appended from there on.
struct writing {
  bytes& out;
  const banana_limits& limits;
  bool use_words = true;
  std::int64_t depth = 0;
  std::string wrong;

  void append(const sexp& x);
  void append_string(const bytes& string);
  void append_list(const sexp::list_type& elements);
};

void writing::append(const sexp& x) {
  if (const auto* number = x.integer()) {
    append_integer(out, *number);
  } else if (const auto* big = x.big()) {
    out += big->element;
  } else if (const auto* real = x.real()) {
    append_real(out, *real);
  } else if (const auto* string = x.string()) {
    append_string(*string);
  } else {
    append_list(*x.elements());
  }
}

void writing::append_string(const bytes& string) {
  if (auto word = use_words ? word_number(string) : 0; word != 0) {
    append_element(out, static_cast<std::uint64_t>(word), banana_type::word);
  } else if (static_cast<std::int64_t>(string.size()) > limits.string_bytes_max) {
    wrong = fmt::format("string of {} bytes, {} allowed", string.size(), limits.string_bytes_max);
  } else {
    append_element(out, string.size(), banana_type::string);
    out += string;
  }
}

void writing::append_list(const sexp::list_type& elements) {
  if (static_cast<std::int64_t>(elements.size()) > limits.list_elements_max)
    wrong =
        fmt::format("list of {} elements, {} allowed", elements.size(), limits.list_elements_max);
  else if (depth >= limits.nesting_max)
    wrong = fmt::format("lists nested deeper than {}", limits.nesting_max);
  if (!wrong.empty())
    return;
  append_element(out, elements.size(), banana_type::list);
  ++depth;
  for (std::size_t i = 0; i < elements.size() && wrong.empty(); ++i)
    append(elements[i]);
  --depth;
}

} // namespace

result<void> append_banana(bytes& out, const sexp& x, bool use_words) {
  auto start = out.size();
  writing writer{.out = out, .limits = wire_limits, .use_words = use_words};
  writer.append(x);
  if (writer.wrong.empty())
    return {};
  out.resize(start);
  return failure{errc::invalid, std::move(writer.wrong)};
}

void to_stored(const sexp& x, bytes& out) {
  writing{.out = out, .limits = stored_limits}.append(x);
}

bool from_stored(sexp& x, std::string_view in) {
  banana_state reader{.words_known = true};
  auto read = take_expression(reader, in, stored_limits);
  if (!read || !*read || !in.empty())
    return false;
  x = std::move(**read);
  return true;
}

} // namespace troupe::wire
