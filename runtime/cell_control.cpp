// Commands to a cell, and what a cell shows of itself.
#include <caf/all.hpp>

#include "runtime/cell_actor.hpp"

namespace troupe::runtime {

void cell_actor::execute(const control_mail& mail) {
  if (phase_ == cell_phase::ended)
    return;
  scope here{sys_.paths(), sys_.kinds().known_messages()};
  handling_ = mail.what.name();
  cell_answer answer;
  answer.path = me_.path();
  auto finally = [&] {
    answer.ok = answer.words.empty();
    sys_.tell(mail.from, any_message{std::move(answer)}, me_);
  };
  if (auto* command = mail.what.as<swap_service>()) {
    answer.token = command->token;
    answer.words = swap(command->spec);
  } else if (auto* shown = mail.what.as<show_cell>()) {
    answer.token = shown->token;
    answer.content = show(shown->what);
  } else if (auto* crash = mail.what.as<crash_service>()) {
    answer.token = crash->token;
    if (service_) {
      settle_service();
      if (service_)
        fail(crash->reason);
    } else
      answer.words = "no service is running there";
  } else if (auto* again = mail.what.as<restart_service>()) {
    answer.token = again->token;
    settle_service();
    drop_service();
    me_.at()->restarts++;
    begin_service(true);
  } else if (auto* add = mail.what.as<add_child>()) {
    answer.token = add->token;
    auto* present = nursery_.find(add->spec.name);
    if (present && present->kind != add->spec.kind && !nursery_.leaves(add->spec.name)) {
      answer.words = fmt::format("'{}' is there already, of another kind", add->spec.name);
    } else if (!present || nursery_.leaves(add->spec.name)) {
      answer.words = nursery_.add(add->spec);
    } else {
      nursery_.respecify(add->spec);
      if (deliver_control(sys_.at(child_path(me_.path(), add->spec.name)),
                          any_message{swap_service{add->spec, add->token}}, mail.from))
        return; // it answers
    }
  } else if (auto* remove = mail.what.as<remove_child>()) {
    answer.token = remove->token;
    auto* present = nursery_.find(remove->name);
    if (present && remove->if_config && *remove->if_config != present->config)
      answer.words = fmt::format("'{}' is configured anew", remove->name);
    else
      answer.words = nursery_.remove(remove->name);
  } else if (auto* halt = mail.what.as<terminate_child>()) {
    answer.token = halt->token;
    answer.words = nursery_.terminate(halt->name);
  } else if (auto* resume = mail.what.as<restart_child>()) {
    answer.token = resume->token;
    answer.words = nursery_.restart_child(resume->name);
  } else {
    answer.words = fmt::format("{} is not a command to a cell", mail.what.name());
  }
  finally();
}

// The successor is complete before the predecessor is let go: nothing is lost if it refuses.
std::string cell_actor::swap(const child_spec& spec) {
  auto* kind = sys_.kinds().find(spec.kind);
  if (!kind)
    return "no such kind of service: " + spec.kind;
  if (!service_) { // it is being rebuilt: the next incarnation gets the new configuration
    kind_ = kind;
    respecify(spec);
    return {};
  }
  settle_service();
  if (!service_)
    return "the present service failed when it was to hand over";
  auto predecessor = std::move(service_);
  auto* former_kind = std::exchange(kind_, kind);
  std::string refusal;
  now_ = sys_.now();
  try {
    auto successor = kind->make(spec.config).value();
    successor->load_state(predecessor->state_bytes()).value();
    successor->attach(*this);
    service_ = std::move(successor);
    service_->taken_over();
  } catch (const std::exception& problem) {
    refusal = problem.what();
    said_.clear();
    commanded_.clear();
    timed_.clear();
    to_start_.clear();
    to_stop_.clear();
    service_ = std::move(predecessor);
    kind_ = former_kind;
    respecify(child_spec{spec_});
    return refusal;
  }
  respecify(spec);
  me_.at()->swaps++;
  me_.at()->since_us = now_.time_since_epoch().count();
  flush(); // what the successor said, after the parent knows of it
  return {};
}

/// The parent learns of it before anything that the service asks of it from here on.
void cell_actor::respecify(child_spec spec) {
  spec.children = std::move(spec_.children); // theirs are plans of their own
  spec_ = std::move(spec);
  nursery_.govern(spec_.children_policy);
  me_.at()->kind = kind_->name.data();
  me_.at()->depth_max = spec_.mailbox_max;
  if (parent_)
    send<caf::message_priority::high>(
      parent_, child_note{child_note::kind::respecified, spec_.name, {},
                          std::make_shared<const child_spec>(spec_)});
}

json cell_actor::info() const {
  auto& port = *me_.at();
  boost::json::object out;
  out["path"] = std::string{me_.path()};
  out["kind"] = kind_ ? std::string{kind_->name} : spec_.kind;
  out["about"] = kind_ ? std::string{kind_->about} : std::string{};
  out["state"] = to_json(phase_);
  out["incarnation"] = incarnation_;
  out["restarts"] = port.restarts.load();
  out["swaps"] = port.swaps.load();
  out["mailbox"] = port.depth.load();
  out["mailbox_max"] = spec_.mailbox_max;
  out["taken"] = port.taken.load();
  out["busy_seconds"] = static_cast<double>(port.busy_ns.load()) / 1e9;
  out["since"] = as_iso(instant{span{port.since_us.load()}});
  out["restart_policy"] = to_json(spec_.restart);
  out["start_patience"] = to_json(spec_.start_patience);
  out["stop_patience"] = to_json(spec_.stop_patience);
  out["supervision"] = to_json(spec_.children_policy);
  out["children"] = to_json(nursery_.names());
  out["child_counts"] = to_json(nursery_.counts());
  boost::json::array timers;
  for (const auto& [key, one] : timers_)
    timers.push_back(boost::json::object{
        {"key", key},
        {"in_seconds",
         std::chrono::duration<double>(one.due - const_cast<cell_actor*>(this)->clock().now())
             .count()}});
  out["timers"] = std::move(timers);
  return out;
}

json cell_actor::show(const std::string& what) {
  if (what == "state")
    return service_ ? service_->state_json() : json(nullptr);
  if (what == "config")
    return kind_ ? kind_->show_config(spec_.config) : json(nullptr);
  if (what == "crashes")
    return to_json(crashes_);
  if (what == "mailbox") {
    boost::json::array waiting;
    for (const auto& mail : parked_)
      waiting.push_back(as_json(mail.what));
    return waiting;
  }
  return info();
}

bool deliver_control(const address& to, any_message command, const address& from) {
  auto target = to ? to.at()->target() : nullptr;
  return target && target->command({std::move(command), from});
}

} // namespace troupe::runtime
