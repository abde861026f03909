// Where a build stands: stored with every commit, so that another incarnation can go on from there.
#pragma once

#include "actors/botmaster/build/running_step.hpp"

namespace troupe::botmaster {

enum class build_phase : int { fresh, engaging, preparing, locking, stepping, over };
constexpr auto names_of(build_phase) {
  return std::array<std::string_view, 6>{"fresh",   "engaging", "preparing",
                                         "locking", "stepping", "over"};
}

struct build_state {
  build_phase phase = build_phase::fresh;
  instant phase_since;
  records::build record;
  records::step preparation; ///< The internal step "worker_preparation".
  runtime::address connection;
  std::map<std::string, std::string> commands; ///< The worker's, with versions.
  std::map<std::string, json> worker_info;
  std::map<std::string, std::string> environ;
  bool prepared = false;
  std::vector<model::part> waiting;          ///< Steps to come.
  std::map<std::string, std::int64_t> names; ///< Of steps, how often used.
  std::int64_t next_step = 0;
  std::optional<running_step> step;
  records::result_code results = records::result_code::success;
  bool terminate = false;
  bool stopped = false;
  std::string stop_reason;
  std::vector<std::string> text;
  std::int64_t next_command = 1;
  std::int64_t incarnations = 0;
  std::optional<instant> waits_for_locks; ///< The build's own, since when.
  TROUPE_FIELDS(phase, phase_since, record, preparation, connection, commands, worker_info, environ,
                prepared, waiting, names, next_step, step, results, terminate, stopped, stop_reason,
                text, next_command, incarnations, waits_for_locks)

  /// The next phase begins.
  void enter(build_phase next, instant now) {
    phase = next;
    phase_since = now;
  }
  /// The step that waits for the worker is over, if it is not yet.
  void finish_preparation(std::string message, records::result_code with, const handling& at);
  /// The command that runs, if that is its id.
  step_command* command(std::string_view id) {
    return step && step->command && step->command->id == id ? &*step->command : nullptr;
  }
  /// By what the worker said of its system.
  bool worker_is_windows() const {
    auto found = worker_info.find("system");
    return found != worker_info.end() && steps::text_of(found->second) == "nt";
  }
};

} // namespace troupe::botmaster
