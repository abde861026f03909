#include "runtime/service/service.hpp"

#include "runtime/secrets/vault.hpp"

namespace troupe::runtime {

bool service_base::hide_secrets(bytes& text) const {
  const auto* mask = host_->secrets().mask();
  return mask && mask->hide(text) > 0;
}

// The content of logs is compressed by now; it was searched before.
void service_base::hide_secrets(storage::batch& work) const {
  const auto* mask = host_->secrets().mask();
  if (!mask)
    return;
  for (auto& one : work.operations)
    if (one.kind == storage::operation_kind::put)
      mask->hide(one.value);
}

} // namespace troupe::runtime
