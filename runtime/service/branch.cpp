#include "runtime/service/branch.hpp"

namespace troupe::runtime {

const service_kind& branch::static_kind() {
  static const auto kind = make_kind<branch>("branch", "holds its children together");
  return kind;
}

} // namespace troupe::runtime
