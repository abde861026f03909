// Reports of failures, as a cell keeps them of its service and of the children that are gone.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "runtime/mail/address.hpp"

namespace troupe::runtime {

inline constexpr std::size_t crashes_kept = 8;
inline constexpr std::size_t departed_kept = 32;

/// One message that was handled.
struct handled {
  instant at;
  std::string type;
  address from;
  TROUPE_FIELDS(at, type, from)
};

/// All that is known of a failure of a service.
struct failure_report {
  instant at;
  std::string reason;
  std::string handling; ///< What it was doing: a message's type, or "init", "flush", …
  json message;         ///< The message, if it was one.
  address from;
  std::vector<handled> before;    ///< The messages handled before, newest last.
  std::uint64_t state_digest = 0; ///< Of the state it left behind; 0 if there was none.
  std::int64_t state_bytes = 0;
  std::uint64_t incarnation = 0;
  TROUPE_FIELDS(at, reason, handling, message, from, before, state_digest, state_bytes, incarnation)
};

/// A child that failed and is gone for good.
struct departed {
  std::string name;
  failure_report message;
  TROUPE_FIELDS(name, message)
};

/// The last messages of a cell: a ring, for it is written with every message.
class recent_mail {
public:
  void add(const any_message& what, const address& from, instant at) {
    auto& slot = ring_[next_++ % ring_.size()];
    slot.tag = what.tag();
    slot.from = from;
    slot.at = at;
  }
  std::vector<handled> list() const {
    std::vector<handled> found;
    for (auto i = next_ < ring_.size() ? 0 : next_ - ring_.size(); i < next_; ++i) {
      const auto& one = ring_[i % ring_.size()];
      found.push_back({one.at, std::string{one.tag->name}, one.from});
    }
    return found;
  }

private:
  struct entry {
    const message_tag* tag = nullptr;
    address from;
    instant at;
  };
  std::array<entry, 8> ring_;
  std::size_t next_ = 0;
};

} // namespace troupe::runtime
