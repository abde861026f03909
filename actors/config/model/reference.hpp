// What components take, for people: the text of `troupe help` and docs/REFERENCE.md.
#pragma once

#include <string>

#include "actors/config/model/component.hpp"

namespace troupe::model {

/// A component's arguments as a manual page would have them, lines of at most 80 columns.
std::string help_on(const component& of);

/// All components, a line each, by the table in which Lua has them.
std::string help_on_all();

/// The component that is called so: "steps.Git", or "Git" where only one is; nullptr if there is
/// none.
const component* component_named(std::string_view name);

/// docs/REFERENCE.md: every component with every argument.
std::string reference();

} // namespace troupe::model
