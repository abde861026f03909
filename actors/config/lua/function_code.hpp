// A Lua function's bytecode as the model keeps it. We read the dump ourselves because Lua writes
// line numbers into it even when told to strip: a comment added above a function must not make the
// function another one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/result.hpp"

namespace troupe::model {

struct code_facts {
  std::string bare;                 ///< What the function does: the dump without names and lines.
  std::vector<std::string> globals; ///< Names of the global variables it reads, each once.
};

/// Takes apart a dump of Lua 5.4 with its debug information. `corrupt` when it is none.
result<code_facts> inspect_code(std::string_view dump);

std::string to_base64(std::string_view raw);
result<std::string> from_base64(std::string_view text);

} // namespace troupe::model
