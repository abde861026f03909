#include "actors/config/rendering/interpolate.hpp"

#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/config_error.hpp"

namespace troupe::model {

namespace {

bool all_of_word(std::string_view text, std::string_view also) {
  for (char c : text)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_'
        && also.find(c) == std::string_view::npos && static_cast<unsigned char>(c) < 0x80)
      return false;
  return true;
}

// Text up to the next colon, which is removed with it; `found` tells whether there was one.
std::string_view until_colon(std::string_view& in, bool& found) {
  auto colon = in.find(':');
  found = colon != std::string_view::npos;
  auto out = in.substr(0, colon);
  in.remove_prefix(found ? colon + 1 : in.size());
  return out;
}

result<std::shared_ptr<const interpolation>> nested(std::string_view format, int depth) {
  auto parsed = parse_interpolation(format, depth + 1);
  if (!parsed)
    return parsed.error();
  return std::shared_ptr<const interpolation>{std::make_shared<interpolation>(std::move(*parsed))};
}

// `dTdF`: d is any one character; T ends at the next d outside of parentheses.
result<void> parse_ternary(std::string_view in, substitution& out, int depth) {
  if (in.empty() || in[0] == '(')
    return invalid("a conditional needs a delimiter after the '?'");
  auto delimiter = in[0];
  in.remove_prefix(1);
  int open = 0;
  std::size_t end = 0;
  for (; end < in.size() && (open > 0 || in[end] != delimiter); ++end) {
    open += in[end] == '(' ? 1 : in[end] == ')' ? -1 : 0;
    if (open < 0)
      break;
  }
  if (open != 0)
    return invalid("unbalanced parentheses in a conditional");
  if (end == in.size())
    return invalid(fmt::format("a conditional needs a second '{}'", delimiter));
  auto first = nested(in.substr(0, end), depth);
  auto second = nested(in.substr(end + 1), depth);
  if (!first || !second)
    return (first ? second : first).error();
  out.first = *first;
  out.second = *second;
  return {};
}

result<void> parse_modifier(std::string_view in, substitution& out, int depth) {
  auto starts = [&](std::string_view with) { return in.substr(0, with.size()) == with; };
  if (starts("?") || starts("#?")) {
    out.how = starts("?") ? modifier::ternary : modifier::ternary_truth;
    return parse_ternary(in.substr(starts("?") ? 1 : 2), out, depth);
  }
  if (starts("-"))
    out.how = modifier::dash;
  else if (starts("~"))
    out.how = modifier::tilde;
  else if (starts("+"))
    out.how = modifier::plus;
  else
    return invalid(fmt::format("unknown modifier ':{}'", in));
  auto format = nested(in.substr(1), depth);
  if (!format)
    return format.error();
  out.first = *format;
  return {};
}

constexpr std::array<std::string_view, 5> selector_names{"prop", "src", "worker", "secret", "kw"};
constexpr std::array<std::string_view, 10> source_attributes{
    "branch",     "revision",     "repository",   "project",       "codebase",
    "patch_body", "patch_author", "patch_subdir", "patch_comment", "patch_level"};

result<void> parse_key(std::string_view& in, substitution& out, bool& more) {
  auto key = until_colon(in, more);
  auto fine =
      out.from == selector::secret || all_of_word(key, out.from == selector::kw ? "" : ".-");
  if (!fine)
    return invalid(fmt::format("'{}' is not a key of {}: letters, digits, '_', '.' and '-' are",
                               key, selector_names[static_cast<std::size_t>(out.from)]));
  out.key = key;
  if (out.from != selector::src)
    return {};
  if (!more)
    return invalid(fmt::format("src needs a codebase and an attribute, as in 'src::branch', "
                               "found 'src:{}'",
                               key));
  out.attribute = until_colon(in, more);
  for (auto known : source_attributes)
    if (out.attribute == known)
      return {};
  return invalid(unknown_word("attribute of src", out.attribute,
                              {source_attributes.begin(), source_attributes.end()}));
}

result<substitution> parse_substitution(std::string_view in, int depth) {
  substitution out;
  bool more = false;
  auto whole = in;
  auto name = until_colon(in, more);
  if (!more)
    return invalid(fmt::format("'{}' needs a selector, as in '%(prop:{})s'", whole, whole));
  std::size_t index = 0;
  while (index < selector_names.size() && selector_names[index] != name)
    ++index;
  if (index == selector_names.size())
    return invalid(unknown_word("selector", name, {selector_names.begin(), selector_names.end()}));
  out.from = static_cast<selector>(index);
  if (auto key = parse_key(in, out, more); !key)
    return key.error();
  if (more)
    if (auto how = parse_modifier(in, out, depth); !how)
      return how.error();
  return out;
}

std::size_t closing(std::string_view in) {
  int open = 1;
  for (std::size_t i = 0; i < in.size(); ++i)
    if (open += in[i] == '(' ? 1 : in[i] == ')' ? -1 : 0; open == 0)
      return i;
  return std::string_view::npos;
}

bool filled(const json& value, std::string_view name) {
  auto found = member(value, name);
  return found && truth(*found);
}

} // namespace

result<void> check_interpolate(const json& value) {
  auto format = member(value, "fmt");
  if (!format || !format->is_string())
    return invalid(found_instead("a format, as text,", format ? *format : json(nullptr)));
  if (filled(value, "args") && filled(value, "kwargs"))
    return invalid("positional and named arguments exclude each other");
  if (filled(value, "args"))
    return {};
  auto parsed = parse_interpolation(view(format->get_string()));
  return parsed ? result<void>{} : parsed.error();
}

result<interpolation> parse_interpolation(std::string_view in, int depth) {
  if (depth > interpolation_depth_max)
    return invalid("nested too deeply");
  interpolation out;
  out.pieces.emplace_back();
  while (skip_to_conversion(in, out.pieces.back().text)) {
    if (in.empty() || in[0] != '(')
      return invalid("'%' needs '(' or '%' after it");
    in.remove_prefix(1);
    auto end = closing(in);
    if (end == std::string_view::npos)
      return invalid("'%(' needs a ')'");
    auto what = parse_substitution(in.substr(0, end), depth);
    if (!what)
      return what.error();
    in.remove_prefix(end + 1);
    auto how = read_conversion(in);
    if (!how)
      return how.error();
    what->shown = *how;
    out.pieces.back().then = std::make_shared<substitution>(std::move(*what));
    out.pieces.emplace_back();
  }
  return out;
}

} // namespace troupe::model
