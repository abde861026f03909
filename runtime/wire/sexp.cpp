#include "runtime/wire/sexp.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include <boost/json.hpp>

#include "runtime/wire/banana.hpp"
#include "runtime/wire/utf8.hpp"
#include "storage/hex.hpp"

namespace troupe::wire {

namespace {

constexpr std::uint64_t limb_base = 1'000'000'000;

std::string_view without_zeros(std::string_view digits) {
  while (!digits.empty() && digits.back() == '\0')
    digits.remove_suffix(1);
  return digits;
}

std::string_view view(const boost::json::string& text) {
  return {text.data(), text.size()};
}

} // namespace

std::string decimal_of(std::string_view digits) {
  std::vector<std::uint64_t> limbs; // base 10^9, least significant first
  for (std::size_t i = digits.size(); i-- > 0;) {
    std::uint64_t carry = static_cast<unsigned char>(digits[i]);
    for (auto& limb : limbs) {
      limb = limb * 128 + carry;
      carry = limb / limb_base;
      limb %= limb_base;
    }
    if (carry > 0)
      limbs.push_back(carry);
  }
  if (limbs.empty())
    return "0";
  auto out = std::to_string(limbs.back());
  for (std::size_t i = limbs.size() - 1; i-- > 0;) {
    auto part = std::to_string(limbs[i]);
    out += std::string(9 - part.size(), '0') + part;
  }
  return out;
}

std::string big_integer::decimal() const {
  if (element.empty())
    return "0";
  bool negative = static_cast<unsigned char>(element.back()) == banana_type::long_negative;
  return (negative ? "-" : "")
         + decimal_of(std::string_view{element}.substr(0, element.size() - 1));
}

bool sexp::operator==(const sexp& other) const {
  if (content.index() != other.content.index())
    return false;
  if (const auto* number = real())
    return std::bit_cast<std::uint64_t>(*number) == std::bit_cast<std::uint64_t>(*other.real());
  return content == other.content;
}

sexp integer_of(std::string_view digits, bool negative) {
  digits = without_zeros(digits);
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  bool fits = digits.size() < 10 || (digits.size() == 10 && digits[9] <= 1);
  if (fits) {
    std::uint64_t magnitude = 0;
    for (std::size_t i = digits.size(); i-- > 0;)
      magnitude = magnitude << 7 | static_cast<unsigned char>(digits[i]);
    if (magnitude <= most)
      return negative ? -static_cast<std::int64_t>(magnitude)
                      : static_cast<std::int64_t>(magnitude);
    if (negative && magnitude == most + 1)
      return std::numeric_limits<std::int64_t>::min();
  }
  bytes element{digits};
  element += static_cast<char>(negative ? banana_type::long_negative : banana_type::long_integer);
  return big_integer{std::move(element)};
}

result<sexp> parse_integer(std::string_view decimal) {
  bool negative = !decimal.empty() && decimal.front() == '-';
  auto text = decimal.substr(negative ? 1 : 0);
  bytes digits; // base 128, least significant first
  bool sound = !text.empty() && text.size() <= 140;
  for (char c : text) {
    sound = sound && c >= '0' && c <= '9';
    if (!sound)
      break;
    unsigned carry = static_cast<unsigned>(c - '0');
    for (auto& digit : digits) {
      carry += static_cast<unsigned char>(digit) * 10u;
      digit = static_cast<char>(carry & 0x7f);
      carry >>= 7;
    }
    if (carry > 0)
      digits.push_back(static_cast<char>(carry));
  }
  if (!sound || digits.size() > banana_prefix_bytes_max)
    return failure{errc::invalid, "an integer of at most 448 bits expected"};
  return integer_of(digits, negative);
}

json real_json(double number) {
  if (std::isfinite(number))
    return json(number);
  boost::json::object out;
  out["real"] = std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
  return out;
}

result<sexp> number_of_json(const json& in) {
  const auto* fields = in.if_object();
  if (fields != nullptr && fields->size() == 1 && fields->begin()->value().is_string()) {
    auto value = view(fields->begin()->value().get_string());
    if (fields->begin()->key() == "integer")
      return parse_integer(value);
    if (fields->begin()->key() == "real") {
      if (value == "nan")
        return sexp{std::numeric_limits<double>::quiet_NaN()};
      if (value == "inf" || value == "-inf")
        return sexp{value == "inf" ? HUGE_VAL : -HUGE_VAL};
    }
  }
  return detail::wrong_kind("a number", in);
}

json as_json(const sexp& x) {
  if (const auto* number = x.integer())
    return json(*number);
  if (const auto* number = x.real())
    return real_json(*number);
  boost::json::object marked;
  if (const auto* number = x.big()) {
    marked["integer"] = number->decimal();
    return marked;
  }
  if (const auto* string = x.string()) {
    if (is_utf8(*string))
      return text_json(*string);
    marked["hex"] = to_hex(*string);
    return marked;
  }
  boost::json::array out;
  for (const auto& element : *x.elements())
    out.push_back(as_json(element));
  return out;
}

result<void> of_json(sexp& x, const json& in) {
  if (in.is_int64()) {
    x = in.get_int64();
  } else if (in.is_double()) {
    x = in.get_double();
  } else if (in.is_string()) {
    x = view(in.get_string());
  } else if (in.is_array()) {
    sexp::list_type elements(in.get_array().size());
    for (std::size_t i = 0; i < elements.size(); ++i)
      if (auto done = of_json(elements[i], in.get_array()[i]); !done)
        return done.error().in("[" + std::to_string(i) + "]");
    x = std::move(elements);
  } else if (const auto* hex = in.is_object() ? in.get_object().if_contains("hex") : nullptr;
             hex != nullptr && hex->is_string()) {
    auto raw = from_hex(view(hex->get_string()));
    if (!raw)
      return raw.error();
    x = std::move(*raw);
  } else {
    auto number = number_of_json(in);
    if (!number)
      return number.error();
    x = std::move(*number);
  }
  return {};
}

} // namespace troupe::wire
