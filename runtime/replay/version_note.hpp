// A journal that another version of the program wrote.
#pragma once

#include <string>
#include <string_view>

namespace troupe::runtime {

/// "recorded by troupe 0.0.9, played by 0.1.0: …"; empty if both are the same.
std::string version_note(std::string_view recorded, std::string_view played);
/// Why something may differ, or not be readable; empty if both are the same.
std::string version_reason(std::string_view recorded, std::string_view played);
/// `words`, and behind them that reason, if there is one.
std::string with_reason(std::string message, std::string_view recorded, std::string_view played);

} // namespace troupe::runtime
