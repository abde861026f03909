#include "runtime/cell/cell_children.hpp"

#include "runtime/cell/cell.hpp"

namespace troupe::runtime {

bool cell_children::start() {
  if (up_ || nursery_.stopping())
    return false;
  up_ = true;
  nursery_.start_all(in_.slot.spec.children);
  return true;
}

void cell_children::kill_all() {
  for (const auto& [name, handle] : handles_)
    order_cell(handle, child_order::kill);
  handles_.clear();
}

void cell_children::hear(const child_note& note) {
  switch (note.what) {
  case child_note::kind::ready:
    nursery_.ready(note.name);
    cancel_wake(wake_keys::start_patience, note.name);
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
      keep_spec(*note.spec);
    break;
  case child_note::kind::ended:
    child_ended(note);
    break;
  }
}

void cell_children::child_ended(const child_note& note) {
  handles_.erase(note.name);
  if (note.spec) { // its own children may have changed
    nursery_.respecify(*note.spec);
    replace_spec(*note.spec);
  }
  if (note.message) {
    departed_.push_back({note.name, *note.message});
    if (departed_.size() > departed_kept)
      departed_.pop_front();
  }
  nursery_.ended(note.name, note.reason);
}

// What is started again if this cell, or the one above it, begins again: the children as they are
// configured now. Called for each child of a reconfiguration, in order: the place of the last one
// is where to look first.
void cell_children::keep_spec(const child_spec& spec) {
  if (!replace_spec(spec))
    in_.slot.spec.children.push_back(spec);
}

bool cell_children::replace_spec(const child_spec& spec) {
  auto& all = in_.slot.spec.children;
  for (std::size_t n = 0; n < all.size(); ++n) {
    auto& one = all[(last_kept_ + n) % all.size()];
    if (one.name != spec.name)
      continue;
    last_kept_ = (last_kept_ + n + 1) % all.size();
    one = spec;
    return true;
  }
  return false;
}

void cell_children::forget_spec(std::string_view name) {
  std::erase_if(in_.slot.spec.children, [&](const child_spec& one) { return one.name == name; });
  last_kept_ = 0;
}

address cell_children::address_of(std::string_view name) const {
  return in_.self.sys.address_of(child_path(in_.self.me.path(), name));
}

// -- commands -------------------------------------------------------------------------------------

bool cell_children::execute(const control_mail& mail, cell_answer& answer) {
  if (auto* what = mail.what.as<add_child>()) {
    answer.token = what->token;
    return add(*what, mail.from, answer);
  }
  if (auto* what = mail.what.as<remove_child>()) {
    answer.token = what->token;
    remove(*what, answer);
  } else if (auto* halt = mail.what.as<terminate_child>()) {
    answer.token = halt->token;
    answer.message = nursery_.terminate(halt->name);
  } else if (auto* resume = mail.what.as<restart_child>()) {
    answer.token = resume->token;
    answer.message = nursery_.restart_child(resume->name);
  } else {
    answer.message = fmt::format("{} is not a command to a cell", mail.what.name());
  }
  return true;
}

bool cell_children::add(const add_child& what, const address& from, cell_answer& answer) {
  bool answers = true;
  auto* present = nursery_.find(what.spec.name);
  bool stays = present && !nursery_.leaves(what.spec.name);
  if (stays && present->kind != what.spec.kind) {
    answer.message = fmt::format("'{}' is there already, of another kind", what.spec.name);
  } else if (!stays) {
    answer.message = nursery_.add(what.spec);
    if (answer.message.empty() && !what.spec.dynamic)
      keep_spec(what.spec);
  } else {
    nursery_.respecify(what.spec);
    if (!what.spec.dynamic)
      keep_spec(what.spec);
    answers = !deliver_control(address_of(what.spec.name),
                               any_message{swap_service{what.spec, what.token}}, from);
  }
  if (what.watch && answer.message.empty())
    deliver_control(address_of(what.spec.name), any_message{*what.watch}, from);
  return answers;
}

void cell_children::remove(const remove_child& what, cell_answer& answer) {
  auto* present = nursery_.find(what.name);
  if (present && what.if_config && *what.if_config != present->config)
    answer.message = fmt::format("'{}' has another configuration by now", what.name);
  else
    answer.message = nursery_.remove(what.name);
  if (answer.message.empty())
    forget_spec(what.name);
}

// -- what the supervisor orders -------------------------------------------------------------------

void cell_children::spawn_child(const child_spec& spec) {
  auto path = child_path(in_.self.me.path(), spec.name);
  handles_.insert_or_assign(spec.name,
                            spawn_cell(in_.self.sys, std::move(path), spec, in_.mailbox.handle()));
}

void cell_children::order_child(const std::string& name, child_order what) {
  if (auto i = handles_.find(name); i != handles_.end())
    order_cell(i->second, what);
}

void cell_children::wake_supervisor(std::string key, span after) {
  in_.timers.set(timer_owner::supervisor, key, in_.self.sys.timer_now() + after);
  in_.mailbox.arm();
}

void cell_children::cancel_wake(std::string_view key, const std::string& name) {
  in_.timers.cancel(timer_owner::supervisor, std::string{key} + name);
}

void cell_children::note(level severity, std::string message) {
  in_.context.log(severity, std::move(message));
}

void cell_children::children_stopped() {
  up_ = false;
  in_.listener.children_stopped();
}

void cell_children::children_gave_up(std::string reason) {
  up_ = false;
  in_.listener.children_gave_up(reason);
}

void cell_children::child_gone(const std::string& name) {
  handles_.erase(name);
  cancel_wake(wake_keys::stop_patience, name);
  cancel_wake(wake_keys::start_patience, name);
  in_.self.sys.paths().forget(child_path(in_.self.me.path(), name));
}

} // namespace troupe::runtime
