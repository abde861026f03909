#include "runtime/wire/banana.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include <fmt/format.h>

namespace troupe::wire {

namespace {

constexpr std::array<std::string_view, 32> words{
  "",          "None",         "class",     "dereference", "reference", "dictionary",
  "function",  "instance",     "list",      "module",      "persistent", "tuple",
  "unpersistable", "copy",     "cache",     "cached",      "remote",    "local",
  "lcache",    "version",      "login",     "password",    "challenge", "logged_in",
  "not_logged_in", "cachemessage", "message", "answer",    "error",     "decref",
  "decache",   "uncache"};

constexpr banana_limits wire_limits;

/// What lies in our own store was checked when it came in, or never goes out.
constexpr banana_limits stored_limits{
  .string_bytes_max = std::numeric_limits<std::int64_t>::max() / 4,
  .list_elements_max = std::numeric_limits<std::int64_t>::max() / 4,
  .expression_bytes_max = std::numeric_limits<std::int64_t>::max() / 2,
  .expression_elements_max = std::numeric_limits<std::int64_t>::max() / 2,
  .nesting_max = 256};

/// The number of the word that `string` is, or 0.
std::size_t word_of(std::string_view string) {
  if (string.size() < 4 || string.size() > 13)
    return 0;
  auto found = std::find(words.begin() + 1, words.end(), string);
  return found == words.end() ? 0 : static_cast<std::size_t>(found - words.begin());
}

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
  return number.integer() != nullptr ? *number.integer()
                                     : std::numeric_limits<std::int64_t>::max();
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
    return broken(fmt::format("expression of more than {} elements",
                              limits_.expression_elements_max));
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
  auto number = length_of(prefix);
  if (number < 1 || number >= static_cast<std::int64_t>(words.size()))
    return broken(fmt::format("word number {} is not known", decimal_of(prefix)));
  return element(words[static_cast<std::size_t>(number)]);
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
  return element(std::bit_cast<double>(bits));
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
    out.push_back(static_cast<char>(banana_type::real));
    auto bits = std::bit_cast<std::uint64_t>(*real);
    for (int shift = 56; shift >= 0; shift -= 8)
      out.push_back(static_cast<char>(bits >> shift));
  } else if (const auto* string = x.string()) {
    append_string(*string);
  } else {
    append_list(*x.elements());
  }
}

void writing::append_string(const bytes& string) {
  if (auto word = use_words ? word_of(string) : 0; word != 0) {
    append_element(out, word, banana_type::word);
  } else if (static_cast<std::int64_t>(string.size()) > limits.string_bytes_max) {
    wrong = fmt::format("string of {} bytes, {} allowed", string.size(), limits.string_bytes_max);
  } else {
    append_element(out, string.size(), banana_type::string);
    out += string;
  }
}

void writing::append_list(const sexp::list_type& elements) {
  if (static_cast<std::int64_t>(elements.size()) > limits.list_elements_max)
    wrong = fmt::format("list of {} elements, {} allowed", elements.size(),
                        limits.list_elements_max);
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

result<std::optional<sexp>> take_expression(banana_state& reader, std::string_view& in,
                                            const banana_limits& limits) {
  return reading{reader, in, limits}.run();
}

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
