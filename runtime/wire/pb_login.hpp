// The one kind of credentials on this wire: an answer to a challenge. pb.md section 7.
#pragma once

#include <string_view>

#include "storage/codec.hpp"

namespace troupe::wire {

/// How long a challenge of ours is, in random bytes. Peers take any length.
inline constexpr std::size_t pb_challenge_bytes = 16;

/// MD5(MD5(password) || challenge), 16 raw bytes. The password is UTF-8. Throws `failed`
/// (errc::bug) if the OpenSSL at hand has no MD5.
bytes pb_response(std::string_view password, std::string_view challenge);

/// Compares without telling by the time it takes where the two differ. Lengths are no secret.
bool equal_secrets(std::string_view a, std::string_view b) noexcept;

/// Whether `response` proves knowledge of the password.
bool proves_password(std::string_view password, std::string_view challenge,
                     std::string_view response);

} // namespace troupe::wire
