// CHAINS: what led to an event, and what it led to, across services. Collected while a journal is
// replayed. A message that a transaction carried comes from the maker of the transaction, by way of
// the writer's commit.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/replay/replay.hpp"

namespace troupe::runtime {

struct chain_link {
  std::uint64_t order = 0;
  instant at;
  std::string cell;
  std::string doing;
  std::string sender;
  std::uint64_t cause = 0;  ///< The event that said it; 0: from outside, or the service's own.
  std::uint64_t commit = 0; ///< The event of the writer that let it go, if one did.
  std::int64_t depth = 0;   ///< Steps from the event that was asked for; before it negative.
  json message;             ///< Of the event that was asked for, if it was played.
  TROUPE_FIELDS(order, at, cell, doing, sender, cause, commit, depth, message)
};

/// Most links of an answer, in each direction.
inline constexpr std::size_t chain_links_max = 200;

class chains {
public:
  /// After `on` was fed the record.
  void add(const record_head& head, const replay& on);
  void forget();

  /// First what led to the event, the earliest first, then itself, then what it led to, as it
  /// happened. Empty if no such event was seen.
  std::vector<chain_link> of(std::uint64_t order) const;
  /// The last event in which `cell` took a message of that type, before or at `until`; 0 if none.
  std::uint64_t last(std::string_view cell, std::string_view type, instant until) const;

private:
  struct step {
    std::uint64_t order = 0;
    instant at;
    std::uint32_t cell = 0, doing = 0, sender = 0; ///< Numbers of names.
    std::uint64_t cause = 0, commit = 0;
  };
  std::uint32_t number_of(std::string_view name);
  const step* find(std::uint64_t order) const;
  chain_link show(const step& one, std::int64_t depth) const;

  std::vector<step> steps_; ///< By order.
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::string> names_;
  /// Contents of messages that a transaction carries, and the event that made it.
  std::unordered_map<const void*, std::uint64_t> carried_;
  std::vector<any_message> alive_; ///< So that no other content gets the same place.
  /// Of an event of the writer: for each place, the event whose transaction carried what it said.
  std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> released_;
};

} // namespace troupe::runtime
