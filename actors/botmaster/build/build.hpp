// BUILD: one running build: prepares the worker, runs the steps in order, keeps their logs, folds
// their results (semantics.md §6, §7, §11).
//
// Owns:      its build, step and log records, and the content of the logs.
// Promises:  what the worker said is stored before more is asked for than a few megabytes; a step's
//            result is stored before the next step begins; the request hears of the end once.
// Restart:   transient. Its described state is stored with every commit: a new incarnation goes on
//            where the last one was, and loses no message. One that keeps failing is an exception.
#pragma once

#include "actors/botmaster/build/build_config.hpp"
#include "actors/botmaster/build/build_state.hpp"
#include "actors/botmaster/build/messages.hpp"
#include "actors/botmaster/build/step_conduct.hpp"
#include "actors/botmaster/locks/messages.hpp"
#include "actors/botmaster/workers/messages.hpp"
#include "actors/config/lua/function_runner.hpp"
#include "runtime/io/files.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::botmaster {

class build : public runtime::service<build, build_config, build_state> {
public:
  using hears = runtime::messages<worker_engaged, workers::build_prepared, workers::command_update,
                                  workers::command_complete, workers::transfer_call,
                                  workers::worker_lost, io::file_done, stop_build, locks_acquired,
                                  beginning_due, readiness_due, step_due, end_stored>;
  static const runtime::service_kind& static_kind();
  void init() override;
  bool shutdown_requested() override;
  void mailbox_drained() override;
  bool flushed() const override { return unsaved_.empty(); }
  void flush() override { commit_unsaved(); }

  void on(const worker_engaged&);
  void on(const workers::build_prepared&);
  void on(const workers::command_update&);
  void on(const workers::command_complete&);
  void on(const workers::transfer_call&);
  void on(const workers::worker_lost&);
  void on(const io::file_done&);
  void on(const stop_build&);
  void on(const locks_acquired&);
  void on(const beginning_due&);
  void on(const readiness_due&);
  void on(const step_due&);
  void on(const end_stored&) { finish(); }
  std::optional<causes> explain(const query&) override;

private:
  using ended = step_conduct::ended;

  // build.cpp: from the order to the worker's readiness
  void begin();
  void go_on();
  void take_locks();
  void first_step();
  void announce_build(std::string_view what);
  void commit_unsaved();
  handling at_hand();
  build_renderer renderer();

  // build_steps.cpp: one step after the other
  ended next_step();
  ended begin_step(model::part definition);
  ended run_step();
  ended conduct(const std::function<ended(step_conduct&)>& part);
  void go_on_after(ended step);
  void end_step(records::result_code results);
  void store_step();

  // build_end.cpp: the end
  void end(records::result_code results, std::string text);
  void stop(std::string reason, records::result_code results);

  unsaved unsaved_;                  ///< Lost in a failure, and then done again.
  model::function_runner functions_; ///< A cache, not state.
};

} // namespace troupe::botmaster
