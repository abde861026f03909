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
  static const service_kind& static_kind();
};

} // namespace troupe::runtime
