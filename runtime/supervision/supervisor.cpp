#include "runtime/supervision/supervisor.hpp"

#include <fmt/format.h>

namespace troupe::runtime {

std::vector<std::string> supervisor::names() const {
  std::vector<std::string> found;
  for (const auto& one : children_)
    found.push_back(one->spec.name);
  return found;
}

const child_spec* supervisor::find(const std::string& name) const {
  auto* one = child_named(name);
  return one ? &one->spec : nullptr;
}

child_counts supervisor::counts() const {
  child_counts sum;
  for (const auto& one : children_) {
    sum.specified++;
    sum.active += one->at == phase::up;
    sum.starting += one->at == phase::starting || one->at == phase::waiting
                    || one->at == phase::down || one->at == phase::resetting;
    sum.halted += one->at == phase::halted;
  }
  return sum;
}

supervisor::child* supervisor::child_named(const std::string& name) const {
  auto i = by_name_.find(name);
  return i == by_name_.end() ? nullptr : i->second;
}

std::size_t supervisor::index_of(const child& one) const {
  auto i = children_.size(); // who is asked for is mostly the youngest
  while (i > 0 && children_[i - 1].get() != &one)
    --i;
  return i - 1;
}

supervisor::child& supervisor::append(child_spec spec) {
  children_.push_back(
      std::make_unique<child>(child{std::move(spec), phase::down, {}, false, nullptr}));
  auto& one = *children_.back();
  by_name_[one.spec.name] = &one;
  host_.spawn_child(one.spec);
  return one;
}

void supervisor::govern(const supervision& policy) {
  policy_ = policy;
  window_.govern(policy);
}

// -- starting -------------------------------------------------------------------------------------

void supervisor::start_all(const std::vector<child_spec>& specs) {
  mode_ = mode::starting;
  next_start_ = 0;
  gave_up_.clear();
  for (const auto& spec : specs)
    if (!child_named(spec.name))
      append(spec);
  start_next();
}

void supervisor::start_next() {
  for (; next_start_ < children_.size(); ++next_start_) {
    auto& one = *children_[next_start_];
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
  if (one.spec.start_patience > span{0} && one.spec.start_patience != unlimited)
    host_.wake_supervisor(std::string{wake_keys::start_patience} + one.spec.name,
                          one.spec.start_patience);
  host_.order_child(one.spec.name, how);
}

bool supervisor::leaves(const std::string& name) const {
  auto* one = child_named(name);
  return one && one->at == phase::stopping;
}

std::string supervisor::add(child_spec spec) {
  if (stopping())
    return "its parent is stopping";
  if (spec.significant && spec.restart == restart_policy::permanent)
    return fmt::format("'{}' is permanent: it cannot be significant", spec.name);
  if (spec.significant && policy_.auto_shutdown == shutdown_rule::never)
    return fmt::format("'{}' is significant, and its parent has no auto_shutdown", spec.name);
  if (auto* there = child_named(spec.name)) {
    if (there->at == phase::halted)
      return fmt::format("'{}' is there already, terminated: restart or remove it", spec.name);
    if (there->at != phase::stopping)
      return fmt::format("'{}' is there already", spec.name);
    there->keep = false;
    there->next = std::make_unique<child_spec>(std::move(spec));
    return {};
  }
  auto& one = append(std::move(spec));
  if (mode_ != mode::starting) // else its turn comes
    begin(one, child_order::start);
  return {};
}

std::string supervisor::restart_child(const std::string& name) {
  auto* one = child_named(name);
  if (!one)
    return fmt::format("there is no '{}'", name);
  if (one->at != phase::halted)
    return fmt::format("'{}' is not terminated", name);
  if (stopping())
    return "its parent is stopping";
  host_.spawn_child(one->spec);
  one->at = phase::down;
  if (mode_ != mode::starting)
    begin(*one, child_order::start);
  return {};
}

void supervisor::ready(const std::string& name) {
  auto* one = child_named(name);
  if (!one || one->at != phase::starting)
    return;
  one->at = phase::up;
  if (mode_ == mode::starting)
    start_next();
  else if (group_at_ == group_phase::rising)
    group_up();
}

// -- stopping -------------------------------------------------------------------------------------

std::string supervisor::remove(const std::string& name) {
  auto* one = child_named(name);
  if (!one)
    return fmt::format("there is no '{}'", name);
  one->keep = false;
  one->next.reset();
  if (one->at == phase::halted)
    gone(*one);
  else if (one->at != phase::stopping)
    order_stop(*one);
  return {};
}

std::string supervisor::terminate(const std::string& name) {
  auto* one = child_named(name);
  if (!one)
    return fmt::format("there is no '{}'", name);
  if (one->at == phase::halted || one->at == phase::stopping)
    return {};
  one->keep = one->spec.restart != restart_policy::temporary;
  order_stop(*one);
  return {};
}

std::string supervisor::forget(const std::string& name) {
  auto* one = child_named(name);
  if (!one)
    return fmt::format("there is no '{}'", name);
  if (one->at != phase::halted)
    return fmt::format("'{}' is running", name);
  gone(*one);
  return {};
}

void supervisor::order_stop(child& one) {
  one.at = phase::stopping;
  if (one.spec.stop_patience == kill_at_once) {
    host_.order_child(one.spec.name, child_order::kill);
    return;
  }
  host_.order_child(one.spec.name, child_order::stop);
  if (one.spec.stop_patience != unlimited)
    host_.wake_supervisor(std::string{wake_keys::stop_patience} + one.spec.name,
                          one.spec.stop_patience);
}

void supervisor::respecify(child_spec spec) {
  if (auto* one = child_named(spec.name))
    one->spec = std::move(spec);
}

void supervisor::stop_all() {
  if (mode_ != mode::giving_up)
    mode_ = mode::stopping;
  clear_group();
  failed_in_group_.clear();
  stop_next();
}

void supervisor::stop_next() {
  while (!children_.empty() && children_.back()->at == phase::halted) {
    by_name_.erase(children_.back()->spec.name);
    children_.pop_back();
  }
  if (!children_.empty()) {
    auto& last = *children_.back();
    last.keep = false;
    if (last.at != phase::stopping)
      order_stop(last);
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

// -- what happens to children ---------------------------------------------------------------------

void supervisor::failed(const std::string& name, const std::string& reason) {
  auto* one = child_named(name);
  if (!one || one->at == phase::stopping || one->at == phase::waiting || one->at == phase::halted)
    return;
  one->reason = reason;
  if (one->at == phase::resetting || stopping())
    return; // it is being taken down anyway
  if (mode_ == mode::starting && one->at == phase::starting) {
    give_up(fmt::format("{} could not start <- {}", name, reason));
    return;
  }
  if (one->spec.restart == restart_policy::temporary) {
    bool significant = one->spec.significant;
    remove(name);
    if (significant)
      significant_ended(name);
    return;
  }
  one->at = phase::down;
  if (!group_.empty()) {
    if (group_at_ == group_phase::rising && in_group(name)) {
      clear_group(); // the rise is broken off and begins again
      restart(*one, reason);
    } else {
      failed_in_group_.push_back(name);
    }
    return;
  }
  restart(*one, reason);
}

void supervisor::ended(const std::string& name, const std::string& reason) {
  auto* one = child_named(name);
  if (!one || one->at == phase::halted)
    return;
  if (one->at == phase::stopping || stopping()) {
    if (one->keep && !stopping()) {
      one->at = phase::halted;
      host_.child_gone(name);
      if (mode_ == mode::starting)
        start_next();
      return;
    }
    auto next = std::move(one->next);
    gone(*one);
    if (next && !stopping())
      add(std::move(*next));
    return;
  }
  bool again = one->spec.restart == restart_policy::permanent
               || (one->spec.restart == restart_policy::transient && !reason.empty());
  if (!again) {
    bool significant = one->spec.significant;
    gone(*one);
    if (significant)
      significant_ended(name);
    return;
  }
  host_.spawn_child(one->spec);
  one->at = phase::down;
  restart(*one, reason.empty() ? "ended by itself" : reason);
}

/// The child is no more: forget it, and go on with what waited for it.
void supervisor::gone(child& one) {
  auto name = one.spec.name;
  auto at = index_of(one);
  bool was_starting = mode_ == mode::starting && at <= next_start_;
  bool was_halted = one.at == phase::halted;
  if (at < next_start_)
    --next_start_;
  by_name_.erase(name);
  children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(at));
  if (!was_halted)
    host_.child_gone(name);
  if (stopping())
    stop_next();
  else if (was_starting)
    start_next();
  else if (in_group(name) && group_at_ == group_phase::rising)
    group_up();
  else if (in_group(name) && group_at_ == group_phase::falling)
    group_down();
}

void supervisor::significant_ended(const std::string& name) {
  if (stopping() || policy_.auto_shutdown == shutdown_rule::never)
    return;
  if (policy_.auto_shutdown == shutdown_rule::all_significant)
    for (const auto& one : children_)
      if (one->spec.significant && one->at != phase::stopping && one->at != phase::halted)
        return;
  host_.children_shut_down(fmt::format("significant child '{}' has ended", name));
}

void supervisor::woken(const std::string& key) {
  if (key.rfind(wake_keys::start_patience, 0) == 0) {
    auto name = key.substr(wake_keys::start_patience.size());
    if (auto* one = child_named(name); one && one->at == phase::starting) {
      auto patience = in_seconds(one->spec.start_patience);
      host_.order_child(name, child_order::reset);
      failed(name, fmt::format("not ready within {} s", patience));
    }
  } else if (key.rfind(wake_keys::pause, 0) == 0) {
    auto name = key.substr(wake_keys::pause.size());
    if (auto* one = child_named(name); one && one->at == phase::waiting && !stopping())
      begin(*one, child_order::restart);
  } else if (key == wake_keys::group_pause) {
    if (group_at_ == group_phase::waiting) {
      group_at_ = group_phase::rising;
      group_up();
    }
  } else if (key.rfind(wake_keys::stop_patience, 0) == 0) {
    auto name = key.substr(wake_keys::stop_patience.size());
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
  clear_group();
  failed_in_group_.clear();
  stop_next();
}

} // namespace troupe::runtime
