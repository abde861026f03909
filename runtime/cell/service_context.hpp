// What the service in a cell sees of the system around it, and asks it.
#pragma once

#include "runtime/cell/cell_identity.hpp"
#include "runtime/cell/service_slot.hpp"
#include "runtime/journal/event_recorder.hpp"
#include "runtime/service/event_context.hpp"
#include "runtime/supervision/supervisor.hpp"

namespace troupe::runtime {

class service_context final : public event_context {
public:
  /// All three outlive it.
  service_context(const cell_identity& self, const service_slot& slot, const supervisor& children);

  /// Another incarnation draws other random numbers.
  void reseed(std::uint64_t incarnation) noexcept { prng_state_ ^= incarnation; }

  const address& me() const override { return self_.me; }
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
  void log(level severity, std::string message) override;

private:
  const cell_identity& self_;
  const service_slot& slot_;
  const supervisor& children_;
  std::uint64_t prng_state_;
};

} // namespace troupe::runtime
