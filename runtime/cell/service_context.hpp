// What the service in a cell sees of the world. What it says is gathered in an outbox.
#pragma once

#include "runtime/cell/cell_identity.hpp"
#include "runtime/cell/service_slot.hpp"
#include "runtime/journal/event_recorder.hpp"
#include "runtime/supervision/supervisor.hpp"

namespace troupe::runtime {

/// The piece of the service that runs.
struct running_event {
  const envelope* taken = nullptr; ///< The message that is handled; null: there is none.
  instant now;
  event_recorder* recorder = nullptr; ///< While the journal records.
  outbox out;
};

class service_context final : public context {
public:
  /// All three outlive it.
  service_context(const cell_identity& self, const service_slot& slot, const supervisor& children);

  /// For the cell, which runs the service.
  running_event& event() noexcept { return event_; }
  /// Another incarnation draws other random numbers.
  void reseed(std::uint64_t incarnation) noexcept { prng_state_ ^= incarnation; }

  const address& me() const override { return self_.me; }
  const address& sender() const override;
  const any_message& current() const override;
  instant now() const override { return event_.now; }
  std::uint64_t random() override;
  address address_of(std::string_view path) override { return self_.sys.address_of(path); }
  storage::store* store() override { return self_.sys.store(); }
  storage::effect_log* effect_log() override;
  std::vector<std::string> children() const override;
  const child_spec* child_spec_of(const std::string& name) const override;
  const kind_registry& kinds() const override { return self_.sys.kinds(); }
  std::vector<child_spec> configured_children(std::string_view of) const override;
  std::vector<stuck_handler> stuck() const override { return self_.sys.dog().stuck(); }
  std::vector<service_failure> failures() const override { return self_.sys.failures().list(); }
  tracer& traces() override { return self_.sys.traces(); }
  const directory& paths() const override { return self_.sys.paths(); }
  runtime::recorder* recorder() override { return self_.sys.recorder(); }
  vault& secrets() override { return self_.sys.secrets(); }
  void send(address to, any_message what) override;
  void start_timer(std::string key, span after, any_message what) override;
  void cancel_timer(std::string_view key) override;
  void start_child(child_spec spec) override;
  void stop_child(std::string name) override;
  void control(std::string path, any_message command) override;
  void finish(std::string reason) override;
  void ready() override { event_.out.ready = true; }
  void prepared(std::string refusal) override { event_.out.prepared = std::move(refusal); }
  void log(level severity, std::string message) override;

private:
  const cell_identity& self_;
  const service_slot& slot_;
  const supervisor& children_;
  std::uint64_t prng_state_;
  running_event event_;
};

} // namespace troupe::runtime
