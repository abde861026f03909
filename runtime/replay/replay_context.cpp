#include "runtime/replay/replay_context.hpp"

namespace troupe::runtime {

void replay_context::begin(const record_head& head, const any_message& message) {
  out_ = {};
  specs_.clear();
  at_ = {head.sender.empty() ? address{} : around_.paths.address_of(head.sender), message, head.at};
}

void replay_context::end(bool failed) {
  if (failed)
    out_ = {};
  at_.sender = {};
  at_.message = {};
}

std::vector<std::string> replay_context::children() const {
  return decode<std::vector<std::string>>(outside_.recall("children")).value();
}

const child_spec* replay_context::child_spec_of(const std::string& name) const {
  auto spec = decode<std::optional<child_spec>>(outside_.recall("child " + name)).value();
  return spec ? &specs_.emplace_back(std::move(*spec)) : nullptr;
}

std::vector<child_spec> replay_context::configured_children(std::string_view) const {
  return decode<std::vector<child_spec>>(outside_.recall("configured")).value();
}

tracer& replay_context::traces() {
  throw failed{{errc::bug, "a service that is replayed cannot trace"}};
}

// -- what it says ---------------------------------------------------------------------------------

void replay_context::send(address to, any_message what) {
  out_.said.emplace_back(std::move(to), std::move(what));
}

void replay_context::start_timer(std::string key, span after, any_message what) {
  out_.timed.push_back({std::move(key), std::move(what), std::max(after, span{0})});
}

void replay_context::cancel_timer(std::string_view key) {
  out_.timed.push_back({std::string{key}, std::nullopt, {}});
}

void replay_context::start_child(child_spec spec) {
  spec.dynamic = true;
  out_.to_start.push_back(std::move(spec));
}

void replay_context::control(std::string path, any_message command) {
  out_.commanded.emplace_back(std::move(path), std::move(command));
}

void replay_context::finish(std::string reason) {
  out_.finishing = true;
  out_.finish_reason = std::move(reason);
}

} // namespace troupe::runtime
