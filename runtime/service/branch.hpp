// BRANCH: a node that only holds children together: no state, no messages, pure supervision.
#pragma once

#include "runtime/service/kind.hpp"

namespace troupe::runtime {

struct branch_config {
  TROUPE_FIELDS()
};
struct branch_state {
  TROUPE_FIELDS()
};

class branch : public service<branch, branch_config, branch_state> {
public:
  using hears = messages<>;
  const service_kind& kind() const override;
};

const service_kind& branch_kind();

} // namespace troupe::runtime
