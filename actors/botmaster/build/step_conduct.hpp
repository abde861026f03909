// How the running step's logic is called, and what becomes of the step by it. Each function gives
// the step's result once the step is over; until then, nothing.
#pragma once

#include "actors/botmaster/build/step_context.hpp"

namespace troupe::botmaster {

class step_conduct {
public:
  using ended = std::optional<records::result_code>;

  step_conduct(running_step& step, step_context& host) : step_{step}, host_{host} {}

  /// It has its locks and begins.
  ended begin();
  /// The worker has nothing more to say of its command.
  ended command_complete(const workers::command_complete& news);
  /// The worker calls the command's writer or reader.
  ended transfer(const workers::transfer_call& news);
  /// A block of a file has been read or written.
  ended file_done(const steps::file_outcome& block);
  /// The time that it wanted to wait is over.
  ended woken();

  /// An error in the master: an exception of the step, not of the build.
  ended fail(std::string message);
  /// It is stopped; `lost` if its worker is gone, so that nothing more is heard of its command.
  ended interrupt(const std::string& why, bool lost);

private:
  ended call(const std::function<void(const steps::step_logic&)>& part);
  ended settle();

  running_step& step_;
  step_context& host_;
};

} // namespace troupe::botmaster
