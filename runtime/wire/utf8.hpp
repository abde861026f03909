// Text as other programs understand it: strict UTF-8, and bytes that are not shown in JSON.
#pragma once

#include <string>
#include <string_view>

#include "storage/json.hpp"

namespace troupe::wire {

/// Whether Python would decode it: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) noexcept;

/// JSON text. `text` must be UTF-8.
json text_json(std::string_view text);

} // namespace troupe::wire
