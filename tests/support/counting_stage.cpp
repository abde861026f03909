#include "tests/support/counting_stage.hpp"

namespace troupe::testing::counting {

const service_kind& counter_kind() {
  static const auto kind = make_kind<counter>("counter", "adds up");
  return kind;
}
const service_kind& counter::static_kind() {
  return counter_kind();
}

} // namespace troupe::testing::counting
