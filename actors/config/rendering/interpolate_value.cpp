// util.Interpolate: text with parts of the build in it (§10.1).
#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/rendering/interpolate.hpp"
#include "actors/config/rendering/renderer.hpp"
#include "storage/utf8.hpp"

namespace troupe::model {

namespace {

json or_null(const std::optional<std::string>& from) {
  return from ? json_text(*from) : json(nullptr);
}

/// The value of one Interpolate.
class interpolator {
public:
  explicit interpolator(renderer& by) : by_{by} {}

  json interpolate(const json& in) {
    auto format = text_of(in, "fmt");
    std::vector<json> values;
    if (auto given = member(in, "args"))
      for (const auto& argument : given->as_array())
        values.push_back(by_.value(argument));
    if (!values.empty())
      return json_text(format_positional(format, values).value());
    return json_text(pieces(parse_interpolation(format).value(), member(in, "kwargs")));
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
      return format ? json_text(pieces(*format, kwargs)) : json("");
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
      found = by_.find_property(what.key);
      break;
    case selector::src:
      return source(what.key, what.attribute);
    case selector::worker:
      if (!by_.context().worker)
        cannot_render(fmt::format("'worker:{}' is used before a worker is chosen", what.key));
      if (auto info = by_.context().worker->find(what.key); info != by_.context().worker->end())
        found = &info->second;
      break;
    case selector::secret:
      cannot_render(fmt::format("secret '{}': secrets are not configured", what.key));
    case selector::kw:
      if (auto argument = kwargs ? member(*kwargs, what.key) : nullptr)
        return by_.value(*argument);
      break;
    }
    return found ? std::optional<json>{*found} : std::nullopt;
  }

  std::optional<json> source(std::string_view codebase, std::string_view name) {
    for (const auto& s : by_.context().sources) {
      if (s.stamp.codebase != codebase)
        continue;
      if (name == "branch")
        return or_null(s.stamp.branch);
      if (name == "revision")
        return or_null(s.stamp.revision);
      if (name == "repository" || name == "project" || name == "codebase")
        return json_text(name == "repository" ? s.stamp.repository
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
      return json_text(name == "patch_subdir"   ? patch.subdir
                       : name == "patch_author" ? patch.author
                                                : patch.comment);
    std::string body;
    append_utf8(body, patch.body);
    return json_text(body);
  }

  renderer& by_;
};

class interpolate_role final : public renderable_role {
public:
  json value(const json& in, renderer& by) const override {
    return interpolator{by}.interpolate(in);
  }
  result<void> check(const json& in) const override { return check_interpolate(in); }
};

const interpolate_role interpolate_conduct;

} // namespace

extern const component interpolate;
const component interpolate{
    .space = "util",
    .name = "Interpolate",
    .use = component_use::renderable,
    .summary = "Text with properties, sources, worker info and keywords of the build in it.",
    .arguments = {{"fmt", types::any, required,
                   "The text: %(prop:name)s, %(src:codebase:branch)s, …"},
                  {"args", types::list, "[]", "Values for %s, in order."},
                  {"kwargs", types::map, "{}", "Values for %(kw:name)s."}},
    .positional = {.count = 1, .rest = "args", .named = "kwargs"},
    .role = &interpolate_conduct,
};

} // namespace troupe::model
