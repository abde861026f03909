// A cell in a replay: the service, without an actor. It is given what its cell took, and hears from
// the record what the outside answered; what it says is kept and compared.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "runtime/journal/record.hpp"
#include "runtime/mail/outbox.hpp"
#include "runtime/replay/divergence.hpp"
#include "runtime/secrets/vault.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::runtime {

/// What all cells of a replay share.
struct replay_surroundings {
  const kind_registry& kinds;
  directory paths;
  vault secrets{"none"}; ///< What is recorded holds none.
};

/// All that a cell of a replay is between two records.
struct cell_copy {
  struct seated {
    const service_kind* kind = nullptr; ///< Null: nobody.
    bytes config, state;
    std::optional<bytes> offered; ///< Or, after an exchange, the former configuration.
  };
  seated now, former;
  bool not_replayable = false;
  bool exchanged = false;

  std::size_t size() const;
};

class replayed_cell final : public context, public storage::effect_log {
public:
  replayed_cell(replay_surroundings& around, std::string_view path)
    : around_{around}, me_{around.paths.address_of(path)} {}

  /// Its service is what it was, so that events can be played.
  bool known() const noexcept { return service_ != nullptr; }
  /// A service that cannot be played: it looks at the live tree.
  bool not_replayable() const noexcept { return not_replayable_; }
  const service_kind* kind() const noexcept { return kind_; }
  service_base* service() noexcept { return service_.get(); }

  /// The cell has changed as `what` records. Gives the difference to the record, if there is one.
  std::optional<divergence> participant(const record_head& head, const participant_record& what);
  /// False while its service holds back what is not in its state: then a copy would lack it.
  bool flushed() const { return !service_ || service_->flushed(); }
  cell_copy copy() const;
  void restore(const cell_copy& from);
  /// The part of the last record that this program cannot read, as a sentence.
  const std::string& unread() const noexcept { return unread_; }

  /// Nothing is known of it until its state is recorded again.
  void lose();

  /// Plays an event; `message` is what it takes, if it takes one.
  std::optional<divergence> play(const record_head& head, const event_record& event,
                                 const any_message& message);
  std::optional<divergence> compare(const record_head& head, const checksum_record& checksum);
  /// What the last event said.
  outbox take_said() { return std::exchange(out_, {}); }

  // -- context ------------------------------------------------------------------------------------
  const address& me() const override { return me_; }
  const address& sender() const override { return sender_; }
  const any_message& current() const override { return current_; }
  instant now() const override { return now_; }
  std::uint64_t random() override;
  address address_of(std::string_view path) override { return around_.paths.address_of(path); }
  storage::store* store() override { return nullptr; }
  storage::effect_log* effect_log() override { return this; }
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

  // -- effect log ---------------------------------------------------------------------------------
  bool plays() const noexcept override { return true; }
  void keep(std::string_view, bytes) override {}
  bytes recall(std::string_view question) override;

private:
  void exchange();
  void perform(const record_head& head, const any_message& message);
  divergence differs(std::string what, json recorded, json now) const;
  std::optional<divergence> compare_effects(const event_record& event);
  bytes recalled(std::string_view question) const;

  replay_surroundings& around_;
  address me_;
  const service_kind* kind_ = nullptr;
  std::unique_ptr<service_base> service_;
  std::unique_ptr<service_base> former_; ///< Before the last replacement, should it be undone.
  const service_kind* former_kind_ = nullptr;
  bytes config_, former_config_;
  std::optional<bytes> offered_, former_offered_;
  bool not_replayable_ = false;
  std::string unread_;
  bool exchanged_ = false; ///< The last change was made in place.
  std::uint64_t prng_ = 0;
  // The event that is played:
  record_head head_;
  const event_record* event_ = nullptr;
  std::size_t answered_ = 0;
  bool drew_ = false;
  std::optional<divergence> amiss_; ///< Found while the handler ran.
  address sender_;
  any_message current_;
  instant now_;
  outbox out_;
  mutable std::deque<child_spec> specs_; ///< That were asked for in this event.
};

} // namespace troupe::runtime
