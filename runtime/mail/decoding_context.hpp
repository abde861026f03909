// The directory and the message registry with which stored addresses and messages become live ones:
// those of the system for which the present thread works. Cells set it around all they do.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/mail/directory.hpp"

namespace troupe::runtime {

/// All message types that some registered kind hears, by name and by tag.
class message_registry {
public:
  void add(const message_codec& codec);
  const message_codec* find(std::string_view name) const;
  const message_codec* find(const message_tag* tag) const;
  std::vector<std::string_view> names() const;

private:
  std::unordered_map<std::string_view, message_codec> by_name_;
  std::unordered_map<const message_tag*, message_codec> by_tag_;
};

class decoding_context {
public:
  decoding_context(directory& paths, const message_registry& messages);
  ~decoding_context();
  decoding_context(const decoding_context&) = delete;
  decoding_context& operator=(const decoding_context&) = delete;

  static directory* paths() noexcept;
  static const message_registry* messages() noexcept;

private:
  directory* former_paths_;
  const message_registry* former_messages_;
};

} // namespace troupe::runtime
