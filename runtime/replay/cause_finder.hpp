// CAUSE FINDER: chains of events for a debugger, which goes back and forth. A replay of its own
// reads the journal once, forwards, as far as anybody has asked.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "runtime/journal/journal_reader.hpp"
#include "runtime/replay/chain.hpp"

namespace troupe::runtime {

class cause_finder {
public:
  cause_finder(std::string journal, const kind_registry& kinds)
    : journal_{std::move(journal)}, kinds_{kinds} {}

  /// What led to the event of number `order`, and what it led to in the first `upto` records of the
  /// journal, or those that were read for an earlier question. Where a record begins again, all
  /// before it is forgotten. Refused: not_found, or (refused) if `stop` said so.
  result<std::vector<chain_link>> find(std::uint64_t order, std::uint64_t upto,
                                       const std::function<bool()>& stop);

private:
  result<void> begin();

  std::string journal_;
  const kind_registry& kinds_;
  std::unique_ptr<journal_reader> reader_;
  std::unique_ptr<replay> again_;
  chains all_;
  std::uint64_t read_ = 0;  ///< Records.
  std::uint64_t began_ = 0; ///< How many were before the part that `all_` is of.
};

} // namespace troupe::runtime
