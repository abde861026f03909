#include "runtime/cell/service_context.hpp"

#include "runtime/prng.hpp"
#include "runtime/service/reconcile.hpp"

namespace troupe::runtime {

namespace {

/// Stands for the message at hand where there is none.
const envelope no_mail;

} // namespace

service_context::service_context(const cell_identity& self, const service_slot& slot,
                                 const supervisor& children)
  : self_{self}, slot_{slot}, children_{children}, prng_state_{self.sys.options().seed
                                                               ^ fnv1a(self.me.path())} {}

// -- what the service asks ------------------------------------------------------------------------

const address& service_context::sender() const {
  return event_.taken ? event_.taken->from : no_mail.from;
}

const any_message& service_context::current() const {
  return event_.taken ? event_.taken->what : no_mail.what;
}

std::uint64_t service_context::random() {
  if (event_.recorder)
    event_.recorder->prng(prng_state_);
  return draw(prng_state_);
}

storage::effect_log* service_context::effect_log() {
  return event_.recorder && !slot_.kind->not_replayable ? event_.recorder : nullptr;
}

std::vector<std::string> service_context::children() const {
  auto names = children_.names();
  if (event_.recorder)
    event_.recorder->keep("children", encode(names));
  return names;
}

const child_spec* service_context::child_spec_of(const std::string& name) const {
  const auto* spec = children_.find(name);
  if (event_.recorder)
    event_.recorder->keep("child " + name, encode(spec ? std::optional{*spec} : std::nullopt));
  return spec;
}

std::vector<child_spec> service_context::configured_children(std::string_view of) const {
  auto specs = runtime::configured_children(self_.sys.paths(), of);
  if (event_.recorder)
    event_.recorder->keep("configured", encode(specs));
  return specs;
}

// -- what the service says ------------------------------------------------------------------------

void service_context::send(address to, any_message what) {
  event_.out.said.emplace_back(std::move(to), std::move(what));
}

void service_context::start_timer(std::string key, span after, any_message what) {
  event_.out.timed.push_back({std::move(key), std::move(what), std::max(after, span{0})});
}

void service_context::cancel_timer(std::string_view key) {
  event_.out.timed.push_back({std::string{key}, std::nullopt, {}});
}

void service_context::start_child(child_spec spec) {
  spec.dynamic = true;
  event_.out.to_start.push_back(std::move(spec));
}

void service_context::stop_child(std::string name) {
  event_.out.to_stop.push_back(std::move(name));
}

void service_context::control(std::string path, any_message command) {
  event_.out.commanded.emplace_back(std::move(path), std::move(command));
}

void service_context::finish(std::string reason) {
  event_.out.finishing = true;
  event_.out.finish_reason = std::move(reason);
}

void service_context::log(level severity, std::string message) {
  self_.sys.secrets().hide_in(message);
  self_.sys.log().write(
      {self_.sys.now(), severity, std::string{self_.me.path()}, std::move(message)});
}

} // namespace troupe::runtime
