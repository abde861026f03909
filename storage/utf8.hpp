// UTF-8 that may be damaged: what workers and tools send as text.
#pragma once

#include <string>
#include <string_view>

namespace troupe {

/// Where the first byte that is not valid UTF-8 is, or the size. A sequence that the end cuts off
/// counts as invalid.
std::size_t valid_utf8_bytes(std::string_view text) noexcept;

/// How many bytes at the end of `text` begin a character that more bytes could complete: 0 to 3.
std::size_t incomplete_utf8_bytes(std::string_view text) noexcept;

/// Appends `text`, with U+FFFD for what is invalid: one for each longest beginning of a character
/// that is cut short, one for each other byte (as Unicode recommends and Python does).
void append_utf8(std::string& out, std::string_view text);

/// Characters in valid UTF-8.
std::size_t utf8_length(std::string_view text) noexcept;

/// The bytes of the first `count` characters of valid UTF-8, or all.
std::size_t utf8_bytes(std::string_view text, std::size_t count) noexcept;

} // namespace troupe
