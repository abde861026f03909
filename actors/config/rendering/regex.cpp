#include "actors/config/rendering/regex.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <fmt/format.h>

namespace troupe::model {

namespace {

std::string words_of(int code) {
  unsigned char buffer[256];
  pcre2_get_error_message(code, buffer, sizeof buffer);
  return reinterpret_cast<const char*>(buffer);
}

} // namespace

result<regex> regex::compile(std::string_view pattern) {
  int error = 0;
  std::size_t at = 0;
  auto code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                            PCRE2_ANCHORED | PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C,
                            &error, &at, nullptr);
  if (!code)
    return failure{errc::invalid, fmt::format("not a regular expression, at character {}: {}",
                                              at + 1, words_of(error))};
  regex out;
  out.code_ = {code, [](void* done) { pcre2_code_free(static_cast<pcre2_code*>(done)); }};
  return out;
}

result<bool> regex::matches_start(std::string_view text) const {
  auto code = static_cast<pcre2_code*>(code_.get());
  std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> data{
      pcre2_match_data_create(1, nullptr), pcre2_match_data_free};
  std::unique_ptr<pcre2_match_context, void (*)(pcre2_match_context*)> limits{
      pcre2_match_context_create(nullptr), pcre2_match_context_free};
  pcre2_set_match_limit(limits.get(), regex_steps_max);
  pcre2_set_depth_limit(limits.get(), regex_steps_max / 10);
  auto found = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0,
                           data.get(), limits.get());
  if (found >= 0)
    return true;
  if (found == PCRE2_ERROR_NOMATCH)
    return false;
  return failure{errc::refused, "a regular expression gave up: " + words_of(found)};
}

result<regex> regex_cache::get(const std::string& pattern) {
  if (auto known = known_.find(pattern); known != known_.end())
    return known->second;
  auto compiled = regex::compile(pattern);
  if (!compiled)
    return compiled;
  if (known_.size() >= patterns_max)
    known_.clear();
  return known_.emplace(pattern, *compiled).first->second;
}

} // namespace troupe::model
