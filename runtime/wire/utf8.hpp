// Text as other programs understand it: strict UTF-8, and bytes that are not shown in JSON.
#pragma once

#include <string>
#include <string_view>

#include "storage/json.hpp"

namespace troupe::wire {

/// Whether Python would decode it: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) noexcept;

/// Two lower case digits a byte.
std::string to_hex(std::string_view raw);

/// Raw bytes from hexadecimal digits of either case, or a failure (errc::invalid).
result<bytes> from_hex(std::string_view digits);

/// JSON text. `text` must be UTF-8.
json text_json(std::string_view text);

} // namespace troupe::wire
