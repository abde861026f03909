#include "tests/support/replay_stage.hpp"

namespace troupe::testing::counting {

const service_kind& tallier_kind() {
  static const auto kind = make_kind<tallier>("tallier", "adds totals up");
  return kind;
}
const service_kind& tallier::static_kind() {
  return tallier_kind();
}

const service_kind& other_counter_kind() {
  static const auto kind = make_kind<other_counter>("counter", "adds up otherwise");
  return kind;
}
const service_kind& other_counter::static_kind() {
  return other_counter_kind();
}

} // namespace troupe::testing::counting
