#include "runtime/wire/pb_login.hpp"

#include <array>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "storage/check.hpp"

namespace troupe::wire {

namespace {

bytes md5(std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  int done = EVP_Digest(data.data(), data.size(), digest.data(), &length, EVP_md5(), nullptr);
  TROUPE_CHECK(done == 1 && length == 16, "OpenSSL must know MD5: peers log in with nothing else");
  return {digest.begin(), digest.begin() + length};
}

} // namespace

bytes pb_response(std::string_view password, std::string_view challenge) {
  return md5(md5(password) + bytes{challenge});
}

bool equal_secrets(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool proves_password(std::string_view password, std::string_view challenge,
                     std::string_view response) {
  return equal_secrets(pb_response(password, challenge), response);
}

} // namespace troupe::wire
