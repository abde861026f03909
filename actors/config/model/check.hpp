// What the parts of a configuration say about each other, and what needs no Lua to be checked:
// names, references, steps' arguments, regular expressions, formats. Run on every model, however it
// came.
#pragma once

#include "actors/config/model/config_error.hpp"

namespace troupe::model {

/// `formats`: those of Interpolate and its like, too; Lua's were checked where their lines are
/// known.
void check_master(const master& of, complaints& errors, bool formats);

/// Buildbot's identifiers: letters, digits, '_', '-' and '.', not beginning with a digit or '.'.
bool is_identifier(std::string_view text);

constexpr std::size_t worker_name_max = 50;
constexpr std::size_t codebase_name_max = 70;

} // namespace troupe::model
