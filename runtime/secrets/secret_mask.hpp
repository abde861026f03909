// SECRET MASK: finds secrets in bytes and writes asterisks over them, length for length, so that
// whatever holds the bytes still holds together.
//
// Looked for at every exit (journal, store, log file, shell), so it is made to be fast where there
// is nothing to find: a look at every fifth place (after Wu and Manber, "A fast algorithm for
// multi-pattern searching", 1994).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::runtime {

class secret_mask {
public:
  /// Shorter ones are not looked for: they would be found everywhere.
  static constexpr std::size_t secret_bytes_min = 8;

  explicit secret_mask(std::vector<std::string> secrets);

  /// Answers how many it found. What lies across the border of two calls is not found.
  std::size_t hide(char* text, std::size_t size) const;
  std::size_t hide(std::string& text) const { return hide(text.data(), text.size()); }
  bool occurs_in(std::string_view text) const;

private:
  struct candidate {
    std::uint32_t secret = 0;
    std::uint32_t offset = 0; ///< Of the block within it.
  };
  template <class Found>
  void look(std::string_view text, const Found& found) const;

  std::vector<std::string> secrets_;
  std::vector<std::uint64_t> blocks_;              ///< A bit for each hash that some block has.
  std::vector<std::vector<candidate>> candidates_; ///< By hash.
};

} // namespace troupe::runtime
