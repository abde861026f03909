// What a step may know of its build, and do to it, during one call into the step.
#pragma once

#include "actors/botmaster/build/build_renderer.hpp"

namespace troupe::botmaster {

class step_context final : public steps::step_host {
public:
  /// The build has a step that runs.
  step_context(const build_config& config, build_state& state, build_renderer renderer, handling at)
    : config_{config}, state_{state}, step_{*state.step}, renderer_{renderer}, at_{std::move(at)} {}

  bool connected() const { return static_cast<bool>(state_.connection); }
  step_logs logs() const { return step_.open_logs(config_.bounds(), at_); }
  /// Nobody answers transfers any more.
  void give_up_calls();

  /// What the step wants of files; sent at once by the build.
  const std::vector<runtime::any_message>& file_messages() const { return file_messages_; }
  /// It has asked to be woken.
  bool sleeps() const { return sleeps_; }

  // steps::step_host
  const json& argument(std::string_view name) const override { return step_.argument(name); }
  boost::json::object& notes() override { return step_.notes.get_object(); }
  void run(steps::command_request what) override;
  void interrupt_command(std::string why) override;
  void file(steps::file_request what) override;
  void answer_transfer(std::int64_t request, workers::datum value) override;
  void wake_after(span time) override;
  void finish(records::result_code results) override { step_.outcome = results; }
  json call_function(std::string_view argument, std::vector<json> values) override;
  json property(std::string_view name) const override;
  void set_property(std::string name, json value, std::string source) override;
  void add_log(std::string name, std::string text) override;
  void say(std::string text) override;
  void describe_done(std::string text) override { step_.done_text = std::move(text); }
  std::vector<std::int64_t> command_version(std::string_view name) const override;
  bool worker_is_windows() const override { return state_.worker_is_windows(); }
  std::string workdir() const override;
  const std::vector<records::sourcestamp>& stamps() const override { return config_.order.stamps; }
  const std::vector<records::change>& changes() const override { return config_.order.changes; }
  const std::optional<records::patch>& patch() const override { return config_.order.patch; }

private:
  const build_config& config_;
  build_state& state_;
  running_step& step_;
  build_renderer renderer_;
  handling at_;
  std::vector<runtime::any_message> file_messages_;
  bool sleeps_ = false;
};

} // namespace troupe::botmaster
