// Restarts: alone (one_for_one), or of a group that goes down in reverse and up in order.
#include <algorithm>

#include <fmt/format.h>

#include "runtime/supervision/supervisor.hpp"

namespace troupe::runtime {

// A restart that fails comes here again: the supervisor never blocks on it, and it counts.
void supervisor::restart(child& one, const std::string& reason) {
  if (!window_.admit(host_.child_time())) {
    give_up(fmt::format("more than {} restarts within {} s <- {} <- {}", policy_.restarts_max,
                        std::chrono::duration_cast<std::chrono::seconds>(policy_.period).count(),
                        one.spec.name, reason));
    return;
  }
  auto pause = window_.pause(static_cast<double>(host_.prng() >> 11) * 0x1.0p-53);
  if (policy_.strategy != restart_strategy::one_for_one) {
    begin_group(one, pause);
  } else if (pause <= span{0}) {
    begin(one, child_order::restart);
  } else {
    one.at = phase::waiting;
    host_.wake_supervisor(std::string{wake_keys::pause} + one.spec.name, pause);
  }
}

bool supervisor::in_group(const std::string& name) const {
  return std::find(group_.begin(), group_.end(), name) != group_.end();
}

// The siblings go down at once; the pause is between the fall and the rise.
void supervisor::begin_group(child& one, span pause) {
  one.at = phase::down;
  auto first = policy_.strategy == restart_strategy::one_for_all ? 0 : index_of(one);
  group_.clear();
  for (auto i = first; i < children_.size(); ++i)
    if (children_[i]->at != phase::halted)
      group_.push_back(children_[i]->spec.name);
  group_at_ = group_phase::falling;
  group_pause_ = pause;
  group_down();
}

// Takes the group down in reverse, one after the other; temporary children go for good ...
void supervisor::group_down() {
  for (auto i = group_.rbegin(); i != group_.rend(); ++i) {
    auto* one = child_named(*i);
    if (!one || one->at == phase::down)
      continue;
    if (one->at == phase::stopping || one->at == phase::resetting)
      return;
    if (one->spec.restart == restart_policy::temporary) {
      order_stop(*one);
      return;
    }
    one->at = phase::resetting;
    host_.order_child(*i, child_order::reset);
    return;
  }
  if (group_pause_ > span{0}) {
    group_at_ = group_phase::waiting;
    host_.wake_supervisor(std::string{wake_keys::group_pause}, group_pause_);
    return;
  }
  group_at_ = group_phase::rising;
  group_up();
}

// ... and up again in start order.
void supervisor::group_up() {
  for (const auto& name : group_) {
    auto* one = child_named(name);
    if (!one || one->at == phase::up)
      continue;
    if (one->at == phase::down)
      begin(*one, child_order::restart);
    return;
  }
  clear_group();
  if (failed_in_group_.empty())
    return;
  auto next = std::move(failed_in_group_.front());
  failed_in_group_.pop_front();
  if (auto* one = child_named(next); one && one->at == phase::down)
    restart(*one, one->reason);
}

void supervisor::clear_group() {
  group_.clear();
  group_at_ = group_phase::none;
}

void supervisor::reset_done(const std::string& name) {
  auto* one = child_named(name);
  if (!one || one->at != phase::resetting)
    return;
  one->at = phase::down;
  group_down();
}

} // namespace troupe::runtime
