#include "tests/support/replay_stage.hpp"

namespace troupe::testing::counting {

const service_kind& tallier_kind() {
  static const auto kind = make_kind<tallier>("tallier", "adds totals up");
  return kind;
}
const service_kind& tallier::kind() const {
  return tallier_kind();
}

const service_kind& other_counter_kind() {
  static const auto kind = make_kind<other_counter>("counter", "adds up otherwise");
  return kind;
}
const service_kind& other_counter::kind() const {
  return other_counter_kind();
}

} // namespace troupe::testing::counting
