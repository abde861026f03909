#include "runtime/cell/service_context.hpp"

#include "runtime/prng.hpp"
#include "runtime/service/reconcile.hpp"

namespace troupe::runtime {

service_context::service_context(const cell_identity& self, const service_slot& slot,
                                 const supervisor& children)
  : self_{self}, slot_{slot}, children_{children}, prng_state_{self.sys.options().seed
                                                               ^ fnv1a(self.me.path())} {}

std::uint64_t service_context::random() {
  if (auto* recorder = event().recorder)
    recorder->prng(prng_state_);
  return draw(prng_state_);
}

storage::effect_log* service_context::effect_log() {
  auto* recorder = event().recorder;
  return recorder && !slot_.kind->not_replayable ? recorder : nullptr;
}

std::vector<std::string> service_context::children() const {
  auto names = children_.names();
  if (auto* recorder = event().recorder)
    recorder->keep("children", encode(names));
  return names;
}

const child_spec* service_context::child_spec_of(const std::string& name) const {
  const auto* spec = children_.find(name);
  if (auto* recorder = event().recorder)
    recorder->keep("child " + name, encode(spec ? std::optional{*spec} : std::nullopt));
  return spec;
}

std::vector<child_spec> service_context::configured_children(std::string_view of) const {
  auto specs = runtime::configured_children(self_.sys.paths(), of);
  if (auto* recorder = event().recorder)
    recorder->keep("configured", encode(specs));
  return specs;
}

void service_context::log(level severity, std::string message) {
  self_.sys.secrets().hide_in(message);
  self_.sys.log().write(
      {self_.sys.now(), severity, std::string{self_.me.path()}, std::move(message)});
}

} // namespace troupe::runtime
