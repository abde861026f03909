// What a service sees and does in a replay: the event at hand, answers from the record, and an
// outbox that is compared with the record and sent to nobody.
#pragma once

#include <deque>

#include "runtime/mail/outbox.hpp"
#include "runtime/replay/recorded_answers.hpp"
#include "runtime/secrets/vault.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::runtime {

/// What all cells of a replay share.
struct replay_surroundings {
  const kind_registry& kinds;
  directory paths;
  vault secrets{"none"}; ///< What is recorded holds none.
};

class replay_context final : public context {
public:
  /// Both outlive it.
  replay_context(replay_surroundings& around, recorded_answers& outside, std::string_view path)
    : around_{around}, outside_{outside}, me_{around.paths.address_of(path)} {}

  /// An event begins; `message` is what it takes, if it takes one.
  void begin(const record_head& head, const any_message& message);
  /// It has ended. One that failed has said nothing.
  void end(bool failed);
  /// What the last event said.
  const outbox& said() const noexcept { return out_; }
  outbox take_said() { return std::exchange(out_, {}); }

  const address& me() const override { return me_; }
  const address& sender() const override { return at_.sender; }
  const any_message& current() const override { return at_.message; }
  instant now() const override { return at_.time; }
  std::uint64_t random() override { return outside_.random(); }
  address address_of(std::string_view path) override { return around_.paths.address_of(path); }
  storage::store* store() override { return nullptr; }
  storage::effect_log* effect_log() override { return &outside_; }
  std::vector<std::string> children() const override;
  const child_spec* child_spec_of(const std::string& name) const override;
  const kind_registry& kinds() const override { return around_.kinds; }
  std::vector<child_spec> configured_children(std::string_view of) const override;
  std::vector<stuck_handler> stuck() const override { return {}; }
  std::vector<service_failure> failures() const override { return {}; }
  tracer& traces() override;
  const directory& paths() const override { return around_.paths; }
  runtime::recorder* recorder() override { return nullptr; }
  vault& secrets() override { return around_.secrets; }
  void send(address to, any_message what) override;
  void start_timer(std::string key, span after, any_message what) override;
  void cancel_timer(std::string_view key) override;
  void start_child(child_spec spec) override;
  void stop_child(std::string name) override { out_.to_stop.push_back(std::move(name)); }
  void control(std::string path, any_message command) override;
  void finish(std::string reason) override;
  void ready() override { out_.ready = true; }
  void prepared(std::string refusal) override { out_.prepared = std::move(refusal); }
  void log(level, std::string) override {} // what it logs is not recorded

private:
  struct event_at_hand {
    address sender;
    any_message message;
    instant time;
  };

  replay_surroundings& around_;
  recorded_answers& outside_;
  address me_;
  event_at_hand at_;
  outbox out_;
  mutable std::deque<child_spec> specs_; ///< That were asked for in this event.
};

} // namespace troupe::runtime
