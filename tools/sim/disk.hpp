// DISK: what a simulated disk does to the commits of the store, which are real ones of LMDB into
// memory. It reads each commit into the ledger, once that is durable.
#pragma once

#include <span>
#include <string>

#include "storage/store.hpp"
#include "tools/sim/ledger.hpp"

namespace troupe::sim {

/// Thrown where the process dies. Whoever catches it says nothing more: the world ends the process.
struct process_death {};

class disk final : public storage::commit_gate {
public:
  disk(ledger& book, sometimes& seen) : book_{book}, seen_{seen} {}

  std::optional<failure> before(std::span<const storage::batch* const> batches) override;
  void after(std::span<const storage::batch* const> batches) override;

  /// Commits fail so, from now on; or do so no more.
  void refuse(std::optional<errc> how) { refuses_ = how; }
  void die_before_next() { dies_before_ = true; }
  void die_after_next() { dies_after_ = true; }
  /// Nothing is planned any more.
  void heal();
  bool dead() const { return dead_; }
  void revive();

  std::int64_t commits() const { return commits_; }
  /// A digest of all that was committed, in order.
  std::uint64_t digest() const { return digest_; }

private:
  ledger& book_;
  sometimes& seen_;
  std::optional<errc> refuses_;
  bool dies_before_ = false, dies_after_ = false, dead_ = false;
  std::int64_t commits_ = 0;
  std::uint64_t digest_ = 0xcbf29ce484222325ULL;
};

} // namespace troupe::sim
