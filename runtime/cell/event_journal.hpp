// What a cell adds to the journal (journal/record.hpp): each event, checksums of the state now and
// then, checkpoints, and what becomes of the service in it.
#pragma once

#include <optional>
#include <string_view>

#include "runtime/cell/service_context.hpp"
#include "runtime/cell/work_ref.hpp"

namespace troupe::runtime {

class event_journal {
public:
  /// All three outlive it.
  event_journal(const cell_identity& self, const service_slot& slot, running_event& event)
    : self_{self}, slot_{slot}, event_{event} {}

  /// Runs a piece of the service as an event; `taken` is the message that it takes, if it takes
  /// one. What the service says stays in the event's outbox. Throws what `work` throws.
  void run(std::string_view doing, const envelope* taken, work_ref work);
  /// Records the state, if the journal needs it: once for each of its epochs, so that a replay can
  /// begin there, and after a message was dropped from it.
  void checkpoint();
  /// What has changed in the cell (`participants`).
  void record(std::string_view how, std::string_view kind = {}, std::string_view config = {},
              std::string_view state = {});

private:
  void take(event_recorder& record, const envelope& mail);
  void run_recorded(event_recorder& record, work_ref work);
  void checksum(std::uint64_t taken_bytes);

  const cell_identity& self_;
  const service_slot& slot_;
  running_event& event_;
  std::uint64_t checkpointed_epoch_ = 0;
  std::optional<instant> dropped_at_; ///< A message is not in the journal: when the last came.
  std::int64_t checksum_due_ = 4096;  ///< Bytes to take until the next checksum of the state.
};

} // namespace troupe::runtime
