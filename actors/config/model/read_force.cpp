// The parameters of ForceScheduler (§20).
#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/read_parts.hpp"
#include "actors/config/rendering/regex.hpp"

namespace troupe::model {

using boost::json::array;
using boost::json::object;

namespace {

struct parameter_class {
  std::string_view kind;
  std::vector<std::string_view> own;
};

const std::vector<parameter_class>& parameter_classes() {
  static const std::vector<parameter_class> all{
      {"FixedParameter", {}},
      {"StringParameter", {"size"}},
      {"TextParameter", {"cols", "rows"}},
      {"IntParameter", {"size"}},
      {"BooleanParameter", {}},
      {"UserNameParameter", {"need_email", "size"}},
      {"ChoiceStringParameter", {"choices", "strict"}},
      {"NestedParameter", {"fields", "columns", "layout"}},
      {"AnyPropertyParameter", {}},
      {"CodebaseParameter", {"codebase", "branch", "revision", "repository", "project"}},
  };
  return all;
}

const parameter_class* class_for(const json& part) {
  for (const auto& one : parameter_classes())
    if (one.kind == class_of(part))
      return &one;
  return nullptr;
}

json read_parameter(const json& part, const std::string& path, part_reader& outer);

// Fields of a nested parameter, or those of a codebase: parameters, or texts for fixed ones.
json read_field(const json& value, const std::string& path, part_reader& outer) {
  if (class_for(value))
    return read_parameter(value, path, outer);
  if (!value.is_string() && !value.is_null())
    outer.errors().add(outer.at(), path, found_instead("a parameter", value));
  return value;
}

void check_name(part_reader& from) {
  std::string name;
  from.text("name", name);
  for (std::string_view reserved : {"owner", "builderNames", "builderid"})
    if (name == reserved)
      from.complain("name", fmt::format("'{}' is reserved", name));
}

void check_kinds(part_reader& from, std::string_view kind) {
  bool ignored = false;
  for (auto name : {"required", "multiple", "autopopulate", "strict", "need_email"})
    if (from.find(name) && (kind == "ChoiceStringParameter" || name != std::string_view{"strict"}))
      from.truth(name, ignored);
  std::optional<std::string> text;
  for (auto name : {"label", "tablabel", "tooltip", "regex"})
    from.text(name, text);
  if (text && from.find("regex"))
    if (auto fine = regex::compile(*text); !fine)
      from.complain("regex", fine.error().message);
  std::optional<std::int64_t> number;
  from.whole("maxsize", number, 1);
  if (kind == "ChoiceStringParameter") {
    std::vector<std::string> choices;
    from.texts("choices", choices, true);
  }
  auto fallback = from.find("default");
  if (fallback && kind == "IntParameter" && !fallback->is_int64())
    from.wrong("default", "a whole number", *fallback);
  if (fallback && kind == "BooleanParameter" && !fallback->is_bool())
    from.wrong("default", "true or false", *fallback);
}

json read_parameter(const json& part, const std::string& path, part_reader& outer) {
  auto of = class_for(part);
  if (!of) {
    outer.errors().add(outer.at(), path, found_instead("a parameter", part));
    return nullptr;
  }
  part_reader from{part, path, outer.at(), outer.errors()};
  for (auto name : {"name", "default", "hide", "label", "tablabel", "required", "multiple", "regex",
                    "maxsize", "autopopulate", "tooltip"})
    from.find(name);
  for (auto name : of->own)
    from.find(name);
  from.finish();
  check_name(from);
  if (of->kind != "CodebaseParameter" && of->kind != "NestedParameter"
      && of->kind != "AnyPropertyParameter" && of->kind != "UserNameParameter")
    from.need("name");
  check_kinds(from, of->kind);
  object out{{"kind", boost::json::string_view{of->kind.data(), of->kind.size()}}};
  for (const auto& [key, value] : part.get_object()) {
    if (key == "$" || key == "@")
      continue;
    bool fields = key == "fields" && value.is_array();
    bool field =
        of->kind == "CodebaseParameter"
        && (key == "branch" || key == "revision" || key == "repository" || key == "project");
    if (fields) {
      array inner;
      for (std::size_t i = 0; i < value.get_array().size(); ++i)
        inner.push_back(
            read_field(value.get_array()[i], fmt::format("{}.fields[{}]", path, i + 1), from));
      out.emplace(key, std::move(inner));
    } else {
      out.emplace(key,
                  field ? read_field(value, path + "." + std::string{view(key)}, from) : value);
    }
  }
  if (of->kind == "CodebaseParameter" && !out.contains("codebase"))
    out.emplace("codebase", "");
  if (of->kind == "UserNameParameter" && !out.contains("name"))
    out.emplace("name", "username");
  return out;
}

json fixed_one(part_reader& from, std::string_view name, object fallback) {
  auto given = from.find(name);
  return given ? read_parameter(*given, from.path_to(name), from) : json(std::move(fallback));
}

void read_list(part_reader& from, std::string_view name, bool names_of_codebases, array& out) {
  auto given = from.find(name);
  if (!given)
    return;
  if (!given->is_array())
    return from.wrong(name, "a list of parameters", *given);
  std::size_t index = 0;
  for (const auto& element : given->get_array()) {
    auto path = fmt::format("{}[{}]", from.path_to(name), ++index);
    if (names_of_codebases && element.is_string())
      out.push_back(object{{"kind", "CodebaseParameter"}, {"codebase", element}});
    else
      out.push_back(read_parameter(element, path, from));
  }
}

} // namespace

json read_force_parameters(part_reader& from) {
  array out;
  out.push_back(
      fixed_one(from, "username",
                {{"kind", "UserNameParameter"}, {"name", "username"}, {"label", "Your name:"}}));
  out.push_back(fixed_one(from, "reason",
                          {{"kind", "StringParameter"},
                           {"name", "reason"},
                           {"label", "reason"},
                           {"default", "force build"},
                           {"size", 20}}));
  out.push_back(fixed_one(from, "priority",
                          {{"kind", "IntParameter"}, {"name", "priority"}, {"default", 0}}));
  if (from.find("codebases"))
    read_list(from, "codebases", true, out);
  else
    out.push_back(object{{"kind", "CodebaseParameter"}, {"codebase", ""}});
  read_list(from, "properties", false, out);
  return out;
}

} // namespace troupe::model
