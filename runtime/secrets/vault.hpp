// VAULT: the secrets of a configuration. Inside the tree there are tokens in their place, so that
// no state, message or record holds one; the secret itself is only had here, where something
// outside must be proved or told. Thread-safe.
//
// Besides, whatever leaves (journal, store, log file, shell) is searched for them
// (secret_mask.hpp), for a worker may print one.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/secrets/secret_mask.hpp"

namespace troupe::runtime {

class vault {
public:
  /// Tokens are made with `key`; empty: a random one. Equal secrets have equal marks in their
  /// tokens, which tell nothing without the key.
  explicit vault(std::string key = {});

  /// "sealed:NAME:0123456789abcdef", for as long as the vault lives. The same for the same.
  std::string seal(std::string_view name, std::string_view secret);
  /// The secret of a token; any other text is its own.
  std::string open(std::string_view token) const;

  /// From now on these are masked, and those of before, where they leave; but for those that are
  /// too short or too plain (a lower case word): masking them would mask words.
  void hide(const std::vector<std::string>& secrets);
  static bool can_be_hidden(std::string_view secret);
  /// Null if there is nothing to hide.
  const secret_mask* mask() const noexcept { return mask_.load(std::memory_order_acquire); }
  void hide_in(std::string& text) const {
    if (const auto* known = mask())
      known->hide(text);
  }

private:
  std::string mark_of(std::string_view secret) const;

  std::string key_;
  mutable std::mutex lock_;
  std::map<std::string, std::string, std::less<>> sealed_; ///< By token.
  std::vector<std::string> hidden_;
  std::vector<std::unique_ptr<secret_mask>> masks_; ///< All that ever were: readers hold no lock.
  std::atomic<const secret_mask*> mask_{nullptr};
};

} // namespace troupe::runtime
