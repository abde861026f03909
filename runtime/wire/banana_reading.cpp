#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "runtime/wire/banana.hpp"
#include "runtime/wire/words.hpp"

namespace troupe::wire {

namespace {

/// One call of take_expression: the state, the input and the limits at hand.
class reading {
public:
  reading(banana_state& state, std::string_view& in, const banana_limits& limits)
    : state_{state}, in_{in}, limits_{limits} {}

  result<std::optional<sexp>> run();

private:
  enum class progress { ended, element, none };

  progress read_header();
  progress read_typed(std::string_view prefix, unsigned char type);
  progress read_list(std::string_view prefix);
  progress read_string(std::string_view prefix);
  progress read_word(std::string_view prefix);
  progress read_body();
  bool place();
  bool count(std::int64_t bytes);
  progress element(sexp x);
  progress broken(std::string words);

  banana_state& state_;
  std::string_view& in_;
  const banana_limits& limits_;
  sexp element_;
};

/// The value of a length prefix; anything that does not fit is far above all limits.
std::int64_t length_of(std::string_view prefix) {
  auto number = integer_of(prefix, false);
  return number.integer() != nullptr ? *number.integer() : std::numeric_limits<std::int64_t>::max();
}

result<std::optional<sexp>> reading::run() {
  while (state_.broken.empty()) {
    auto got = state_.body_type != 0 ? read_body() : read_header();
    if (got == progress::ended)
      return std::optional<sexp>{};
    if (got == progress::element && place()) {
      state_.bytes_taken = 0;
      state_.elements_taken = 0;
      return std::optional<sexp>{std::move(element_)};
    }
  }
  return failure{errc::invalid, state_.broken};
}

reading::progress reading::read_header() {
  // Only so far: what follows a prefix that is too long may be megabytes.
  auto window = in_.substr(0, banana_prefix_bytes_max + 1);
  std::size_t length = 0;
  while (length < window.size() && (static_cast<unsigned char>(window[length]) & 0x80) == 0)
    ++length;
  if (state_.prefix.size() + length > banana_prefix_bytes_max)
    return broken(fmt::format("prefix of more than {} bytes", banana_prefix_bytes_max));
  if (length == window.size()) {
    state_.prefix += window;
    in_.remove_prefix(length);
    return progress::ended;
  }
  auto type = static_cast<unsigned char>(window[length]);
  in_.remove_prefix(length + 1);
  bytes joined;
  auto prefix = window.substr(0, length);
  if (!state_.prefix.empty()) {
    joined = std::move(state_.prefix) + bytes{prefix};
    prefix = joined;
    state_.prefix.clear();
  }
  if (++state_.elements_taken > limits_.expression_elements_max)
    return broken(
        fmt::format("expression of more than {} elements", limits_.expression_elements_max));
  if (!count(static_cast<std::int64_t>(prefix.size()) + 1))
    return progress::none;
  return read_typed(prefix, type);
}

reading::progress reading::read_typed(std::string_view prefix, unsigned char type) {
  switch (type) {
  case banana_type::list:
    return read_list(prefix);
  case banana_type::string:
    return read_string(prefix);
  case banana_type::integer:
  case banana_type::long_integer:
    return element(integer_of(prefix, false));
  case banana_type::negative:
  case banana_type::long_negative:
    return element(integer_of(prefix, true));
  case banana_type::real: // its prefix means nothing
    state_.body_type = type;
    state_.body_missing = 8;
    return count(8) ? read_body() : progress::none;
  case banana_type::word:
    return read_word(prefix);
  default:
    return broken(fmt::format("type byte 0x{:02x} is not known", type));
  }
}

reading::progress reading::read_list(std::string_view prefix) {
  auto length = length_of(prefix);
  if (length > limits_.list_elements_max)
    return broken(fmt::format("list of {} elements, {} allowed", decimal_of(prefix),
                              limits_.list_elements_max));
  if (static_cast<std::int64_t>(state_.open.size()) >= limits_.nesting_max)
    return broken(fmt::format("lists nested deeper than {}", limits_.nesting_max));
  if (length == 0)
    return element(sexp{sexp::list_type{}});
  auto& opened = state_.open.emplace_back();
  opened.missing = length;
  // The announced length is only a claim: memory follows what has come.
  opened.elements.reserve(static_cast<std::size_t>(std::min<std::int64_t>(length, 16)));
  return progress::none;
}

reading::progress reading::read_string(std::string_view prefix) {
  auto length = length_of(prefix);
  if (length > limits_.string_bytes_max)
    return broken(fmt::format("string of {} bytes, {} allowed", decimal_of(prefix),
                              limits_.string_bytes_max));
  if (!count(length))
    return progress::none;
  state_.body_type = banana_type::string;
  state_.body_missing = length;
  return read_body();
}

reading::progress reading::read_word(std::string_view prefix) {
  if (!state_.words_known)
    return broken("a word before the dialect was chosen");
  auto word = word_at(length_of(prefix));
  if (word.empty())
    return broken(fmt::format("word number {} is not known", decimal_of(prefix)));
  return element(word);
}

reading::progress reading::read_body() {
  auto missing = static_cast<std::size_t>(state_.body_missing);
  auto part = in_.substr(0, missing);
  in_.remove_prefix(part.size());
  state_.body += part;
  state_.body_missing -= static_cast<std::int64_t>(part.size());
  if (state_.body_missing > 0)
    return progress::ended;
  auto body = std::exchange(state_.body, {});
  if (std::exchange(state_.body_type, 0) == banana_type::string)
    return element(std::move(body));
  std::uint64_t bits = 0;
  for (char c : body)
    bits = bits << 8 | static_cast<unsigned char>(c);
  auto number = std::bit_cast<double>(bits);
  // One kind of "no number" is enough, and lets JSON show it without loss.
  return element(std::isnan(number) ? std::numeric_limits<double>::quiet_NaN() : number);
}

/// Puts the element where it belongs. True if that was the last of a top-level expression, which
/// then is `element_`.
bool reading::place() {
  while (!state_.open.empty()) {
    auto& innermost = state_.open.back();
    innermost.elements.push_back(std::move(element_));
    if (--innermost.missing > 0)
      return false;
    element_ = sexp{std::move(innermost.elements)};
    state_.open.pop_back();
  }
  return true;
}

bool reading::count(std::int64_t bytes) {
  state_.bytes_taken += bytes;
  if (state_.bytes_taken <= limits_.expression_bytes_max)
    return true;
  broken(fmt::format("expression of more than {} bytes", limits_.expression_bytes_max));
  return false;
}

reading::progress reading::element(sexp x) {
  element_ = std::move(x);
  return progress::element;
}

reading::progress reading::broken(std::string why) {
  bool words_known = state_.words_known;
  state_ = banana_state{.words_known = words_known, .broken = std::move(why)};
  return progress::none;
}

} // namespace

result<std::optional<sexp>> take_expression(banana_state& reader, std::string_view& in,
                                            const banana_limits& limits) {
  return reading{reader, in, limits}.run();
}

} // namespace troupe::wire
