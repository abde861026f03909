#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "actors/config/model/read_parts.hpp"

namespace troupe::model {

namespace {

constexpr std::array<std::string_view, 5> filtered{"project", "repository", "branch", "category",
                                                   "codebase"};

// Regular expressions: one or a list.
void read_patterns(part_reader& from, std::string_view name, std::vector<std::string>& out) {
  std::optional<std::vector<std::optional<std::string>>> given;
  from.choices(name, given);
  for (const auto& pattern : given.value_or(std::vector<std::optional<std::string>>{}))
    if (pattern)
      out.push_back(*pattern);
}

// Names of arguments are kept by the reader until its end.
struct attribute_names {
  std::string_view plain, not_equal, matches, not_matches, function;
};

constexpr std::array<attribute_names, 5> argument_names{{
    {"project", "project_not_eq", "project_re", "project_not_re", "project_fn"},
    {"repository", "repository_not_eq", "repository_re", "repository_not_re", "repository_fn"},
    {"branch", "branch_not_eq", "branch_re", "branch_not_re", "branch_fn"},
    {"category", "category_not_eq", "category_re", "category_not_re", "category_fn"},
    {"codebase", "codebase_not_eq", "codebase_re", "codebase_not_re", "codebase_fn"},
}};

bool says_nothing(const condition& x) {
  return x == condition{};
}

using texts_or_null = std::vector<std::optional<std::string>>;

void add_texts(part_reader& from, std::string_view name, const json& value, texts_or_null& out) {
  if (value.is_array()) {
    for (const auto& element : value.get_array())
      add_texts(from, name, element, out);
  } else if (value.is_string()) {
    out.emplace_back(view(value.get_string()));
  } else if (value.is_null()) {
    out.emplace_back();
  } else {
    from.wrong(name, "text, or a list of texts,", value);
  }
}

void read_property_conditions(part_reader& from, change_filter& out) {
  constexpr std::array<std::string_view, 4> names{"property_eq", "property_not_eq", "property_re",
                                                  "property_not_re"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto found = from.find(names[i]);
    auto entries = found ? as_map(*found) : nullptr;
    if (found && !entries)
      from.wrong(names[i], "a map from names of properties", *found);
    if (!entries)
      continue;
    for (const auto& [key, value] : *entries) {
      auto& wanted = out.properties[std::string{view(key)}];
      texts_or_null texts;
      add_texts(from, names[i], value, texts);
      if (i == 0)
        wanted.equal = texts;
      else if (i == 1)
        wanted.not_equal = texts;
      else
        for (const auto& pattern : texts)
          (i == 2 ? wanted.matches : wanted.not_matches).push_back(pattern.value_or(""));
    }
  }
}

// branch, branches and categories are short for a filter (§17.2).
void read_shorthand(part_reader& from, scheduler& out) {
  std::optional<texts_or_null> branch, branches, categories;
  from.choices("branch", branch);
  from.choices("branches", branches);
  from.choices("categories", categories);
  auto filter = from.find("change_filter");
  if (filter)
    out.filter = read_filter(*filter, from.path_to("change_filter"), from.at(), from.errors());
  if (filter && (branch || branches || categories)) {
    from.complain("change_filter", "not together with branch, branches or categories");
    return;
  }
  if (branch && branches)
    from.complain("branches", "not together with branch");
  if (branches)
    branch = branches;
  if (!filter && !branch && out.kind == "SingleBranchScheduler")
    from.complain("", "branch or change_filter is needed");
  if (!branch && !categories)
    return;
  out.filter.emplace();
  if (branch)
    out.filter->attributes["branch"].equal = branch;
  if (categories)
    out.filter->attributes["category"].equal = categories;
}

void read_codebases(part_reader& from, scheduler& out) {
  auto found = from.find("codebases");
  if (!found) {
    out.codebases.emplace("", codebase{});
    return;
  }
  if (found->is_array() && !found->get_array().empty()) {
    std::vector<std::string> names;
    from.texts("codebases", names);
    for (const auto& name : names)
      out.codebases.emplace(name, codebase{});
    return;
  }
  auto entries = as_map(*found);
  if (!entries || entries->empty())
    return from.wrong("codebases", "a list of names or a map from names, not empty,", *found);
  for (const auto& [name, value] : *entries) {
    part_reader own{value, from.path_to("codebases") + "." + std::string{view(name)}, from.at(),
                    from.errors()};
    codebase defaults;
    if (!as_map(value))
      own.wrong("", "a map with repository, branch and revision", value);
    own.text("repository", defaults.repository);
    own.text("branch", defaults.branch);
    own.text("revision", defaults.revision);
    own.finish();
    out.codebases.emplace(view(name), std::move(defaults));
  }
}

void read_change_handling(part_reader& from, scheduler& out) {
  read_shorthand(from, out);
  read_codebases(from, out);
  from.map("properties", out.properties);
  from.seconds("treeStableTimer", out.tree_stable_timer);
  from.function("fileIsImportant", out.file_is_important);
  from.truth("onlyImportant", out.only_important);
  if (out.kind == "SingleBranchScheduler")
    from.truth("createAbsoluteSourceStamps", out.create_absolute_sourcestamps);
  out.reason = "The %(classname)s scheduler named '%(name)s' triggered this build";
  from.text("reason", out.reason);
  if (auto priority = from.find("priority")) {
    if (!priority->is_int64() && class_of(*priority) != "function")
      from.wrong("priority", "a whole number or a function", *priority);
    out.priority = *priority;
  }
}

void read_form(part_reader& from, scheduler& out) {
  out.parameters = read_force_parameters(from);
  for (const auto& parameter : out.parameters.as_array())
    if (text_of(parameter, "kind") == "CodebaseParameter")
      out.codebases.emplace(text_of(parameter, "codebase"), codebase{});
  out.reason = "A build was forced by '%(owner)s': %(reason)s";
  from.text("reasonString", out.reason);
  out.button_name = out.name;
  from.text("buttonName", out.button_name);
  out.label = out.name;
  from.text("label", out.label);
}

} // namespace

change_filter read_filter(const json& part, const std::string& path, const place& at,
                          complaints& errors) {
  change_filter out;
  if (class_of(part) != "ChangeFilter") {
    errors.add(at, path, found_instead("a util.ChangeFilter", part));
    return out;
  }
  part_reader from{part, path, at, errors};
  for (std::size_t i = 0; i < filtered.size(); ++i) {
    condition wanted;
    const auto& names = argument_names[i];
    from.choices(names.plain, wanted.equal);
    from.choices(names.not_equal, wanted.not_equal);
    read_patterns(from, names.matches, wanted.matches);
    read_patterns(from, names.not_matches, wanted.not_matches);
    from.function(names.function, wanted.function);
    if (!says_nothing(wanted))
      out.attributes.emplace(filtered[i], std::move(wanted));
  }
  read_property_conditions(from, out);
  from.function("filter_fn", out.function);
  from.finish();
  return out;
}

scheduler read_scheduler(const json& part, const std::string& path, const place& at,
                         complaints& errors) {
  scheduler out;
  out.kind = class_of(part);
  if (out.kind != "SingleBranchScheduler" && out.kind != "AnyBranchScheduler"
      && out.kind != "ForceScheduler") {
    errors.add(at, path, found_instead("a scheduler", part));
    return out;
  }
  part_reader from{part, path, at, errors};
  out.at = from.at();
  from.text("name", out.name, true);
  out.builder_names = boost::json::array{};
  if (auto names = from.need("builderNames"); names && names->is_array()) {
    std::vector<std::string> checked;
    from.texts("builderNames", checked);
    out.builder_names = *names;
  } else if (names && class_of(*names).empty()) {
    from.wrong("builderNames", "a list of names", *names);
  } else if (names) {
    out.builder_names = *names;
  }
  if (out.kind == "ForceScheduler")
    read_form(from, out);
  else
    read_change_handling(from, out);
  from.finish();
  return out;
}

} // namespace troupe::model
