#include "runtime/supervision/restart_group.hpp"

#include <algorithm>
#include <utility>

namespace troupe::runtime {

bool restart_group::begin(std::size_t first, span pause) {
  names_.clear();
  for (auto i = first; i < children_.size(); ++i)
    if (children_[i].at != child_phase::halted)
      names_.push_back(children_[i].spec.name);
  at_ = phase::falling;
  pause_ = pause;
  return fall();
}

bool restart_group::proceed() {
  return at_ == phase::falling ? fall() : at_ == phase::rising && rise();
}

bool restart_group::pause_over() {
  if (at_ != phase::waiting)
    return false;
  at_ = phase::rising;
  return rise();
}

// Temporary children go for good. The children go down at once; the pause is before the rise.
bool restart_group::fall() {
  for (auto i = names_.rbegin(); i != names_.rend(); ++i) {
    auto* one = children_.find(*i);
    if (!one || one->at == child_phase::down)
      continue;
    if (one->at == child_phase::stopping || one->at == child_phase::resetting)
      return false;
    if (one->spec.restart == restart_policy::temporary)
      orders_.stop(*one);
    else
      orders_.reset(*one);
    return false;
  }
  if (pause_ > span{0}) {
    at_ = phase::waiting;
    host_.wake_supervisor(std::string{wake_keys::group_pause}, pause_);
    return false;
  }
  at_ = phase::rising;
  return rise();
}

bool restart_group::rise() {
  for (const auto& name : names_) {
    auto* one = children_.find(name);
    if (!one || one->at == child_phase::up)
      continue;
    if (one->at == child_phase::down)
      orders_.begin(*one, child_order::restart);
    return false;
  }
  clear();
  return true;
}

void restart_group::clear() {
  names_.clear();
  at_ = phase::none;
}

void restart_group::abandon() {
  clear();
  deferred_.clear();
}

bool restart_group::contains(const std::string& name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

std::optional<std::string> restart_group::take_deferred() {
  if (deferred_.empty())
    return std::nullopt;
  auto first = std::move(deferred_.front());
  deferred_.pop_front();
  return first;
}

} // namespace troupe::runtime
