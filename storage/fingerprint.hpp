// A 64-bit digest of bytes at memory speed, the same in every process on every machine. Tells
// values apart that differ by accident; not for adversaries.
#pragma once

#include <cstdint>
#include <string_view>

namespace troupe {

std::uint64_t fingerprint(std::string_view bytes) noexcept;

} // namespace troupe
