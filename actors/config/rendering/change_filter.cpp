// util.ChangeFilter: its arguments, and how they become a filter (§17.1).
#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/change_filter.hpp"
#include "actors/config/model/part.hpp"
#include "actors/config/model/part_check.hpp"
#include "actors/config/rendering/regex.hpp"

namespace troupe::model {

namespace {

constexpr std::array<std::string_view, 5> attributes{"project", "repository", "branch", "category",
                                                     "codebase"};
using texts_or_null = std::vector<std::optional<std::string>>;

void add_texts(const json& value, texts_or_null& out) {
  if (value.is_array())
    for (const auto& element : value.get_array())
      add_texts(element, out);
  else if (value.is_string())
    out.emplace_back(as_text(value));
  else
    out.emplace_back();
}

std::optional<texts_or_null> texts_of(const json* value) {
  std::optional<texts_or_null> out;
  if (value)
    add_texts(*value, out.emplace());
  return out;
}

void add_patterns(const json* value, std::vector<std::string>& out) {
  for (const auto& pattern : texts_of(value).value_or(texts_or_null{}))
    if (pattern)
      out.push_back(*pattern);
}

template <class Visit>
void each_entry(const part& of, std::string_view argument, const Visit& visit) {
  auto* given = of.given(argument);
  if (auto* entries = given ? as_map(*given) : nullptr)
    for (const auto& [key, value] : *entries)
      visit(std::string{view(key)}, value);
}

class filter_reading final : public typed_reading {
public:
  result<void> read(const part& from, void* into) const override {
    auto& out = *static_cast<change_filter*>(into);
    for (auto name : attributes) {
      condition wanted;
      std::string of{name};
      wanted.equal = texts_of(from.given(of));
      wanted.not_equal = texts_of(from.given(of + "_not_eq"));
      add_patterns(from.given(of + "_re"), wanted.matches);
      add_patterns(from.given(of + "_not_re"), wanted.not_matches);
      if (auto* function = from.given(of + "_fn"); function && !function->is_null())
        wanted.function = *function;
      if (!(wanted == condition{}))
        out.attributes.emplace(of, std::move(wanted));
    }
    each_entry(from, "property_eq", [&](const std::string& name, const json& value) {
      out.properties[name].equal = texts_of(&value);
    });
    each_entry(from, "property_not_eq", [&](const std::string& name, const json& value) {
      out.properties[name].not_equal = texts_of(&value);
    });
    each_entry(from, "property_re", [&](const std::string& name, const json& value) {
      add_patterns(&value, out.properties[name].matches);
    });
    each_entry(from, "property_not_re", [&](const std::string& name, const json& value) {
      add_patterns(&value, out.properties[name].not_matches);
    });
    if (auto* function = from.given("filter_fn"); function && !function->is_null())
      out.function = *function;
    return {};
  }

  void write(const void* from, part& into) const override {
    const auto& filter = *static_cast<const change_filter*>(from);
    for (const auto& [name, wanted] : filter.attributes) {
      if (wanted.equal)
        into.set(name, to_json(*wanted.equal));
      if (wanted.not_equal)
        into.set(name + "_not_eq", to_json(*wanted.not_equal));
      if (!wanted.matches.empty())
        into.set(name + "_re", to_json(wanted.matches));
      if (!wanted.not_matches.empty())
        into.set(name + "_not_re", to_json(wanted.not_matches));
      if (wanted.function)
        into.set(name + "_fn", *wanted.function);
    }
    boost::json::object equal, not_equal, matches, not_matches;
    for (const auto& [name, wanted] : filter.properties) {
      if (wanted.equal)
        equal[name] = to_json(*wanted.equal);
      if (wanted.not_equal)
        not_equal[name] = to_json(*wanted.not_equal);
      if (!wanted.matches.empty())
        matches[name] = to_json(wanted.matches);
      if (!wanted.not_matches.empty())
        not_matches[name] = to_json(wanted.not_matches);
    }
    for (auto& [name, all] : {std::pair{"property_eq", &equal},
                              {"property_not_eq", &not_equal},
                              {"property_re", &matches},
                              {"property_not_re", &not_matches}})
      if (!all->empty())
        into.set(name, std::move(*all));
    if (filter.function)
      into.set("filter_fn", *filter.function);
  }
};

void check_pattern(const json& value, std::string_view argument, part_check& with) {
  if (value.is_array())
    for (const auto& one : value.get_array())
      check_pattern(one, argument, with);
  if (value.is_string())
    if (auto fine = regex::compile(std::string{as_text(value)}); !fine)
      with.complain(argument, fine.error().message);
}

void check_filter(const part& of, part_check& with) {
  for (auto name : attributes)
    for (auto suffix : {"_re", "_not_re"})
      if (auto argument = std::string{name} + suffix; of.given(argument))
        check_pattern(*of.given(argument), argument, with);
  for (std::string_view argument :
       {"property_eq", "property_not_eq", "property_re", "property_not_re"})
    each_entry(of, argument, [&](const std::string& name, const json& value) {
      auto texts = [](const json& one) { return one.is_string() || one.is_null(); };
      if (!texts(value)
          && !(value.is_array()
               && std::all_of(value.get_array().begin(), value.get_array().end(), texts)))
        with.expected(argument, "text, or a list of texts,", value);
      else if (argument.ends_with("_re"))
        check_pattern(value, fmt::format("{}.{}", argument, name), with);
    });
}

std::vector<argument> filter_arguments() {
  return {
      {"project", types::strings_or_null, "null",
       "The change's project: this one, or one of these."},
      {"project_not_eq", types::strings_or_null, "null", "None of these projects."},
      {"project_re", types::strings_or_null, "null", "A project that a pattern matches."},
      {"project_not_re", types::strings_or_null, "null", "A project that no pattern matches."},
      {"project_fn", types::function, "null", "A project for which function(project) is true."},
      {"repository", types::strings_or_null, "null", "The change's repository."},
      {"repository_not_eq", types::strings_or_null, "null", "None of these repositories."},
      {"repository_re", types::strings_or_null, "null", "A repository that a pattern matches."},
      {"repository_not_re", types::strings_or_null, "null", "One that no pattern matches."},
      {"repository_fn", types::function, "null", "One for which function(repository) is true."},
      {"branch", types::strings_or_null, "null", "The change's branch; None: the default branch."},
      {"branch_not_eq", types::strings_or_null, "null", "None of these branches."},
      {"branch_re", types::strings_or_null, "null", "A branch that a pattern matches."},
      {"branch_not_re", types::strings_or_null, "null", "A branch that no pattern matches."},
      {"branch_fn", types::function, "null", "A branch for which function(branch) is true."},
      {"category", types::strings_or_null, "null", "The change's category."},
      {"category_not_eq", types::strings_or_null, "null", "None of these categories."},
      {"category_re", types::strings_or_null, "null", "A category that a pattern matches."},
      {"category_not_re", types::strings_or_null, "null", "A category that no pattern matches."},
      {"category_fn", types::function, "null", "A category for which function(category) is true."},
      {"codebase", types::strings_or_null, "null", "The change's codebase."},
      {"codebase_not_eq", types::strings_or_null, "null", "None of these codebases."},
      {"codebase_re", types::strings_or_null, "null", "A codebase that a pattern matches."},
      {"codebase_not_re", types::strings_or_null, "null", "A codebase that no pattern matches."},
      {"codebase_fn", types::function, "null", "A codebase for which function(codebase) is true."},
      {"property_eq", types::map, "{}", "Values of properties: { name = value }."},
      {"property_not_eq", types::map, "{}", "Values that properties do not have."},
      {"property_re", types::map, "{}", "Patterns that match properties."},
      {"property_not_re", types::map, "{}", "Patterns that match no property."},
      {"filter_fn", types::function, "null", "A change for which function(change) is true."},
  };
}

const filter_reading reading;

} // namespace

extern const component change_filter_component;
const component change_filter_component{
    .space = "util",
    .name = "ChangeFilter",
    .use = component_use::change_filter,
    .summary = "Which changes a scheduler takes: all that is given must hold.",
    .arguments = filter_arguments(),
    .check = check_filter,
    .role = &reading,
};

} // namespace troupe::model
