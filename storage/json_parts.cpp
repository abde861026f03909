#include "storage/json_parts.hpp"

#include <bit>
#include <cmath>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "storage/codec_parts.hpp"
#include "storage/hex.hpp"
#include "storage/json.hpp"
#include "storage/utf8.hpp"

namespace troupe::detail {

namespace {

/// Before bytes in hexadecimal. Text that begins with it is shown so, too: what is read back is
/// what was shown.
constexpr std::string_view raw_mark{"\0hex:", 5};

bool is_plain(std::string_view text) {
  return valid_utf8_bytes(text) == text.size() && !text.starts_with(raw_mark);
}

json name_json(std::string_view text) {
  return json(boost::json::string_view{text.data(), text.size()});
}

} // namespace

std::string text_for_json(const std::string& raw) {
  return valid_utf8_bytes(raw) == raw.size() ? raw : "0x" + to_hex(raw);
}

std::string marked_text(const std::string& raw) {
  return is_plain(raw) ? raw : std::string{raw_mark} + to_hex(raw);
}

result<std::string> unmarked_text(std::string_view text) {
  if (!text.starts_with(raw_mark))
    return std::string{text};
  return from_hex(text.substr(raw_mark.size()));
}

failure wrong_kind(std::string_view wanted, const json& got) {
  auto shown = print(got);
  if (shown.size() > 60)
    shown = shown.substr(0, 57) + "...";
  return {errc::invalid, fmt::format("{} expected, found {}", wanted, shown)};
}

failure unknown_key(std::string_view key, const std::vector<std::string_view>& known) {
  auto close = nearest(key, known);
  auto hint = close.empty() ? fmt::format("known are {}", fmt::join(known, ", "))
                            : fmt::format("did you mean '{}'?", close);
  return {errc::invalid, fmt::format("unknown key '{}': {}", key, hint)};
}

json show_name(std::int64_t number, const std::string_view* names, std::size_t count) {
  auto index = static_cast<std::size_t>(number);
  return index < count ? name_json(names[index]) : json(number);
}

result<void> read_name(std::int64_t& number, const json& in, const std::string_view* names,
                       std::size_t count) {
  std::vector<std::string_view> known(names, names + count);
  if (in.is_string())
    for (std::size_t i = 0; i < count; ++i)
      if (known[i] == std::string_view{in.get_string().data(), in.get_string().size()}) {
        number = static_cast<std::int64_t>(i);
        return {};
      }
  return wrong_kind(fmt::format("one of {}", fmt::join(known, ", ")), in);
}

result<void> read_integer(std::int64_t& number, const json& in) {
  boost::json::error_code bad;
  number = in.is_number() ? in.to_number<std::int64_t>(bad) : 0;
  if (!in.is_number() || bad)
    return wrong_kind("a whole number", in);
  return {};
}

json show_pair(json first, json second) {
  return boost::json::array{std::move(first), std::move(second)};
}

result<void> read_pair(const json& in, const value_ops& first_ops, void* first,
                       const value_ops& second_ops, void* second) {
  if (!in.is_array() || in.get_array().size() != 2)
    return wrong_kind("a list of two", in);
  if (auto done = read_value(first_ops, first, in.get_array()[0]); !done)
    return done;
  return read_value(second_ops, second, in.get_array()[1]);
}

void json_list::add(json element) {
  elements_.push_back(std::move(element));
}

json json_list::take() {
  return std::move(elements_);
}

std::string key_text(const value_ops& key_ops, const void* key) {
  return &key_ops == &text_ops ? marked_text(*static_cast<const std::string*>(key))
                               : print(show_value(key_ops, key));
}

void json_map::add(const value_ops& key_ops, const void* key, json value) {
  entries_.emplace(key_text(key_ops, key), std::move(value));
}

json json_map::take() {
  return std::move(entries_);
}

result<void> read_list(const json& in, void* to, result<void> (*take)(void*, const json&)) {
  if (!in.is_array())
    return wrong_kind("a list", in);
  for (std::size_t i = 0; i < in.get_array().size(); ++i)
    if (auto done = take(to, in.get_array()[i]); !done)
      return done.error().in("[" + std::to_string(i) + "]");
  return {};
}

result<void> read_map(const json& in, void* to,
                      result<void> (*take)(void*, std::string_view, const json&)) {
  if (!in.is_object())
    return wrong_kind("a map", in);
  for (const auto& entry : in.get_object()) {
    std::string_view name{entry.key().data(), entry.key().size()};
    if (auto done = take(to, name, entry.value()); !done)
      return done.error().in(name);
  }
  return {};
}

result<void> read_key(const value_ops& key_ops, void* key, std::string_view text) {
  if (&key_ops == &text_ops) {
    auto read = unmarked_text(text);
    if (!read)
      return read.error();
    *static_cast<std::string*>(key) = std::move(*read);
    return {};
  }
  auto parsed = parse_json(text);
  if (!parsed)
    return parsed.error();
  return read_value(key_ops, key, *parsed);
}

// -- the types that every form knows --------------------------------------------------------------

namespace {

result<void> get_real(void* x, std::string_view in) {
  if (in.size() != 8)
    return damaged();
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 8; ++i)
    bits |= std::uint64_t{static_cast<unsigned char>(in[i])} << (8 * i);
  value_at<double>(x) = std::bit_cast<double>(bits);
  return {};
}

void put_real(bytes& out, const void* x) {
  auto bits = std::bit_cast<std::uint64_t>(value_at<double>(x));
  for (int i = 0; i < 8; ++i)
    out.push_back(static_cast<char>(bits >> (8 * i)));
}

/// JSON has no room for all digits of the longest times; what is as good as unlimited is.
span span_of(double seconds) {
  constexpr double most = 9.2e12;
  if (std::isnan(seconds))
    return {};
  if (std::abs(seconds) > most)
    return seconds > 0 ? span::max() : span::min();
  return span{std::llround(seconds * 1e6)};
}

span as_span(const span& x) {
  return x;
}
span as_span(const instant& x) {
  return x.time_since_epoch();
}

template <class Time>
constexpr value_ops time_ops(value_shape shape) {
  return {
      nullptr,
      [](bytes& out, const void* x) { put_integer(out, as_span(value_at<Time>(x)).count()); },
      [](void* x, std::string_view in) -> result<void> {
        std::int64_t count = 0;
        bool ok = get_integer(count, in);
        value_at<Time>(x) = Time{span{count}};
        return ok ? result<void>{} : damaged();
      },
      [](const void* x) {
        return json(static_cast<double>(as_span(value_at<Time>(x)).count()) / 1e6);
      },
      [](void* x, const json& in) -> result<void> {
        if (!in.is_number())
          return wrong_kind("seconds", in);
        value_at<Time>(x) = Time{span_of(in.to_number<double>())};
        return {};
      },
      &equal_as_whole<Time>,
      shape,
  };
}

} // namespace

const value_ops text_ops{
    nullptr,
    [](bytes& out, const void* x) { out += value_at<std::string>(x); },
    [](void* x, std::string_view in) -> result<void> {
      value_at<std::string>(x).assign(in);
      return {};
    },
    [](const void* x) { return name_json(marked_text(value_at<std::string>(x))); },
    [](void* x, const json& in) -> result<void> {
      if (!in.is_string())
        return wrong_kind("text", in);
      auto read = unmarked_text({in.get_string().data(), in.get_string().size()});
      if (!read)
        return wrong_kind("text", in);
      value_at<std::string>(x) = std::move(*read);
      return {};
    },
    &equal_as_whole<std::string>,
    value_shape::text,
};

const value_ops flag_ops{
    nullptr,
    [](bytes& out, const void* x) { out.push_back(value_at<bool>(x) ? '\1' : '\0'); },
    [](void* x, std::string_view in) -> result<void> {
      if (in.size() != 1)
        return damaged();
      value_at<bool>(x) = in[0] != '\0';
      return {};
    },
    [](const void* x) { return json(value_at<bool>(x)); },
    [](void* x, const json& in) -> result<void> {
      if (!in.is_bool())
        return wrong_kind("true or false", in);
      value_at<bool>(x) = in.get_bool();
      return {};
    },
    &equal_as_whole<bool>,
    value_shape::flag,
};

const value_ops real_ops{
    nullptr,
    &put_real,
    &get_real,
    [](const void* x) { return json(value_at<double>(x)); },
    [](void* x, const json& in) -> result<void> {
      if (!in.is_number())
        return wrong_kind("a number", in);
      value_at<double>(x) = in.to_number<double>();
      return {};
    },
    &equal_as_whole<double>,
    value_shape::real,
};

const value_ops json_ops{
    nullptr,
    [](bytes& out, const void* x) { out += print(value_at<json>(x)); },
    [](void* x, std::string_view in) -> result<void> {
      auto parsed = parse_json(in);
      if (!parsed)
        return damaged();
      value_at<json>(x) = std::move(*parsed);
      return {};
    },
    [](const void* x) { return value_at<json>(x); },
    [](void* x, const json& in) -> result<void> {
      value_at<json>(x) = in;
      return {};
    },
    &equal_as_whole<json>,
    value_shape::json,
};

const value_ops span_ops = time_ops<span>(value_shape::span);
const value_ops instant_ops = time_ops<instant>(value_shape::instant);

} // namespace troupe::detail
