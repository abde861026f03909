#include "runtime/supervision/child_orders.hpp"

namespace troupe::runtime {

void child_orders::begin(supervised_child& one, child_order how) {
  one.at = child_phase::starting;
  auto patience = one.spec.start_patience;
  if (patience > span{0} && patience != unlimited)
    host_.wake_supervisor(std::string{wake_keys::start_patience} + one.spec.name, patience);
  host_.order_child(one.spec.name, how);
}

void child_orders::begin_later(supervised_child& one, span pause) {
  one.at = child_phase::waiting;
  host_.wake_supervisor(std::string{wake_keys::pause} + one.spec.name, pause);
}

void child_orders::reset(supervised_child& one) {
  one.at = child_phase::resetting;
  host_.order_child(one.spec.name, child_order::reset);
}

void child_orders::stop(supervised_child& one) {
  one.at = child_phase::stopping;
  auto patience = one.spec.stop_patience;
  if (patience == kill_at_once) {
    host_.order_child(one.spec.name, child_order::kill);
    return;
  }
  host_.order_child(one.spec.name, child_order::stop);
  if (patience != unlimited)
    host_.wake_supervisor(std::string{wake_keys::stop_patience} + one.spec.name, patience);
}

} // namespace troupe::runtime
