#include "tools/sim/disk.hpp"

namespace troupe::sim {

namespace {

/// Records of operators' acts say how long things took on the real clock.
bool is_timed(const storage::operation& op) {
  return op.kind != storage::operation_kind::append_log
         && op.table == static_cast<std::uint16_t>(storage::table_number::reconfigurations);
}

} // namespace

std::optional<failure> disk::before(std::span<const storage::batch* const>) {
  if (dead_)
    throw process_death{};
  if (std::exchange(dies_before_, false)) {
    dead_ = true;
    seen_.note(situation::death_before_commit);
    throw process_death{};
  }
  if (!refuses_)
    return std::nullopt;
  seen_.note(situation::commit_is_refused);
  return failure{*refuses_, *refuses_ == errc::full ? "the simulated disk is full"
                                                    : "the simulated disk has an error"};
}

void disk::after(std::span<const storage::batch* const> batches) {
  commits_++;
  for (auto* one : batches)
    for (const auto& op : one->operations)
      if (!is_timed(op))
        digest_ = (digest_ ^ std::hash<std::string_view>{}(op.key) * 31
                   ^ std::hash<std::string_view>{}(op.value))
                  * 0x100000001b3ULL;
  try {
    ledger_.commit(batches);
  } catch (const std::exception& problem) { // not a fault of the disk
    ledger_.unreadable(problem.what());
  }
  if (std::exchange(dies_after_, false)) {
    dead_ = true;
    seen_.note(situation::death_after_commit);
    throw process_death{};
  }
}

void disk::heal() {
  refuses_.reset();
  dies_before_ = dies_after_ = false;
}

void disk::revive() {
  dead_ = false;
  heal();
}

} // namespace troupe::sim
