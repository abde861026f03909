#include "runtime/supervision/supervisor.hpp"

#include <fmt/format.h>

namespace troupe::runtime {

const child_spec* supervisor::find(const std::string& name) const {
  const auto* one = children_.find(name);
  return one ? &one->spec : nullptr;
}

bool supervisor::leaves(const std::string& name) const {
  const auto* one = children_.find(name);
  return one && one->at == child_phase::stopping;
}

void supervisor::govern(const supervision& policy) {
  window_.govern(policy);
}

// -- starting -------------------------------------------------------------------------------------

void supervisor::start_all(const std::vector<child_spec>& specs) {
  mode_ = mode::starting;
  next_start_ = 0;
  gave_up_.clear();
  for (const auto& spec : specs)
    if (!children_.find(spec.name))
      append(spec);
  start_next();
}

supervised_child& supervisor::append(child_spec spec) {
  auto& one = children_.append(std::move(spec));
  host_.spawn_child(one.spec);
  return one;
}

void supervisor::start_next() {
  for (; next_start_ < children_.size(); ++next_start_) {
    auto& one = children_[next_start_];
    if (one.at == child_phase::starting)
      return;
    if (one.at == child_phase::down) {
      orders_.begin(one, child_order::start);
      return;
    }
  }
  mode_ = mode::running;
  host_.children_started();
}

std::string supervisor::add(child_spec spec) {
  if (stopping())
    return "its parent is stopping";
  if (spec.significant && spec.restart == restart_policy::permanent)
    return fmt::format("'{}' is permanent: it cannot be significant", spec.name);
  if (spec.significant && window_.policy().auto_shutdown == shutdown_rule::never)
    return fmt::format("'{}' is significant, and its parent has no auto_shutdown", spec.name);
  if (auto* there = children_.find(spec.name)) {
    if (there->at == child_phase::halted)
      return fmt::format("'{}' is there already, terminated: restart or remove it", spec.name);
    if (there->at != child_phase::stopping)
      return fmt::format("'{}' is there already", spec.name);
    there->keep = false;
    there->next = std::make_unique<child_spec>(std::move(spec));
    return {};
  }
  auto& one = append(std::move(spec));
  if (mode_ != mode::starting) // else its turn comes
    orders_.begin(one, child_order::start);
  return {};
}

std::string supervisor::restart_child(const std::string& name) {
  auto* one = children_.find(name);
  if (!one)
    return fmt::format("there is no '{}'", name);
  if (one->at != child_phase::halted)
    return fmt::format("'{}' is not terminated", name);
  if (stopping())
    return "its parent is stopping";
  host_.spawn_child(one->spec);
  one->at = child_phase::down;
  if (mode_ != mode::starting)
    orders_.begin(*one, child_order::start);
  return {};
}

void supervisor::ready(const std::string& name) {
  auto* one = children_.find(name);
  if (!one || one->at != child_phase::starting)
    return;
  one->at = child_phase::up;
  if (mode_ == mode::starting)
    start_next();
  else if (group_.rising())
    after_group(group_.proceed());
}

// -- stopping -------------------------------------------------------------------------------------

std::string supervisor::remove(const std::string& name) {
  auto* one = children_.find(name);
  if (!one)
    return fmt::format("there is no '{}'", name);
  one->keep = false;
  one->next.reset();
  if (one->at == child_phase::halted)
    gone(*one);
  else if (one->at != child_phase::stopping)
    orders_.stop(*one);
  return {};
}

std::string supervisor::terminate(const std::string& name) {
  auto* one = children_.find(name);
  if (!one)
    return fmt::format("there is no '{}'", name);
  if (one->at == child_phase::halted || one->at == child_phase::stopping)
    return {};
  one->keep = one->spec.restart != restart_policy::temporary;
  orders_.stop(*one);
  return {};
}

std::string supervisor::forget(const std::string& name) {
  auto* one = children_.find(name);
  if (!one)
    return fmt::format("there is no '{}'", name);
  if (one->at != child_phase::halted)
    return fmt::format("'{}' is running", name);
  gone(*one);
  return {};
}

void supervisor::respecify(child_spec spec) {
  if (auto* one = children_.find(spec.name))
    one->spec = std::move(spec);
}

void supervisor::stop_all() {
  if (mode_ != mode::giving_up)
    mode_ = mode::stopping;
  group_.abandon();
  stop_next();
}

void supervisor::stop_next() {
  while (!children_.empty() && children_.back().at == child_phase::halted)
    children_.erase(children_.size() - 1);
  if (!children_.empty()) {
    auto& last = children_.back();
    last.keep = false;
    if (last.at != child_phase::stopping)
      orders_.stop(last);
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
  auto* one = children_.find(name);
  if (!one || one->at == child_phase::stopping || one->at == child_phase::waiting
      || one->at == child_phase::halted)
    return;
  one->reason = reason;
  if (one->at == child_phase::resetting || stopping())
    return; // it is being taken down anyway
  if (mode_ == mode::starting && one->at == child_phase::starting) {
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
  one->at = child_phase::down;
  if (group_.active() && !(group_.rising() && group_.contains(name))) {
    group_.defer(name);
    return;
  }
  group_.clear(); // its rise is broken off and begins again
  restart(*one, reason);
}

void supervisor::ended(const std::string& name, const std::string& reason) {
  auto* one = children_.find(name);
  if (!one || one->at == child_phase::halted)
    return;
  if (one->at == child_phase::stopping || stopping()) {
    if (one->keep && !stopping()) {
      one->at = child_phase::halted;
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
  one->at = child_phase::down;
  restart(*one, reason.empty() ? "ended by itself" : reason);
}

/// The child is no more: forget it, and go on with what waited for it.
void supervisor::gone(supervised_child& one) {
  auto name = one.spec.name;
  auto at = children_.index_of(one);
  bool was_starting = mode_ == mode::starting && at <= next_start_;
  bool was_halted = one.at == child_phase::halted;
  if (at < next_start_)
    --next_start_;
  children_.erase(at);
  if (!was_halted)
    host_.child_gone(name);
  if (stopping())
    stop_next();
  else if (was_starting)
    start_next();
  else if (group_.contains(name))
    after_group(group_.proceed());
}

void supervisor::significant_ended(const std::string& name) {
  auto rule = window_.policy().auto_shutdown;
  if (stopping() || rule == shutdown_rule::never)
    return;
  if (rule == shutdown_rule::all_significant && children_.any_significant())
    return;
  host_.children_shut_down(fmt::format("significant child '{}' has ended", name));
}

void supervisor::reset_done(const std::string& name) {
  auto* one = children_.find(name);
  if (!one || one->at != child_phase::resetting)
    return;
  one->at = child_phase::down;
  if (group_.falling())
    after_group(group_.proceed());
}

void supervisor::woken(const std::string& key) {
  if (key.rfind(wake_keys::start_patience, 0) == 0) {
    auto name = key.substr(wake_keys::start_patience.size());
    if (auto* one = children_.find(name); one && one->at == child_phase::starting) {
      auto patience = in_seconds(one->spec.start_patience);
      host_.order_child(name, child_order::reset);
      failed(name, fmt::format("not ready within {} s", patience));
    }
  } else if (key.rfind(wake_keys::pause, 0) == 0) {
    auto name = key.substr(wake_keys::pause.size());
    if (auto* one = children_.find(name); one && one->at == child_phase::waiting && !stopping())
      orders_.begin(*one, child_order::restart);
  } else if (key == wake_keys::group_pause) {
    after_group(group_.pause_over());
  } else if (key.rfind(wake_keys::stop_patience, 0) == 0) {
    auto name = key.substr(wake_keys::stop_patience.size());
    if (auto* one = children_.find(name); one && one->at == child_phase::stopping) {
      host_.note(level::warning,
                 fmt::format("'{}' did not stop within its patience: killed", name));
      host_.order_child(name, child_order::kill);
    }
  }
}

// -- restarts -------------------------------------------------------------------------------------

// A restart that fails comes here again: the supervisor never blocks on it, and it counts.
void supervisor::restart(supervised_child& one, const std::string& reason) {
  const auto& policy = window_.policy();
  if (!window_.admit(host_.child_time())) {
    give_up(fmt::format("more than {} restarts within {} s <- {} <- {}", policy.restarts_max,
                        std::chrono::duration_cast<std::chrono::seconds>(policy.period).count(),
                        one.spec.name, reason));
    return;
  }
  auto pause = window_.pause(static_cast<double>(host_.prng() >> 11) * 0x1.0p-53);
  if (policy.strategy != restart_strategy::one_for_one) {
    one.at = child_phase::down;
    bool all = policy.strategy == restart_strategy::one_for_all;
    after_group(group_.begin(all ? 0 : children_.index_of(one), pause));
  } else if (pause <= span{0}) {
    orders_.begin(one, child_order::restart);
  } else {
    orders_.begin_later(one, pause);
  }
}

/// Once the group is up, the next failure has its turn.
void supervisor::after_group(bool group_is_up) {
  if (!group_is_up)
    return;
  auto next = group_.take_deferred();
  if (!next)
    return;
  if (auto* one = children_.find(*next); one && one->at == child_phase::down)
    restart(*one, one->reason);
}

void supervisor::give_up(std::string reason) {
  host_.note(level::error, "gives up: " + reason);
  mode_ = mode::giving_up;
  gave_up_ = std::move(reason);
  group_.abandon();
  stop_next();
}

} // namespace troupe::runtime
