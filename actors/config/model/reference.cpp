#include "actors/config/model/reference.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "storage/json.hpp"

namespace troupe::model {

namespace {

constexpr std::size_t help_columns = 80, reference_columns = 100;

/// Breaks at blanks; every line begins with `indent`.
std::string wrapped(std::string_view text, std::size_t columns, std::string_view indent) {
  std::string out, line{indent};
  while (!text.empty()) {
    auto blank = std::min(text.find(' '), text.size());
    auto word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    if (line.size() > indent.size() && line.size() + 1 + word.size() > columns) {
      out += line + "\n";
      line = indent;
    }
    line += (line.size() > indent.size() ? " " : "") + std::string{word};
  }
  return out + line + "\n";
}

/// "required", "default: 1200", or nothing when an argument is absent by default.
std::string default_in_words(const argument& of) {
  if (of.is_required())
    return "required";
  auto value = parse_json(of.fallback).value();
  bool empty = value.is_null() || (value.is_array() && value.get_array().empty())
               || (value.is_object() && value.get_object().empty());
  return empty ? std::string{} : fmt::format("default: {}", print(value));
}

std::string facts_about(const argument& of) {
  auto standard = default_in_words(of);
  return type_in_words(of.type) + (standard.empty() ? "" : "; " + standard);
}

/// "schedulers.ForceScheduler{ name, builderNames, … }".
std::string call_of(const component& of) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < of.positional.count; ++i)
    names.push_back(of.arguments[i].name);
  auto others = of.arguments.size() > names.size();
  return fmt::format("{}{{ {}{} }}", of.full_name(), fmt::join(names, ", "),
                     !others         ? ""
                     : names.empty() ? "…"
                                     : ", …");
}

std::string heading_of(std::string_view space) {
  return space.empty() ? "BuildmasterConfig" : std::string{space};
}

std::vector<std::string_view> spaces() {
  auto all = component_spaces();
  all.insert(all.begin(), std::string_view{});
  return all;
}

} // namespace

const component* component_named(std::string_view name) {
  const component* found = nullptr;
  for (const auto* one : catalogue()) {
    if (one->full_name() == name)
      return one;
    if (one->name == name)
      found = one;
  }
  return found;
}

std::string help_on(const component& of) {
  auto out = fmt::format("{}\n\n", of.space.empty() ? of.full_name() : call_of(of));
  out += wrapped(of.summary, help_columns, "    ") + "\n";
  for (const auto& one : of.arguments) {
    out += fmt::format("  {}\n", one.name);
    out += wrapped(one.help, help_columns, "      ");
    out += wrapped(facts_about(one), help_columns, "      ");
  }
  return out;
}

std::string help_on_all() {
  std::string out;
  for (auto space : spaces()) {
    out += heading_of(space) + "\n";
    for (const auto* one : catalogue())
      if (one->space == space)
        out += fmt::format("  {:<34} {}\n", one->full_name(), one->summary);
  }
  return out;
}

std::string reference() {
  std::string out = "# Reference\n\n";
  out += wrapped("Everything that a configuration can name, with every argument. This page is made "
                 "from the program: `troupe help NAME` prints the same about one of them.",
                 reference_columns, "");
  for (auto space : spaces()) {
    out += fmt::format("\n## {}\n", heading_of(space));
    for (const auto* one : catalogue()) {
      if (one->space != space)
        continue;
      out += one->space.empty() ? "\n" : fmt::format("\n### `{}`\n\n", call_of(*one));
      out += wrapped(one->summary, reference_columns, "") + "\n";
      for (const auto& argument : one->arguments) {
        auto line = wrapped(
            fmt::format("- `{}`: {} ({})", argument.name, argument.help, facts_about(argument)),
            reference_columns - 2, "  ");
        out += line.substr(2);
      }
    }
  }
  return out;
}

} // namespace troupe::model
