#include "runtime/service/branch.hpp"

namespace troupe::runtime {

const service_kind& branch_kind() {
  static const auto kind = make_kind<branch>("branch", "holds its children together");
  return kind;
}
const service_kind& branch::kind() const {
  return branch_kind();
}

} // namespace troupe::runtime
