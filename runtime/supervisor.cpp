#include "runtime/supervisor.hpp"

#include <fmt/format.h>

namespace troupe::runtime {

namespace {

const std::string deadline_key = "start:", pause_key = "pause:", patience_key = "stop:";

} // namespace

std::vector<std::string> supervisor::names() const {
  std::vector<std::string> found;
  for (const auto& one : children_)
    found.push_back(one.spec.name);
  return found;
}

const child_spec* supervisor::find(const std::string& name) const {
  auto i = index_of(name);
  return i == children_.size() ? nullptr : &children_[i].spec;
}

std::size_t supervisor::index_of(const std::string& name) const {
  for (std::size_t i = 0; i < children_.size(); ++i)
    if (children_[i].spec.name == name)
      return i;
  return children_.size();
}

supervisor::child* supervisor::child_named(const std::string& name) {
  auto i = index_of(name);
  return i == children_.size() ? nullptr : &children_[i];
}

void supervisor::start_all(const std::vector<child_spec>& specs) {
  mode_ = mode::starting;
  gave_up_.clear();
  for (const auto& spec : specs)
    if (!child_named(spec.name)) {
      children_.push_back({spec, phase::down, {}, {}});
      host_.spawn_child(spec);
    }
  start_next();
}

void supervisor::start_next() {
  for (auto& one : children_) {
    if (one.at == phase::starting)
      return;
    if (one.at == phase::down) {
      begin(one, child_order::start);
      return;
    }
  }
  mode_ = mode::running;
  host_.children_started();
}

void supervisor::begin(child& one, child_order how) {
  one.at = phase::starting;
  if (one.spec.start_patience > span{0})
    host_.wake_supervisor(deadline_key + one.spec.name, one.spec.start_patience);
  host_.order_child(one.spec.name, how);
}

bool supervisor::leaves(const std::string& name) const {
  auto i = index_of(name);
  return i < children_.size() && children_[i].at == phase::stopping;
}

void supervisor::add(child_spec spec) {
  if (!stopping() && leaves(spec.name)) {
    auto& former = children_[index_of(spec.name)];
    former.next = std::move(spec);
    return;
  }
  if (stopping() || child_named(spec.name)) {
    host_.note(level::warning, fmt::format("child '{}' is not started: {}", spec.name,
                                           stopping() ? "stopping" : "the name is taken"));
    return;
  }
  host_.spawn_child(spec);
  children_.push_back({std::move(spec), phase::down, {}, {}});
  if (mode_ == mode::starting)
    return; // its turn comes
  begin(children_.back(), child_order::start);
}

void supervisor::remove(const std::string& name) {
  auto* one = child_named(name);
  if (!one)
    return;
  one->next.reset();
  if (one->at == phase::stopping)
    return;
  one->at = phase::stopping;
  host_.order_child(name, child_order::stop);
  if (one->spec.stop_patience > span{0})
    host_.wake_supervisor(patience_key + name, one->spec.stop_patience);
}

void supervisor::respecify(child_spec spec) {
  if (auto* one = child_named(spec.name))
    one->spec = std::move(spec);
}

void supervisor::stop_all() {
  if (mode_ != mode::giving_up)
    mode_ = mode::stopping;
  group_.clear();
  stop_next();
}

void supervisor::stop_next() {
  if (!children_.empty()) {
    remove(children_.back().spec.name);
    return;
  }
  auto reason = std::move(gave_up_);
  gave_up_.clear();
  bool gave_up = mode_ == mode::giving_up;
  mode_ = mode::idle;
  if (gave_up)
    host_.children_gave_up(reason);
  else
    host_.children_stopped();
}

void supervisor::ready(const std::string& name) {
  auto* one = child_named(name);
  if (!one || one->at != phase::starting)
    return;
  one->at = phase::up;
  if (mode_ == mode::starting)
    start_next();
  else if (group_rising_)
    group_up();
}

void supervisor::failed(const std::string& name, const std::string& reason) {
  auto* one = child_named(name);
  if (!one || one->at == phase::stopping || one->at == phase::waiting)
    return;
  one->reason = reason;
  if (one->at == phase::resetting)
    return; // it is being taken down anyway
  if (mode_ == mode::starting && one->at == phase::starting) {
    give_up(fmt::format("{} could not start <- {}", name, reason));
    return;
  }
  if (stopping())
    return;
  if (one->spec.restart == restart_policy::temporary) {
    remove(name);
    return;
  }
  one->at = phase::down;
  if (!group_.empty()) {
    failed_in_group_.push_back(name);
    if (group_rising_ && std::find(group_.begin(), group_.end(), name) != group_.end()) {
      group_.clear(); // the rise is broken off; the failure below begins it anew
      group_rising_ = false;
      auto next = std::move(failed_in_group_.front());
      failed_in_group_.pop_front();
      restart(*child_named(next), reason);
    }
    return;
  }
  restart(*one, reason);
}

void supervisor::restart(child& one, const std::string& reason) {
  if (!window_.admit(host_.child_time())) {
    give_up(fmt::format("more than {} restarts within {} s <- {} <- {}", policy_.restarts_max,
                        std::chrono::duration_cast<std::chrono::seconds>(policy_.period).count(),
                        one.spec.name, reason));
    return;
  }
  auto pause = window_.pause(static_cast<double>(host_.chance() >> 11) * 0x1.0p-53);
  if (pause <= span{0}) {
    begin_restart(one.spec.name);
    return;
  }
  one.at = phase::waiting;
  host_.wake_supervisor(pause_key + one.spec.name, pause);
}

void supervisor::begin_restart(const std::string& name) {
  auto at = index_of(name);
  if (at == children_.size())
    return;
  if (policy_.strategy == restart_strategy::one_for_one) {
    begin(children_[at], child_order::restart);
    return;
  }
  children_[at].at = phase::down;
  auto first = policy_.strategy == restart_strategy::one_for_all ? 0 : at;
  group_.clear();
  for (auto i = first; i < children_.size(); ++i)
    group_.push_back(children_[i].spec.name);
  group_rising_ = false;
  group_down();
}

// Takes the group down in reverse, one after the other ...
void supervisor::group_down() {
  for (auto i = group_.rbegin(); i != group_.rend(); ++i) {
    auto* one = child_named(*i);
    if (!one || one->at == phase::down)
      continue;
    one->at = phase::resetting;
    host_.order_child(*i, child_order::reset);
    return;
  }
  group_rising_ = true;
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
  group_.clear();
  group_rising_ = false;
  if (failed_in_group_.empty())
    return;
  auto next = std::move(failed_in_group_.front());
  failed_in_group_.pop_front();
  if (auto* one = child_named(next); one && one->at == phase::down)
    restart(*one, one->reason);
}

void supervisor::reset_done(const std::string& name) {
  auto* one = child_named(name);
  if (!one || one->at != phase::resetting)
    return;
  one->at = phase::down;
  group_down();
}

void supervisor::ended(const std::string& name, const std::string& reason) {
  auto* one = child_named(name);
  if (!one)
    return;
  if (one->at == phase::stopping || stopping()) {
    auto next = std::move(one->next);
    erase(name);
    if (stopping())
      stop_next();
    else if (next)
      add(std::move(*next));
    return;
  }
  bool again = one->spec.restart == restart_policy::permanent
               || (one->spec.restart == restart_policy::transient && !reason.empty());
  if (!again) {
    erase(name);
    return;
  }
  host_.spawn_child(one->spec);
  one->at = phase::down;
  restart(*one, reason.empty() ? "ended by itself" : reason);
}

void supervisor::erase(const std::string& name) {
  auto at = index_of(name);
  bool was_starting = mode_ == mode::starting && children_[at].at == phase::starting;
  children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(at));
  host_.child_gone(name);
  if (was_starting)
    start_next();
}

void supervisor::woken(const std::string& key) {
  if (key.rfind(deadline_key, 0) == 0) {
    auto name = key.substr(deadline_key.size());
    if (auto* one = child_named(name); one && one->at == phase::starting) {
      auto patience = std::chrono::duration<double>(one->spec.start_patience).count();
      host_.order_child(name, child_order::reset);
      failed(name, fmt::format("not ready within {} s", patience));
    }
  } else if (key.rfind(pause_key, 0) == 0) {
    auto name = key.substr(pause_key.size());
    if (auto* one = child_named(name); one && one->at == phase::waiting && !stopping())
      begin_restart(name);
  } else if (key.rfind(patience_key, 0) == 0) {
    auto name = key.substr(patience_key.size());
    if (auto* one = child_named(name); one && one->at == phase::stopping) {
      host_.note(level::warning,
                 fmt::format("'{}' did not stop within its patience: killed", name));
      host_.order_child(name, child_order::kill);
    }
  }
}

void supervisor::give_up(std::string reason) {
  host_.note(level::error, "gives up: " + reason);
  mode_ = mode::giving_up;
  gave_up_ = std::move(reason);
  group_.clear();
  stop_next();
}

} // namespace troupe::runtime
