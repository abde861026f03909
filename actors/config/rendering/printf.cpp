#include "actors/config/rendering/printf.hpp"

#include <cmath>
#include <cstdio>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/config_error.hpp"

namespace troupe::model {

namespace {

result<int> read_number(std::string_view& in) {
  int value = 0;
  while (!in.empty() && in[0] >= '0' && in[0] <= '9') {
    value = value * 10 + (in[0] - '0');
    if (value > format_width_max)
      return invalid(fmt::format("a width above {}", format_width_max));
    in.remove_prefix(1);
  }
  return value;
}

std::string pad(const conversion& how, std::string sign, std::string body) {
  auto size = static_cast<int>(sign.size() + body.size());
  auto missing = static_cast<std::size_t>(how.width > size ? how.width - size : 0);
  if (how.left)
    return sign + body + std::string(missing, ' ');
  if (how.zero)
    return sign + std::string(missing, '0') + body;
  return std::string(missing, ' ') + sign + body;
}

std::string sign_of(const conversion& how, bool negative) {
  return negative ? "-" : how.plus ? "+" : how.blank ? " " : "";
}

std::string integer(const conversion& how, std::int64_t value) {
  auto size = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  std::string digits = how.letter == 'x'   ? fmt::format("{:x}", size)
                       : how.letter == 'X' ? fmt::format("{:X}", size)
                       : how.letter == 'o' ? fmt::format("{:o}", size)
                                           : fmt::format("{}", size);
  if (static_cast<int>(digits.size()) < how.precision)
    digits.insert(0, static_cast<std::size_t>(how.precision) - digits.size(), '0');
  auto sign = sign_of(how, value < 0);
  if (how.alternate && (how.letter == 'x' || how.letter == 'X' || how.letter == 'o'))
    sign += std::string{"0"} + how.letter;
  return pad(how, sign, digits);
}

std::string floating(const conversion& how, double value) {
  char buffer[1500];
  char form[] = {'%', how.alternate ? '#' : '.', '*', how.letter, 0, 0};
  if (how.alternate) {
    form[2] = '.';
    form[3] = '*';
    form[4] = how.letter;
  }
  std::snprintf(buffer, sizeof buffer, form, how.precision < 0 ? 6 : how.precision,
                std::fabs(value));
  return pad(how, sign_of(how, std::signbit(value)), buffer);
}

std::string quoted(std::string_view text) {
  char quote = text.find('\'') != text.npos && text.find('"') == text.npos ? '"' : '\'';
  std::string out(1, quote);
  for (char c : text)
    switch (c) {
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      if (c == quote || c == '\\')
        out += '\\';
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
        out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
      else
        out += c;
    }
  return out + quote;
}

std::string float_repr(double value) {
  auto shown = fmt::format("{}", value);
  bool whole = shown.find_first_of(".einf") == std::string::npos;
  return whole ? shown + ".0" : shown;
}

} // namespace

std::string python_repr(const json& value) {
  if (value.is_string())
    return quoted({value.get_string().data(), value.get_string().size()});
  if (value.is_null())
    return "None";
  if (value.is_bool())
    return value.get_bool() ? "True" : "False";
  if (value.is_double())
    return float_repr(value.get_double());
  std::string out;
  if (value.is_array()) {
    for (const auto& element : value.get_array())
      out += (out.empty() ? "" : ", ") + python_repr(element);
    return "[" + out + "]";
  }
  if (value.is_object()) {
    for (const auto& [key, entry] : value.get_object())
      out +=
          (out.empty() ? "" : ", ") + quoted({key.data(), key.size()}) + ": " + python_repr(entry);
    return "{" + out + "}";
  }
  return print(value);
}

std::string python_str(const json& value) {
  if (value.is_string())
    return {value.get_string().data(), value.get_string().size()};
  return python_repr(value);
}

bool truth(const json& value) {
  switch (value.kind()) {
  case boost::json::kind::null:
    return false;
  case boost::json::kind::bool_:
    return value.get_bool();
  case boost::json::kind::string:
    return !value.get_string().empty();
  case boost::json::kind::array:
    return !value.get_array().empty();
  case boost::json::kind::object:
    return !value.get_object().empty();
  default:
    return value.to_number<double>() != 0;
  }
}

bool skip_to_conversion(std::string_view& in, std::string& out) {
  while (true) {
    auto percent = in.find('%');
    out += in.substr(0, percent);
    in.remove_prefix(percent == std::string_view::npos ? in.size() : percent + 1);
    if (percent == std::string_view::npos || in.empty() || in[0] != '%')
      return percent != std::string_view::npos;
    out += '%';
    in.remove_prefix(1);
  }
}

result<conversion> read_conversion(std::string_view& in) {
  conversion how;
  for (; !in.empty(); in.remove_prefix(1)) {
    if (in[0] == '-')
      how.left = true;
    else if (in[0] == '+')
      how.plus = true;
    else if (in[0] == ' ')
      how.blank = true;
    else if (in[0] == '0')
      how.zero = true;
    else if (in[0] == '#')
      how.alternate = true;
    else
      break;
  }
  auto width = read_number(in);
  if (!width)
    return width.error();
  how.width = *width;
  if (!in.empty() && in[0] == '.') {
    in.remove_prefix(1);
    auto precision = read_number(in);
    if (!precision)
      return precision.error();
    how.precision = *precision;
  }
  while (!in.empty() && (in[0] == 'h' || in[0] == 'l' || in[0] == 'L'))
    in.remove_prefix(1);
  if (in.empty())
    return invalid("a conversion is not complete");
  how.letter = in[0];
  if (std::string_view{"diouxXeEfFgGcrsa"}.find(how.letter) == std::string_view::npos)
    return invalid(fmt::format("unknown conversion '{}'", how.letter));
  in.remove_prefix(1);
  return how;
}

result<std::string> convert(const conversion& how, const json& value) {
  bool number = value.is_number() || value.is_bool();
  auto as_double = [&] {
    return value.is_bool() ? (value.get_bool() ? 1.0 : 0.0) : value.to_number<double>();
  };
  auto text = [&](std::string shown) {
    if (how.precision >= 0 && static_cast<std::size_t>(how.precision) < shown.size())
      shown.resize(static_cast<std::size_t>(how.precision));
    auto plain = how;
    plain.zero = false;
    return pad(plain, "", std::move(shown));
  };
  switch (how.letter) {
  case 's':
    return text(python_str(value));
  case 'r':
  case 'a':
    return text(python_repr(value));
  case 'c':
    if (value.is_string() && value.get_string().size() == 1)
      return text(python_str(value));
    if (value.is_int64() && value.get_int64() >= 0 && value.get_int64() < 128)
      return text(std::string(1, static_cast<char>(value.get_int64())));
    return invalid("%c needs one character");
  default:
    break;
  }
  if (!number)
    return invalid(fmt::format("%{} needs a number, found {}", how.letter, python_repr(value)));
  if (std::string_view{"eEfFgG"}.find(how.letter) != std::string_view::npos)
    return floating(how, as_double());
  if (value.is_int64())
    return integer(how, value.get_int64());
  if (value.is_double() && std::string_view{"diu"}.find(how.letter) == std::string_view::npos)
    return invalid(
        fmt::format("%{} needs a whole number, found {}", how.letter, python_repr(value)));
  if (!(std::fabs(as_double()) < 9e18))
    return invalid(fmt::format("%{} needs a smaller number", how.letter));
  return integer(how, static_cast<std::int64_t>(as_double()));
}

result<std::string> format_positional(std::string_view format, const std::vector<json>& values) {
  std::string out;
  std::size_t next = 0;
  while (skip_to_conversion(format, out)) {
    auto how = read_conversion(format);
    if (!how)
      return how.error();
    if (next == values.size())
      return invalid("not enough arguments for the format");
    auto shown = convert(*how, values[next++]);
    if (!shown)
      return shown.error();
    out += *shown;
  }
  if (next < values.size())
    return invalid("more arguments than the format has places for");
  return out;
}

} // namespace troupe::model
