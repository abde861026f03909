// BUILD: one running build: prepares the worker, runs the steps in order, keeps their logs, folds
// their results (semantics.md §6, §7, §11).
//
// Owns:      its build, step and log records, and the content of the logs.
// Promises:  what the worker said is stored before more is asked for than a few megabytes; a step's
//            result is stored before the next step begins; the request hears of the end once.
// Restart:   transient. Its described state is stored with every commit: a new incarnation goes on
//            where the last one was, and loses no message. One that keeps failing is an exception.
#pragma once

#include <functional>

#include "actors/botmaster/build/log_limit.hpp"
#include "actors/botmaster/builder_settings.hpp"
#include "actors/botmaster/locks/locks.hpp"
#include "actors/botmaster/workers/worker.hpp"
#include "actors/config/lua/function_runner.hpp"
#include "actors/steps/step.hpp"
#include "runtime/io/files.hpp"
#include "runtime/service/kind.hpp"
#include "storage/log_text.hpp"

namespace troupe::botmaster {

struct build_config {
  start_build order;
  std::int64_t number = 0;
  builder_id builder;
  builder_settings definition;
  std::map<std::string, json> global_properties;
  std::string config_file;
  master_id master;
  std::optional<std::int64_t> log_max_size;
  std::optional<std::int64_t> log_max_tail_size;
  runtime::address parent;
  std::vector<json> worker_locks;
  TROUPE_FIELDS(order, number, builder, definition, global_properties, config_file, master,
                log_max_size, log_max_tail_size, parent, worker_locks)
};

/// A log of a step while it grows.
struct growing_log {
  records::log record;
  line_splitter out, err, header, text; ///< One per stream.
  std::string lines; ///< Whole lines not given to the store yet, with their channel letters.
  log_limit limit;
  bool touched = true; ///< The record differs from the stored one.
  TROUPE_FIELDS(record, out, err, header, text, lines, limit, touched)
};

/// The worker's command that runs for a step.
struct step_command {
  std::string id;
  steps::command_request request;
  steps::command_outcome outcome;
  std::optional<instant> interrupted_at;     ///< When the worker was told to end it.
  std::int64_t updates = 0;                  ///< Taken in and not acknowledged yet.
  std::map<std::int64_t, std::string> calls; ///< Transfers that wait for an answer: their methods.
  instant started_at;
  std::optional<instant> last_output;
  std::optional<span> timeout, max_time; ///< The worker ends it then: without output, in any case.
  TROUPE_FIELDS(id, request, outcome, interrupted_at, updates, calls, started_at, last_output,
                timeout, max_time)
};

// -- to itself ------------------------------------------------------------------------------------

/// What began is stored, whether or not the worker has answered.
struct beginning_due {
  TROUPE_FIELDS()
};
/// The worker has said nothing for a while: is it still the one that was engaged?
struct readiness_due {
  TROUPE_FIELDS()
};
/// Its end is stored, and has been told.
struct end_stored {
  TROUPE_FIELDS()
};
/// A step that waits goes on.
struct step_due {
  step_id step;
  TROUPE_FIELDS(step)
};

struct running_step {
  records::step record;
  model::part definition;
  boost::json::value arguments; ///< Rendered, with defaults.
  json notes = boost::json::object{};
  std::vector<growing_log> logs;
  std::optional<step_command> command;
  std::optional<instant> waits_for_locks;                  ///< Since when; it has not begun.
  std::optional<instant> wakes_at;                         ///< When the step, which waits, goes on.
  std::vector<std::pair<std::string, std::int64_t>> files; ///< Blocks under way at the I/O loop.
  std::optional<records::result_code> outcome; ///< Said by the step, while its command still ends.
  std::string done_text;
  std::string suffix; ///< " (timed out)".
  bool interrupted = false;
  bool lost = false;
  TROUPE_FIELDS(record, definition, arguments, notes, logs, command, waits_for_locks, wakes_at,
                files, outcome, done_text, suffix, interrupted, lost)
};

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
};

class build : public runtime::service<build, build_config, build_state>, steps::step_host {
public:
  using hears = runtime::messages<worker_engaged, workers::build_prepared, workers::command_update,
                                  workers::command_complete, workers::transfer_call,
                                  workers::worker_lost, io::file_done, stop_build, locks_acquired,
                                  beginning_due, readiness_due, step_due, end_stored>;
  static const runtime::service_kind& static_kind();
  void init() override;
  void code_change() override {}
  bool shutdown_requested() override;
  void mailbox_drained() override;
  bool flushed() const override { return !dirty_ && pending_.empty(); }
  void flush() override { commit_pending(); }

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
  void on(const end_stored&) { service_base::finish(); }
  std::optional<causes> explain(const query&) override;

private:
  // build.cpp: from the order to the worker's readiness
  void begin();
  void enter(build_phase phase);
  void go_on();
  bool is_wanted();
  void early_properties();
  void take_locks();
  void first_step();
  void worker_properties(const worker_engaged& worker);
  void prepared_step_done(std::string text, records::result_code results);
  void say(std::string_view topic, json content);
  void say_build(std::string_view what);
  std::string who() const;

  // build_end.cpp: the end
  void end(records::result_code results, std::string text);
  void stop(std::string reason, records::result_code results);

  // build_steps.cpp: one step after the other
  void next_step();
  void begin_step(model::part definition);
  result<json> rendered(const json& value);
  result<json> decided(std::string_view argument_name, std::vector<json> given);
  json step_view() const;
  model::function_runner& functions();
  bool render_arguments();
  bool wanted_at_all();
  void end_step(records::result_code results);
  void fail_step(std::string message);
  void interrupt_step(const std::string& why, bool lost);
  void conduct(const std::function<void(const steps::step_logic&)>& part);
  void step_went_on();
  void run_step();
  records::step_flags flags_of(const running_step& step) const;
  std::string summary(const running_step& step, records::result_code results) const;
  bool summarised(const running_step& step, records::result_code results) const;
  std::string unique_step_name(std::string wanted);

  // build_commands.cpp: the worker's command of a step
  void update(const std::string& key, const wire::jelly& value);
  void command_over();
  void give_up_calls();
  void sleep_on();

  // build_logs.cpp: logs and what is committed
  growing_log& log_named(const std::string& name, records::log_type type);
  void append(growing_log& log, char channel, std::string_view text);
  void append_lines(growing_log& log, char channel, const std::string& lines);
  void store_lines(growing_log& log);
  void finish_log(growing_log& log);
  void put_step();
  void commit_pending();
  bool commit_is_due() const;

  // steps::step_host
  const json& argument(std::string_view name) const override;
  boost::json::object& notes() override;
  void run(steps::command_request what) override;
  void interrupt_command(std::string why) override;
  void file(steps::file_request what) override;
  void answer_transfer(std::int64_t request, wire::jelly value) override;
  void wake_after(span time) override;
  void finish(records::result_code results) override;
  json call_function(std::string_view argument, std::vector<json> values) override;
  json property(std::string_view name) const override;
  void set_property(std::string name, json value, std::string source) override;
  void add_log(std::string name, std::string text) override;
  void say(std::string text) override;
  void describe_done(std::string text) override;
  std::vector<std::int64_t> command_version(std::string_view name) const override;
  bool worker_is_windows() const override;
  std::string workdir() const override;
  const std::vector<records::sourcestamp>& stamps() const override { return config().order.stamps; }
  const std::vector<records::change>& changes() const override { return config().order.changes; }
  const std::optional<records::patch>& patch() const override { return config().order.patch; }

  /// What this handling adds to the store and to the world, until `commit_pending`. Not state.
  runtime::transaction pending_;
  bool dirty_ = false;
  bool begins_ = false; ///< Nothing is stored yet; the worker's answer will be along with it.
  /// The record differs from the stored one; put with the commit.
  bool build_changed_ = false, step_changed_ = false, preparation_changed_ = false;
  std::unique_ptr<model::function_runner> functions_; ///< A cache, not state.
};

} // namespace troupe::botmaster
