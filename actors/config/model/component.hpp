// COMPONENT: whatever a configuration can name: a worker kind, change source, scheduler, force
// parameter, step, lock, renderable, factory. All that is known of it stands in one value of this
// type, in the source of the component; constructors in Lua, checks, suggestions, sealing of
// secrets, JSON, `troupe help`, docs/REFERENCE.md and the place in the tree follow from it.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "actors/config/model/argument.hpp"

namespace troupe::model {

struct part;
class part_check;

/// What a component is for. `names_of` gives the word for error messages.
enum class component_use : std::uint8_t {
  worker,
  change_source,
  scheduler,
  parameter, ///< Of a ForceScheduler.
  step,
  lock,
  renderable,
  factory,
  builder,
  change_filter,
  master,
};
constexpr auto names_of(component_use) {
  return std::array<std::string_view, 11>{"worker",  "change source", "scheduler",  "parameter",
                                          "step",    "lock",          "renderable", "factory",
                                          "builder", "change filter", "master"};
}

/// What a component does: a service, a step's conduct, a renderable's value, … Each use has an
/// interface of its own, below which the components of that use derive.
class component_role {
public:
  virtual ~component_role() = default;
};

/// How its positional arguments are taken when it is made in Lua.
struct positional_arguments {
  std::size_t count = 0;    ///< The first so many arguments of the list need no name.
  std::string_view rest;    ///< The argument that takes all further ones, as a list.
  std::string_view named;   ///< The argument that takes all named ones, as a map.
  bool whole_table = false; ///< A single table is the first argument, not the table of arguments.
};

struct component {
  std::string_view space; ///< The table in Lua: "steps".
  std::string_view name;  ///< "Git": with the space, steps.Git.
  component_use use = component_use::step;
  std::string_view summary; ///< One sentence for the reference.
  std::vector<argument> arguments{};
  positional_arguments positional{};
  /// Fills in arguments that follow from others, such as a name; may be absent.
  void (*complete)(part& of, part_check& with) = nullptr;
  /// Rules across arguments, and across the configuration; may be absent.
  void (*check)(const part& of, part_check& with) = nullptr;
  const component_role* role = nullptr;

  /// "steps.Git".
  std::string full_name() const;
  /// Nullptr when there is no such argument.
  const argument* find(std::string_view argument) const;
  /// The default of an argument. Asking for one that the component has not is a bug and throws
  /// std::logic_error.
  const json& fallback(std::string_view argument) const;
};

/// `base` with further arguments behind it; those of the same name are replaced.
std::vector<argument> with(std::vector<argument> base, const std::vector<argument>& more);

/// The role of a component, or nullptr when it has none of that type.
template <class Role>
const Role* role_of(const component* of) {
  return of ? dynamic_cast<const Role*>(of->role) : nullptr;
}

// -- the catalogue: the one list is actors/catalogue.cpp ----------------------------------------

const std::vector<const component*>& catalogue();
/// Nullptr when there is no such class of that use.
const component* find_component(component_use use, std::string_view name);
/// The tables in Lua that hold constructors: "worker", "steps", …
std::vector<std::string_view> component_spaces();
/// Names of all classes of that use.
std::vector<std::string_view> names_of_components(component_use use);
/// "a worker.Worker" when there is just one class, else "a step": what was expected.
std::string wanted_component(component_use use);

} // namespace troupe::model
