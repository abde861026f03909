#include "tests/support/debugger_stage.hpp"

namespace troupe::testing::counting {

const service_kind& holder_kind() {
  static const auto kind = make_kind<holder>("holder", "adds up when it has time");
  return kind;
}
const service_kind& holder::static_kind() {
  return holder_kind();
}

} // namespace troupe::testing::counting
