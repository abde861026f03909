#include "actors/config/rendering/render.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/config_error.hpp"
#include "actors/config/rendering/interpolate.hpp"
#include "storage/utf8.hpp"

namespace troupe::model {

using boost::json::array;
using boost::json::object;

namespace {

[[noreturn]] void fail(std::string message) {
  throw failed{{errc::invalid, std::move(message)}};
}

json text(std::string_view from) {
  return json(boost::json::string_view{from.data(), from.size()});
}

json or_null(const std::optional<std::string>& from) {
  return from ? text(*from) : json(nullptr);
}

class renderer {
public:
  explicit renderer(const render_context& context) : context_{context} {}

  json value(const json& in) {
    if (in.is_array()) {
      array out;
      out.reserve(in.get_array().size());
      for (const auto& element : in.get_array())
        out.push_back(value(element));
      return out;
    }
    if (!in.is_object())
      return in;
    auto kind = class_of(in);
    if (kind.empty())
      return map(in.get_object());
    if (++depth_ > render_depth_max)
      fail("rendering goes on without end");
    auto out = computed_value(kind, in);
    --depth_;
    return out;
  }

private:
  json map(const object& in) {
    object out;
    out.reserve(in.size());
    for (const auto& [key, entry] : in)
      out.emplace(key, value(entry));
    return out;
  }

  json computed_value(std::string_view kind, const json& in) {
    if (kind == "literal")
      return map(part(in, "value").as_object());
    if (kind == "map")
      return computed_map(part(in, "entries").as_array());
    if (kind == "Property")
      return property(in);
    if (kind == "Interpolate")
      return interpolate(in);
    if (kind == "WithProperties")
      return with_properties(in);
    if (kind == "Operator")
      return operate(text_of(in, "op"), value(part(in, "a")), value(part(in, "b"))).value();
    if (kind == "renderer" || kind == "Transform")
      return call(in, kind == "renderer");
    if (kind == "FlattenList")
      return flat(value(part(in, "list")));
    if (kind == "Secret")
      fail(fmt::format("secret '{}': secrets are not configured", text_of(in, "name")));
    if (kind == "function" || kind == "library" || kind == "Access")
      return in; // functions are called by those who know with what, locks taken by name
    fail(fmt::format("a {} is not a value", kind));
  }

  const json& part(const json& in, std::string_view name) {
    static const json absent;
    auto found = member(in, name);
    return found ? *found : absent;
  }

  json computed_map(const array& entries) {
    object out;
    for (const auto& entry : entries) {
      auto key = value(entry.at(0));
      auto shown = python_str(key);
      out.insert_or_assign(shown, value(entry.at(1)));
    }
    return out;
  }

  const json* find_property(std::string_view name) {
    auto found = context_.properties.find(std::string{name});
    return found == context_.properties.end() ? nullptr : &found->second;
  }

  json property(const json& in) {
    auto found = find_property(text_of(in, "name"));
    auto when_false = member(in, "defaultWhenFalse");
    bool present_is_enough = when_false && !truth(value(*when_false));
    if (found && (present_is_enough || truth(*found)))
      return *found;
    auto other = member(in, "default");
    return other ? value(*other) : json(nullptr);
  }

  json call(const json& in, bool with_properties) {
    std::vector<json> arguments;
    if (with_properties) {
      object all;
      for (const auto& [name, entry] : context_.properties)
        all.emplace(name, entry);
      arguments.emplace_back(std::move(all));
    }
    if (auto given = member(in, "args"))
      for (const auto& argument : given->as_array())
        arguments.push_back(value(argument));
    return value(context_.functions.call(part(in, "function"), arguments).value());
  }

  json flat(const json& in) {
    array out;
    auto add = [&](const json& element) {
      if (!element.is_array()) {
        out.push_back(element);
        return;
      }
      auto inner = flat(element);
      out.insert(out.end(), inner.get_array().begin(), inner.get_array().end());
    };
    if (!in.is_array())
      fail(found_instead("a list to flatten", in));
    for (const auto& element : in.get_array())
      add(element);
    return out;
  }

  // -- Interpolate ------------------------------------------------------------------------------

  json interpolate(const json& in) {
    auto format = text_of(in, "fmt");
    std::vector<json> values;
    if (auto given = member(in, "args"))
      for (const auto& argument : given->as_array())
        values.push_back(value(argument));
    if (!values.empty())
      return text(format_positional(format, values).value());
    return text(pieces(parse_interpolation(format).value(), member(in, "kwargs")));
  }

  std::string pieces(const interpolation& format, const json* kwargs) {
    std::string out;
    for (const auto& piece : format.pieces) {
      out += piece.text;
      if (piece.then)
        out += convert(piece.then->shown, substitute(*piece.then, kwargs)).value();
    }
    return out;
  }

  json substitute(const substitution& what, const json* kwargs) {
    auto sub = [&](const std::shared_ptr<const interpolation>& format) {
      return format ? text(pieces(*format, kwargs)) : json("");
    };
    auto found = look_up(what, kwargs);
    switch (what.how) {
    case modifier::dash:
      return !found ? sub(what.first) : found->is_null() ? json("") : *found;
    case modifier::tilde:
      return found && truth(*found) ? *found : sub(what.first);
    case modifier::plus:
      return found ? sub(what.first) : json("");
    case modifier::ternary:
      return found ? sub(what.first) : sub(what.second);
    case modifier::ternary_truth:
      return found && truth(*found) ? sub(what.first) : sub(what.second);
    }
    return json("");
  }

  std::optional<json> look_up(const substitution& what, const json* kwargs) {
    const json* found = nullptr;
    switch (what.from) {
    case selector::prop:
      found = find_property(what.key);
      break;
    case selector::src:
      return source(what.key, what.attribute);
    case selector::worker:
      if (!context_.worker)
        fail(fmt::format("'worker:{}' is used before a worker is chosen", what.key));
      if (auto info = context_.worker->find(what.key); info != context_.worker->end())
        found = &info->second;
      break;
    case selector::secret:
      fail(fmt::format("secret '{}': secrets are not configured", what.key));
    case selector::kw:
      if (auto argument = kwargs ? member(*kwargs, what.key) : nullptr)
        return value(*argument);
      break;
    }
    return found ? std::optional<json>{*found} : std::nullopt;
  }

  std::optional<json> source(std::string_view codebase, std::string_view name) {
    for (const auto& s : context_.sources) {
      if (s.stamp.codebase != codebase)
        continue;
      if (name == "branch")
        return or_null(s.stamp.branch);
      if (name == "revision")
        return or_null(s.stamp.revision);
      if (name == "repository" || name == "project" || name == "codebase")
        return text(name == "repository" ? s.stamp.repository
                    : name == "project"  ? s.stamp.project
                                         : s.stamp.codebase);
      return s.patch ? patched(*s.patch, name) : json(nullptr);
    }
    return std::nullopt;
  }

  static json patched(const records::patch& patch, std::string_view name) {
    if (name == "patch_level")
      return json(patch.level);
    if (name != "patch_body")
      return text(name == "patch_subdir"   ? patch.subdir
                  : name == "patch_author" ? patch.author
                                           : patch.comment);
    std::string body;
    append_utf8(body, patch.body);
    return text(body);
  }

  // -- WithProperties ---------------------------------------------------------------------------

  json with_properties(const json& in) {
    std::vector<json> values;
    if (auto given = member(in, "args"); given && !given->as_array().empty()) {
      for (const auto& name : given->as_array()) {
        auto found = find_property(view(name.as_string()));
        values.push_back(found && !found->is_null() ? *found : json(""));
      }
      return text(format_positional(text_of(in, "fmt"), values).value());
    }
    return text(old_format(text_of(in, "fmt"), member(in, "kwargs")));
  }

  std::string old_format(std::string_view in, const json* kwargs) {
    std::string out;
    while (skip_to_conversion(in, out)) {
      auto end = in.find(')');
      if (in.empty() || in[0] != '(' || end == std::string_view::npos)
        fail("WithProperties: '%' needs '(name)' or '%' after it");
      auto key = in.substr(1, end - 1);
      in.remove_prefix(end + 1);
      out += convert(read_conversion(in).value(), old_value(key, kwargs)).value();
    }
    return out;
  }

  // name, name:-default, name:~default or name:+text.
  json old_value(std::string_view key, const json* kwargs) {
    auto colon = key.find(':');
    auto name = key.substr(0, colon);
    auto how = colon == std::string_view::npos ? std::string_view{} : key.substr(colon + 1, 1);
    auto rest = how.empty() ? how : key.substr(colon + 2);
    std::optional<json> found;
    if (auto argument = kwargs ? member(*kwargs, name) : nullptr)
      found = class_of(*argument) == "function"
                  ? value(context_.functions.call(*argument, {all_properties()}).value())
                  : value(*argument);
    else if (auto known = find_property(name))
      found = *known;
    if (how == "-")
      return !found ? text(rest) : found->is_null() ? json("") : *found;
    if (how == "~")
      return found && truth(*found) ? *found : text(rest);
    if (how == "+")
      return found ? text(rest) : json("");
    if (!how.empty())
      fail(fmt::format("WithProperties: unknown modifier in '{}'", key));
    if (!found)
      fail(fmt::format("WithProperties: there is no property '{}'", name));
    return found->is_null() ? json("") : *found;
  }

  json all_properties() {
    object all;
    for (const auto& [name, entry] : context_.properties)
      all.emplace(name, entry);
    return all;
  }

  const render_context& context_;
  int depth_ = 0;
};

} // namespace

result<json> render(const computed& value, const render_context& context) {
  try {
    return renderer{context}.value(value);
  } catch (const failed& e) {
    return e.why();
  } catch (const std::exception& e) {
    return failure{errc::invalid, fmt::format("not a value that can be computed: {}", e.what())};
  }
}

bool is_plain(const computed& value) {
  if (value.is_array()) {
    for (const auto& element : value.get_array())
      if (!is_plain(element))
        return false;
    return true;
  }
  if (!value.is_object())
    return true;
  if (!class_of(value).empty())
    return false;
  for (const auto& [key, entry] : value.get_object())
    if (!is_plain(entry))
      return false;
  return true;
}

} // namespace troupe::model
