// Raw bytes as hexadecimal digits and back.
#pragma once

#include <string>
#include <string_view>

#include "storage/result.hpp"

namespace troupe {

/// Two lower case digits a byte.
std::string to_hex(std::string_view raw);

/// Raw bytes from hexadecimal digits of either case, or a failure (errc::invalid).
result<std::string> from_hex(std::string_view digits);

} // namespace troupe
