#include "runtime/secrets/vault.hpp"

#include <algorithm>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "storage/hex.hpp"
#include "storage/result.hpp"

namespace troupe::runtime {

namespace {

constexpr std::string_view token_prefix = "sealed:";
constexpr std::size_t key_bytes = 32, mark_bytes = 8;

} // namespace

vault::vault(std::string key) : key_{std::move(key)} {
  if (!key_.empty())
    return;
  key_.resize(key_bytes);
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key_.data()), static_cast<int>(key_bytes)) != 1)
    throw failed{{errc::io, "no random numbers can be had"}};
}

std::string vault::mark_of(std::string_view secret) const {
  unsigned char mark[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), mark, &size);
  return to_hex({reinterpret_cast<const char*>(mark), mark_bytes});
}

std::string vault::seal(std::string_view name, std::string_view secret) {
  std::string token{token_prefix};
  token.append(name).append(":").append(mark_of(secret));
  std::lock_guard guard{lock_};
  sealed_.insert_or_assign(token, std::string{secret});
  return token;
}

std::string vault::open(std::string_view token) const {
  std::lock_guard guard{lock_};
  auto found = sealed_.find(token);
  return found == sealed_.end() ? std::string{token} : found->second;
}

bool vault::can_be_hidden(std::string_view secret) {
  return secret.size() >= secret_mask::secret_bytes_min
         && !std::all_of(secret.begin(), secret.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

void vault::hide(const std::vector<std::string>& secrets) {
  std::lock_guard guard{lock_};
  auto before = hidden_.size();
  for (const auto& one : secrets)
    if (can_be_hidden(one) && std::find(hidden_.begin(), hidden_.end(), one) == hidden_.end())
      hidden_.push_back(one);
  if (hidden_.size() == before)
    return;
  masks_.push_back(std::make_unique<secret_mask>(hidden_));
  mask_.store(masks_.back().get(), std::memory_order_release);
}

} // namespace troupe::runtime
