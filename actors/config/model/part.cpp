#include "actors/config/model/part.hpp"

#include <algorithm>
#include <map>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace troupe::model {

namespace {

void* field_at(const field_layout& field, void* x) {
  return static_cast<char*>(x) + field.offset;
}
const void* field_at(const field_layout& field, const void* x) {
  return static_cast<const char*>(x) + field.offset;
}

/// For each field of a type, the argument that fills it, or nullptr: looked up once, for a
/// configuration has thousands of parts.
const std::vector<const argument*>& arguments_of_fields(const component& of, const value_ops& ops) {
  thread_local std::map<std::pair<const component*, const value_ops*>, std::vector<const argument*>>
      known;
  auto [found, fresh] = known.try_emplace({&of, &ops});
  if (fresh)
    for (const auto& field : ops.fields().fields()) {
      auto same = std::find_if(of.arguments.begin(), of.arguments.end(),
                               [&](const auto& one) { return field_name(one.name) == field.name; });
      found->second.push_back(same == of.arguments.end() ? nullptr : &*same);
    }
  return found->second;
}

bool has_fields(const value_ops& ops) {
  return ops.fields && !ops.read;
}

/// Whether a field is filled from a component within the argument, and not with the part itself.
bool is_nested(const argument& of, const value_ops& ops) {
  bool held = ops.shape == value_shape::optional && has_fields(*ops.first);
  return of.type.kind == argument_kind::component && (has_fields(ops) || held);
}

// A component within an argument: {"$": class, …}.
result<void> read_nested(const json& value, component_use use, const value_ops& ops, void* into) {
  auto* of = find_component(use, class_of(value));
  part inner;
  if (auto done = of_json(inner, value); !done || !of)
    return done ? failure{errc::invalid, found_instead(wanted_component(use), value)}
                : done.error();
  if (ops.shape == value_shape::optional)
    return read_nested(value, use, *ops.first, ops.emplace(into));
  if (auto* own = role_of<typed_reading>(of))
    return own->read(inner, into);
  return read_settings(inner, *of, ops, into);
}

result<void> read_argument(const argument& of, const json& value, const value_ops& ops,
                           void* into) {
  if (is_nested(of, ops) && value.is_object())
    return read_nested(value, of.type.use, ops, into);
  auto* literal = class_of(value) == "literal" && of.type.kind == argument_kind::map
                      ? member(value, "value")
                      : nullptr;
  return read_value(ops, into, literal ? *literal : value);
}

} // namespace

void part::set(std::string_view argument, json value) {
  arguments.get_object()[key_of(argument)] = std::move(value);
}

void part::drop(std::string_view argument) {
  arguments.get_object().erase(key_of(argument));
}

std::string part::text(std::string_view argument) const {
  return std::string{text_of(arguments, argument)};
}

json as_json(const part& x) {
  boost::json::object out;
  out.reserve(x.arguments.get_object().size() + 2);
  out.emplace("$", x.class_name);
  if (!x.at.file.empty())
    out.emplace("@", boost::json::array{json(x.at.file), json(x.at.line)});
  for (const auto& [name, value] : x.arguments.get_object())
    out.emplace(name, value);
  return out;
}

result<void> of_json(part& x, const json& in) {
  auto kind = class_of(in);
  if (kind.empty())
    return failure{errc::invalid, found_instead("a component", in)};
  x = {};
  x.class_name = kind;
  auto& arguments = x.arguments.get_object();
  arguments.reserve(in.get_object().size());
  for (const auto& [name, value] : in.get_object()) {
    if (name == "@" && value.is_array() && value.get_array().size() == 2)
      x.at = {std::string{as_text(value.get_array()[0])},
              value.get_array()[1].is_int64() ? value.get_array()[1].get_int64() : 0};
    else if (name != "$" && name != "@")
      arguments.emplace(name, value);
  }
  return {};
}

const json& value_of(const part& from, const component& of, std::string_view argument) {
  auto* given = from.given(argument);
  return given && !given->is_null() ? *given : of.fallback(argument);
}

result<void> read_settings(const part& from, const component& of, const value_ops& ops,
                           void* into) {
  auto argument_of = arguments_of_fields(of, ops).begin();
  for (const auto& field : ops.fields().fields()) {
    auto* at = field_at(field, into);
    if (auto* argument = *argument_of++) {
      const auto& value = value_of(from, of, argument->name);
      if (value.is_null() && field.ops->shape != value_shape::optional
          && field.ops->shape != value_shape::json)
        continue;
      if (auto done = read_argument(*argument, value, *field.ops, at); !done)
        return done.error().in(std::string{argument->name});
    } else if (field.name == "class_name") {
      *static_cast<std::string*>(at) = from.class_name;
    } else if (has_fields(*field.ops)) {
      if (auto done = read_settings(from, of, *field.ops, at); !done)
        return done;
    }
  }
  return {};
}

namespace {

// What `read_nested` has read, as a component again; null if there is none.
json nested_part(component_use use, const value_ops& ops, const void* from) {
  if (ops.shape == value_shape::optional) {
    auto* held = ops.held(from);
    return held ? nested_part(use, *ops.first, held) : json(nullptr);
  }
  const auto& is = *find_component(use, names_of_components(use).at(0));
  if (auto* own = role_of<typed_reading>(&is)) {
    part out;
    out.class_name = is.name;
    own->write(from, out);
    return as_json(out);
  }
  return as_json(part_from_settings(is, ops, from));
}

} // namespace

part part_from_settings(const component& of, const value_ops& ops, const void* from) {
  part out;
  out.class_name = of.name;
  auto argument_of = arguments_of_fields(of, ops).begin();
  for (const auto& field : ops.fields().fields()) {
    const auto* at = field_at(field, from);
    if (auto* argument = *argument_of++) {
      auto value = is_nested(*argument, *field.ops)
                       ? nested_part(argument->type.use, *field.ops, at)
                       : show_value(*field.ops, at);
      if (!value.is_null())
        out.set(argument->name, std::move(value));
    } else if (field.name == "class_name") {
      out.class_name = *static_cast<const std::string*>(at);
    } else if (has_fields(*field.ops)) {
      auto inner = part_from_settings(of, *field.ops, at);
      out.class_name = inner.class_name;
      for (auto& [name, value] : inner.arguments.get_object())
        out.set({name.data(), name.size()}, std::move(value));
    }
  }
  return out;
}

bool computed_later(const json& value) {
  auto kind = class_of(value);
  return !kind.empty() && kind != "literal" && kind != "function" && kind != "map";
}

} // namespace troupe::model
