// A typed line as words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::tool {

/// Splits as a Unix shell does: blanks divide, quotes of either kind hold together, a backslash
/// takes the next character as it is. An open quote ends with the line.
std::vector<std::string> split_words(std::string_view line);

} // namespace troupe::tool
