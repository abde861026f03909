#include "runtime/cell/service_slot.hpp"

#include "runtime/service/reconcile.hpp"

namespace troupe::runtime {

void service_slot::exchange(participation& one) {
  std::swap(service, one.other);
  std::swap(kind, one.kind);
}

void service_slot::drop() {
  service.reset();
  if (!in_transaction || in_transaction->at != participation::stage::switched)
    return;
  in_transaction->other.reset();
  in_transaction->held = {};
  std::swap(kind, in_transaction->kind);
  in_transaction->at = participation::stage::rebuild;
}

void service_slot::show_specification(port& figures) const {
  figures.kind = kind ? kind->name.data() : "?";
  figures.depth_max = spec.mailbox_max;
  if (!spec.dynamic)
    figures.specify(std::make_shared<const child_spec>(alone(spec)));
}

} // namespace troupe::runtime
