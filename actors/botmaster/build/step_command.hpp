// The command that the worker runs for a step (semantics.md §11.1, pb.md §9). What it tells the
// worker comes back as messages; the build sends them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/botmaster/build/step_logs.hpp"
#include "actors/steps/step.hpp"
#include "actors/workers/messages.hpp"

namespace troupe::botmaster {

struct step_command {
  std::string id;
  steps::command_request request;
  steps::command_outcome outcome;
  std::optional<instant> interrupted_at;                  ///< When the worker was told to end it.
  std::int64_t updates = 0;                               ///< Taken in and not acknowledged yet.
  std::map<std::int64_t, workers::transfer_method> calls; ///< That wait for an answer.
  instant started_at;
  std::optional<instant> last_output;
  std::optional<span> timeout, max_time; ///< The worker ends it then: without output, in any case.
  TROUPE_FIELDS(id, request, outcome, interrupted_at, updates, calls, started_at, last_output,
                timeout, max_time)
  static void troupe_history(field_history& past) {
    past.retyped("calls", [](const std::map<std::int64_t, std::string>& methods) {
      std::map<std::int64_t, workers::transfer_method> out;
      for (const auto& [call, method] : methods) // all that matters of those is who reads
        out[call] =
            method == "read" ? workers::transfer_method::read : workers::transfer_method::other;
      return out;
    });
  }

  /// Begins: the order for the worker. The arguments go with it, the rest of `what` is kept.
  workers::start_command begin(std::string name, steps::command_request what,
                               const std::string& builder, const runtime::address& requester,
                               instant now);
  /// Makes the logs that the request names, but for lazy ones.
  void open_logs(step_logs& logs) const;

  /// Takes in one update: output goes to the logs, the rest to the outcome.
  void update(const std::string& key, const workers::datum& value, instant now, step_logs& logs);
  /// What acknowledges the updates since the last time; nothing if there were none.
  std::optional<workers::updates_taken> acknowledge();

  /// Tells the worker to end it; nothing if that has been said.
  std::optional<workers::interrupt_command> interrupt(std::string why, instant now);

  /// The answer to a transfer that waits for one; nothing if it does not.
  std::optional<workers::transfer_result> answer(std::int64_t call, workers::datum value);
  /// Answers for all that wait: a worker that does hears of no interrupt.
  std::vector<workers::transfer_result> give_up_calls();

  /// The worker has nothing more to say: how it ended.
  void complete(const workers::command_complete& news);
  /// What the step's text ends with: " (timed out)".
  std::string suffix() const;
};

/// The answer to a transfer that no step waits for: no bytes to a read, nothing to any other.
workers::datum no_answer(workers::transfer_method method);

} // namespace troupe::botmaster
