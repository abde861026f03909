// Which journal `troupe replay` is asked for, and its ways to play it.
#pragma once

#include <string>

#include "tools/troupe/subcommands.hpp"

namespace troupe::tool {

/// A master's folder has its journal in "journal"; anything else is one itself.
std::string journal_of(const std::string& where);

/// At a prompt, or as a script on standard input says.
int replay_interactively(const replay_options& options);

/// As stress: copies of what the outside did, in virtual time or to a master that runs.
int replay_as_stress(const replay_options& options);

} // namespace troupe::tool
