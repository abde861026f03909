// What a cell does for its service and its supervisor: mail, timers, children.
#include <caf/all.hpp>

#include "runtime/cell/cell_actor.hpp"

namespace troupe::runtime {

void cell_actor::send(runtime::address to, any_message what) {
  out_.said.emplace_back(std::move(to), std::move(what));
}

void cell_actor::start_timer(std::string key, span after, any_message what) {
  out_.timed.push_back({std::move(key), std::move(what), std::max(after, span{0})});
}

void cell_actor::cancel_timer(std::string_view key) {
  out_.timed.push_back({std::string{key}, std::nullopt, {}});
}

void cell_actor::start_child(child_spec spec) {
  spec.dynamic = true;
  out_.to_start.push_back(std::move(spec));
}

void cell_actor::stop_child(std::string name) {
  out_.to_stop.push_back(std::move(name));
}

void cell_actor::control(std::string path, any_message command) {
  out_.commanded.emplace_back(std::move(path), std::move(command));
}

void cell_actor::finish(std::string reason) {
  out_.finishing = true;
  out_.finish_reason = std::move(reason);
}

void cell_actor::ready() {
  out_.ready = true;
}

void cell_actor::prepared(std::string refusal) {
  out_.prepared = std::move(refusal);
}

void cell_actor::log(level severity, std::string message) {
  sys_.secrets().hide_in(message);
  sys_.log().write({sys_.now(), severity, std::string{me_.path()}, std::move(message)});
}

void cell_actor::flush() {
  carry_out(std::exchange(out_, {}));
}

// Everything a handler said, in the order in which it said it, per kind of effect: children first,
// so that what it tells a new child finds it.
void cell_actor::carry_out(outbox what) {
  if (what.ready)
    caf::event_based_actor::send<caf::message_priority::high>(this, child_note{});
  for (auto& spec : what.to_start)
    if (auto refusal = nursery_.add(std::move(spec)); !refusal.empty())
      log(level::warning, "a child is not started: " + refusal);
  if (what.prepared)
    answer_prepared(std::move(*what.prepared));
  origin cause{what.turn, 0, what.whole};
  for (auto& [to, message] : what.said) {
    cause.place++;
    if (!to)
      continue;
    auto name = message.name();
    auto& port = *to.at();
    outgoing_.count(to);
    if (auto bound = port.depth_max.load(); bound > 0 && port.depth.load() >= bound) {
      auto refused = ++port.refused;
      if ((refused & (refused - 1)) == 0) // or a flood would be followed by one of complaints
        log(level::warning,
            fmt::format("{} is full: {} was refused, {} in all", to.path(), name, refused));
      if (kind_->find(&tag_of<mail_refused>))
        me_.at()->deliver({any_message{mail_refused{to, std::move(message)}}, to});
      continue;
    }
    auto* work = message.as<transaction>();
    auto kept = work ? message : any_message{};
    if (!port.deliver({std::move(message), me_, cause}))
      log(level::debug, fmt::format("nobody is at {}: {} is lost", to.path(), name));
    else if (work && to.path() == store_path)
      note_transaction(*work);
  }
  for (auto& [path, command] : what.commanded) {
    auto to = sys_.address_of(path);
    if (!deliver_control(to, std::move(command), me_))
      me_.at()->deliver({any_message{nobody_there({}, path)}, to});
  }
  for (auto& [key, message, after] : what.timed) {
    cause.place++;
    if (message)
      timers_.insert_or_assign(key, timer{what.began + after, std::move(*message), cause});
    else
      timers_.erase(key);
  }
  for (auto& name : what.to_stop)
    nursery_.remove(name);
  arm();
  if (!what.finishing)
    return;
  if (nursery_.empty()) {
    end(what.finish_reason);
    return;
  }
  end_reason_ = std::move(what.finish_reason);
  set_phase(cell_phase::stopping);
  afterwards_ = afterwards::end;
  nursery_.stop_all();
}

void cell_actor::drain() {
  constexpr std::size_t parked_at_once = 100; // in one turn
  for (std::size_t n = 0; n < parked_at_once && !parked_.empty(); ++n) {
    if (waits())
      return;
    auto mail = std::move(parked_.front());
    parked_.pop_front();
    deliver(mail);
  }
  if (!parked_.empty() && !waits())
    caf::event_based_actor::send(this, drain_more{});
}

void cell_actor::wake_supervisor(std::string key, span after) {
  timers_.insert_or_assign(std::string{supervisor_keys} + key,
                           timer{clock().now() + after, {}, {}});
  arm();
}

void cell_actor::arm() {
  auto next = clock_point::max();
  for (const auto& [key, one] : timers_)
    next = std::min(next, one.due);
  if (next >= armed_)
    return;
  armed_ = next;
  auto now = clock().now();
  delayed_send(this, next > now ? next - now : clock_point::duration{0}, timer_wake{});
}

void cell_actor::timers_due() {
  armed_ = clock_point::max();
  auto now = clock().now();
  std::vector<std::pair<clock_point, std::string>> due;
  for (const auto& [key, one] : timers_)
    if (one.due <= now)
      due.emplace_back(one.due, key);
  std::sort(due.begin(), due.end());
  for (const auto& [at, key] : due) {
    auto found = timers_.find(key);
    if (found == timers_.end())
      continue;
    auto what = std::move(found->second.what);
    auto cause = found->second.cause;
    timers_.erase(found);
    if (!what && key.substr(supervisor_keys.size()) == participant_key) {
      log(level::error, "a transaction over the tree was left open: cancelled");
      leave_transaction();
    } else if (!what) {
      nursery_.woken(key.substr(supervisor_keys.size()));
    } else {
      me_.at()->depth++;
      take({std::move(what), me_, cause});
    }
  }
  if (phase_ != cell_phase::ended)
    arm();
}

void cell_actor::spawn_child(const child_spec& spec) {
  auto cell =
      spawn_cell(sys_, child_path(me_.path(), spec.name), spec, caf::actor_cast<caf::actor>(this));
  handles_.insert_or_assign(spec.name, std::move(cell));
}

void cell_actor::order_child(const std::string& name, child_order what) {
  if (auto i = handles_.find(name); i != handles_.end())
    order_cell(i->second, what);
}

void cell_actor::child_gone(const std::string& name) {
  handles_.erase(name);
  timers_.erase(std::string{supervisor_keys} + "stop:" + name);
  timers_.erase(std::string{supervisor_keys} + "start:" + name);
  sys_.paths().forget(child_path(me_.path(), name));
}

// -- children -----------------------------------------------------------------------------

void cell_actor::children_stopped() {
  children_up_ = false;
  switch (std::exchange(afterwards_, afterwards::nothing)) {
  case afterwards::report_reset:
    report(child_note::kind::reset);
    break;
  case afterwards::stop_service:
    stop_service();
    break;
  case afterwards::end:
    end(end_reason_);
    break;
  default:
    break;
  }
}

void cell_actor::children_shut_down(std::string reason) {
  log(level::info, "ends: " + reason);
  set_phase(cell_phase::stopping);
  afterwards_ = afterwards::stop_service;
  nursery_.stop_all();
}

void cell_actor::kill_children() {
  for (const auto& [name, handle] : handles_)
    order_cell(handle, child_order::kill);
  handles_.clear();
}

void cell_actor::hear(const child_note& note) {
  switch (note.what) {
  case child_note::kind::ready:
    if (note.name.empty()) // said by the own service
      service_ready();
    else
      nursery_.ready(note.name);
    timers_.erase(std::string{supervisor_keys} + "start:" + note.name);
    break;
  case child_note::kind::failed:
    nursery_.failed(note.name, note.reason);
    break;
  case child_note::kind::reset:
    nursery_.reset_done(note.name);
    break;
  case child_note::kind::respecified:
    nursery_.respecify(*note.spec);
    if (!note.spec->dynamic)
      keep_child_spec(*note.spec);
    break;
  case child_note::kind::ended:
    handles_.erase(note.name);
    if (note.spec) { // its own children may have changed
      nursery_.respecify(*note.spec);
      replace_child_spec(*note.spec);
    }
    if (note.message) {
      departed_.push_back({note.name, *note.message});
      if (departed_.size() > departed_kept)
        departed_.pop_front();
    }
    nursery_.ended(note.name, note.reason);
    break;
  }
}

} // namespace troupe::runtime
