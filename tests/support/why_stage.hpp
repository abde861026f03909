// A master on a stage, as a configuration wants it: its distributor, locks, workers, builders,
// builds and schedulers, with the connections of its workers and the shell's end. The test is
// submitters of changes, workers, and a user who asks why.
#pragma once

#include "actors/config/model/model.hpp"
#include "storage/records/build.hpp"
#include "storage/records/buildset.hpp"
#include "tests/support/actor_stage.hpp"
#include "tests/support/worker_session.hpp"

namespace troupe::testing {

/// Withholds the messages to a path until it is opened.
class gate : public runtime::sink {
public:
  using choice = std::function<bool(const runtime::any_message&)>;
  gate(runtime::address at, choice held)
    : at_{std::move(at)}, behind_{at_.at()->target()}, held_{std::move(held)} {}

  void deliver(runtime::envelope letter) override;
  bool command(runtime::envelope letter) override { return behind_->command(std::move(letter)); }
  void open();

private:
  runtime::address at_;
  std::shared_ptr<runtime::sink> behind_;
  choice held_;
  std::vector<runtime::envelope> mail_;
};

/// As a configuration says a time.
inline json seconds_of(span time) {
  return json(static_cast<double>(time.count()) / 1e6);
}

class why_stage : public actor_stage {
public:
  /// What the configuration says; tests change it before `begin`, and later with `reconfigured`.
  model::master wanted;

  model::part& add_builder(const std::string& name, std::vector<std::string> workers);
  model::part& add_worker(const std::string& name);
  model::part& add_scheduler(const std::string& name, std::vector<std::string> builders);
  /// A ShellCommand that is called NAME.
  static model::part make(const std::string& name, boost::json::object arguments = {});
  static model::part lock(const std::string& name, std::int64_t max_count, bool per_worker = false);
  static void set_steps(model::part& builder, const std::vector<model::part>& steps);
  static std::vector<model::part> steps_of(const model::part& builder);
  static json access(const std::string& lock, const std::string& mode = "exclusive",
                     std::int64_t count = 1);
  /// A function of the configuration, as Lua has it.
  static json function(const std::string& text);

  void begin();
  /// Brings one node in line with `wanted`.
  void reconfigure(const std::string& path);
  void attach(const std::string& worker);
  worker_session& session(const std::string& worker);
  /// The builder is asked for; its request's number.
  std::int64_t ask(const std::string& builder, std::int64_t priority = 0);
  std::map<std::string, std::int64_t> ask(const std::vector<std::string>& builders,
                                          std::int64_t priority = 0);
  void change(const std::string& branch, const std::string& comments = "code",
              const std::string& codebase = "");
  void cancel(std::int64_t request, const std::string& reason);
  void stop(const std::string& builder, std::int64_t request, const std::string& reason);
  void control_worker(const std::string& worker, const std::string& action,
                      const std::string& reason = {});
  std::shared_ptr<gate> close(std::string_view path, gate::choice held = {});

  bool is_claimed(std::int64_t request);
  records::buildrequest request(std::int64_t id);
  /// "linux/7": the newest build of a request.
  std::string build_of(std::int64_t request);
  records::build build_record(std::int64_t request);

  /// What the shell answers: the content, or the error. Time passes only while nobody answers.
  json shell(std::vector<std::string> arguments);
  boost::json::object why(std::vector<std::string> arguments);
  /// The same in two parts: the question, and what has come of it.
  void ask_only(std::vector<std::string> arguments, const std::string& command = "why");
  json last_answer();
  instant now() { return sys().now(); }

private:
  const runtime::child_spec* wanted_spec(const std::string& path);

  std::vector<runtime::child_spec> tree_of_wanted() const;

  std::vector<runtime::child_spec> tree_;
  std::map<std::string, std::shared_ptr<worker_session>> sessions_;
  std::shared_ptr<listener> io_loop_, requester_;
  std::int64_t asked_ = 0;
};

} // namespace troupe::testing
