// The vocabulary of the dialect "pb": byte strings that have a number. pb.md section 2.
#pragma once

#include <cstdint>
#include <string_view>

namespace troupe::wire {

/// The number of the word that `string` is as a whole, or 0.
std::int64_t word_number(std::string_view string) noexcept;

/// The word with this number, or empty: no word is.
std::string_view word_at(std::int64_t number) noexcept;

} // namespace troupe::wire
