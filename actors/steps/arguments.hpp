// Arguments that many steps have.
#pragma once

#include "actors/config/model/part_check.hpp"
#include "actors/steps/step.hpp"

namespace troupe::steps {

using arguments = std::vector<model::argument>;
using model::argument_kind;
using model::component;
using model::component_use;
using model::with;

/// What may stand in a step's argument, where what is computed for the build may stand as well.
inline const model::argument_type boolean = model::types::renderable(argument_kind::boolean),
                                  integer = model::types::renderable(argument_kind::integer),
                                  number = model::types::renderable(argument_kind::number),
                                  string = model::types::renderable(argument_kind::string),
                                  texts =
                                      model::types::renderable(argument_kind::string_or_strings),
                                  list = model::types::renderable(argument_kind::list),
                                  map = model::types::renderable(argument_kind::map),
                                  command_line = model::types::renderable(argument_kind::command),
                                  condition = model::types::renderable(argument_kind::condition),
                                  accesses = model::types::renderable(argument_kind::accesses);

/// Of every step (semantics.md §7): its own first, those of this list behind them.
arguments step_arguments(arguments own);
/// The same, with haltOnFailure true by default.
arguments halting_step_arguments(arguments own);
/// Of steps that run a command (§12): `command`, with its default, and what else it takes.
arguments shell_arguments(std::string_view command);

/// The conduct of ShellCommand and its variants.
const step_logic& shell_logic();

} // namespace troupe::steps
