#include "runtime/replay/replay_target.hpp"

namespace troupe::runtime {

using coming_record = std::optional<record_view>;

replay_target to_position(std::uint64_t position) {
  return {
      [position](const replay_point& at, const coming_record&) { return at.position >= position; },
      [position](const replay_point& at) { return at.position <= position; }};
}

replay_target to_order(std::uint64_t run, std::uint64_t order) {
  return {[run, order](const replay_point&, const coming_record& next) {
            return next && (next->run > run || (next->run == run && next->order > order));
          },
          [run, order](const replay_point& at) {
            return at.run < run || (at.run == run && at.order <= order);
          }};
}

replay_target to_time(instant when) {
  return {
      [when](const replay_point&, const coming_record& next) { return next && next->at >= when; },
      [when](const replay_point& at) { return at.latest < when; }};
}

replay_target to_end() {
  return {[](const replay_point&, const coming_record&) { return false; },
          [](const replay_point&) { return true; }};
}

} // namespace troupe::runtime
