// DISK: injects faults into the commits of the store. Commits are real ones of LMDB into memory;
// the ledger reads each once it is durable.
#pragma once

#include <span>
#include <string>

#include "storage/store.hpp"
#include "tools/sim/ledger.hpp"

namespace troupe::sim {

/// Thrown where the process dies. The catcher does nothing: the driver ends the process.
struct process_death {};

class disk final : public storage::commit_gate {
public:
  disk(ledger& book, sometimes& seen) : ledger_{book}, seen_{seen} {}

  std::optional<failure> before(std::span<const storage::batch* const> batches) override;
  void after(std::span<const storage::batch* const> batches) override;

  /// From now on commits fail so, or no longer fail.
  void refuse(std::optional<errc> how) { refuses_ = how; }
  void die_before_next() { dies_before_ = true; }
  void die_after_next() { dies_after_ = true; }
  /// Withdraws all planned faults.
  void heal();
  bool dead() const { return dead_; }
  void revive();

  std::int64_t commits() const { return commits_; }
  /// A digest of all that was committed, in order.
  std::uint64_t digest() const { return digest_; }

private:
  ledger& ledger_;
  sometimes& seen_;
  std::optional<errc> refuses_;
  bool dies_before_ = false, dies_after_ = false, dead_ = false;
  std::int64_t commits_ = 0;
  std::uint64_t digest_ = 0xcbf29ce484222325ULL;
};

} // namespace troupe::sim
