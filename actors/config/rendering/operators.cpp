// The operators on Property, Interpolate and each other, with Python's meaning.
#include <cmath>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/config_error.hpp"
#include "actors/config/rendering/printf.hpp"
#include "actors/config/rendering/renderer.hpp"

namespace troupe::model {

namespace {

failure unsupported(std::string_view op, const json& a, const json& b) {
  return {errc::invalid,
          fmt::format("'{}' does not work on {} and {}", op, python_repr(a), python_repr(b))};
}

bool whole(const json& x) {
  return x.is_int64();
}

bool number(const json& x) {
  return x.is_number();
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  auto quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

result<json> arithmetic(std::string_view op, const json& a, const json& b) {
  auto x = a.to_number<double>(), y = b.to_number<double>();
  if (y == 0 && (op == "/" || op == "//" || op == "%"))
    return failure{errc::invalid, fmt::format("'{}' by zero", op)};
  if (whole(a) && whole(b) && op != "/") {
    auto i = a.get_int64(), j = b.get_int64();
    std::int64_t out = 0;
    bool over = op == "+"   ? __builtin_add_overflow(i, j, &out)
                : op == "-" ? __builtin_sub_overflow(i, j, &out)
                : op == "*" ? __builtin_mul_overflow(i, j, &out)
                            : i == INT64_MIN && j == -1;
    if (over)
      return failure{errc::invalid, fmt::format("'{}': the result is too large", op)};
    if (op == "//")
      out = floor_divide(i, j);
    else if (op == "%")
      out = i - floor_divide(i, j) * j;
    return json(out);
  }
  auto out = op == "+"    ? x + y
             : op == "-"  ? x - y
             : op == "*"  ? x * y
             : op == "/"  ? x / y
             : op == "//" ? std::floor(x / y)
                          : x - std::floor(x / y) * y;
  if (!std::isfinite(out))
    return failure{errc::invalid, fmt::format("'{}': the result is too large", op)};
  return json(out);
}

constexpr std::size_t repeated_bytes_max = 1u << 20;

result<json> repeat(const json& text, std::int64_t times) {
  std::string once = python_str(text), out;
  if (times > 0 && !once.empty()
      && static_cast<std::uint64_t>(times) > repeated_bytes_max / once.size())
    return failure{errc::invalid, "'*': the result is too large"};
  for (; times > 0 && !once.empty(); --times)
    out += once;
  return json(out);
}

bool equal(const json& a, const json& b) {
  if (number(a) && number(b))
    return whole(a) && whole(b) ? a == b : a.to_number<double>() == b.to_number<double>();
  return a == b;
}

result<json> contains(const json& needle, const json& hay) {
  if (hay.is_array()) {
    for (const auto& element : hay.get_array())
      if (equal(element, needle))
        return json(true);
    return json(false);
  }
  if (hay.is_string() && needle.is_string())
    return json(view(hay.get_string()).find(view(needle.get_string())) != std::string_view::npos);
  if (hay.is_object() && needle.is_string())
    return json(hay.get_object().contains(needle.get_string()));
  return unsupported("in", needle, hay);
}

result<json> compare(std::string_view op, const json& a, const json& b) {
  int order = 0;
  if (number(a) && number(b)) {
    auto x = a.to_number<double>(), y = b.to_number<double>();
    order = x < y ? -1 : x > y ? 1 : 0;
    if (whole(a) && whole(b))
      order = a.get_int64() < b.get_int64() ? -1 : a.get_int64() > b.get_int64() ? 1 : 0;
  } else if (a.is_string() && b.is_string()) {
    order = view(a.get_string()).compare(view(b.get_string()));
  } else {
    return unsupported(op, a, b);
  }
  return json(op == "<" ? order < 0 : op == "<=" ? order <= 0 : op == ">" ? order > 0 : order >= 0);
}

} // namespace

result<json> operate(std::string_view op, const json& a, const json& b) {
  if (op == "==" || op == "!=")
    return json(equal(a, b) == (op == "=="));
  if (op == "in")
    return contains(a, b);
  if (op[0] == '<' || op[0] == '>')
    return compare(op, a, b);
  if (number(a) && number(b))
    return arithmetic(op, a, b);
  if (op == "+" && a.is_string() && b.is_string())
    return json(python_str(a) + python_str(b));
  if (op == "+" && a.is_array() && b.is_array()) {
    auto out = a.get_array();
    out.insert(out.end(), b.get_array().begin(), b.get_array().end());
    return json(std::move(out));
  }
  if (op == "*" && a.is_string() && whole(b))
    return repeat(a, b.get_int64());
  if (op == "*" && b.is_string() && whole(a))
    return repeat(b, a.get_int64());
  if (op == "%" && a.is_string()) {
    std::vector<json> values(1, b);
    if (b.is_array())
      values.assign(b.get_array().begin(), b.get_array().end());
    auto out = format_positional(view(a.get_string()), values);
    return out ? result<json>{json(*out)} : out.error();
  }
  return unsupported(op, a, b);
}

namespace {

class operator_role final : public renderable_role {
public:
  json value(const json& in, renderer& by) const override {
    return operate(text_of(in, "op"), by.value(rendered_argument(in, "a")),
                   by.value(rendered_argument(in, "b")))
        .value();
  }
};

const operator_role operator_conduct;

} // namespace

extern const component operation;
const component operation{
    .space = "util",
    .name = "Operator",
    .use = component_use::renderable,
    .summary = "An operator on renderables: written a + b, a:eq(b) and the like.",
    .arguments = {{"op", types::string, required, "+ - * / // % == != < <= > >= in"},
                  {"a", types::any, required, "Left of it."},
                  {"b", types::any, required, "Right of it."}},
    .positional = {.count = 3},
    .role = &operator_conduct,
};

} // namespace troupe::model
