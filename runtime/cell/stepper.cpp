#include "runtime/cell/stepper.hpp"

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "runtime/cell/system.hpp"

namespace troupe::runtime {

stepper::stepper(system& sys)
  : steps_{dynamic_cast<caf::scheduler::test_coordinator&>(sys.caf().scheduler())} {}

std::size_t stepper::ready() const {
  return steps_.jobs.size();
}

bool stepper::step(std::size_t which) {
  if (which > 0 && which < steps_.jobs.size())
    std::swap(steps_.jobs.front(), steps_.jobs[which]);
  return steps_.try_run_once();
}

void stepper::run() {
  while (steps_.try_run_once()) {
  }
}

span stepper::elapsed() const {
  return std::chrono::duration_cast<span>(steps_.clock().now().time_since_epoch());
}

// Rounded up, so that to pass until then is enough.
std::optional<span> stepper::next_due() const {
  const auto& schedule = steps_.clock().schedule();
  if (schedule.empty())
    return std::nullopt;
  return std::chrono::ceil<span>(schedule.begin()->first.time_since_epoch());
}

void stepper::pass(span time) {
  steps_.advance_time(std::max(time, span{0}));
}

} // namespace troupe::runtime
