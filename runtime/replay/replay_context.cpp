#include "runtime/replay/replay_context.hpp"

namespace troupe::runtime {

void replay_context::begin(instant now, const envelope* taken) {
  event() = {};
  event().now = now;
  event().taken = taken;
  specs_.clear();
}

std::vector<std::string> replay_context::children() const {
  return decode<std::vector<std::string>>(answers_.recall("children")).value();
}

const child_spec* replay_context::child_spec_of(const std::string& name) const {
  auto spec = decode<std::optional<child_spec>>(answers_.recall("child " + name)).value();
  return spec ? &specs_.emplace_back(std::move(*spec)) : nullptr;
}

std::vector<child_spec> replay_context::configured_children(std::string_view) const {
  return decode<std::vector<child_spec>>(answers_.recall("configured")).value();
}

tracer& replay_context::traces() {
  throw failed{{errc::bug, "a service that is replayed cannot trace"}};
}

} // namespace troupe::runtime
