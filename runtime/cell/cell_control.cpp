// Commands to a cell (control.hpp).
#include <caf/all.hpp>

#include "runtime/cell/cell_actor.hpp"
#include "runtime/service/reconcile.hpp"

namespace troupe::runtime {

void cell_actor::execute(const control_mail& mail) {
  if (phase_ == cell_phase::ended)
    return;
  decoding_context here{sys_.paths(), sys_.kinds().known_messages()};
  handling_ = mail.what.name();
  cell_answer answer;
  answer.path = me_.path();
  if (auto* shown = mail.what.as<show_cell>()) {
    answer.token = shown->token;
    answer.content = show(*shown);
  } else if (auto* command = mail.what.as<swap_service>()) {
    answer.token = command->token;
    answer.message = swap(command->spec ? *command->spec : alone(spec_));
  } else if (auto* broken = mail.what.as<crash_service>()) {
    answer.token = broken->token;
    answer.message = crash(broken->reason);
  } else if (auto* again = mail.what.as<restart_service>()) {
    answer.token = again->token;
    restart();
  } else if (auto* stay = mail.what.as<suspend_service>()) {
    answer.token = stay->token;
    suspend(true);
  } else if (auto* go = mail.what.as<resume_service>()) {
    answer.token = go->token;
    suspend(false);
  } else if (mail.what.as<record_state>()) {
    now_ = sys_.now();
    if (sys_.journal().on())
      write_checkpoint();
    return;
  } else if (auto* how = mail.what.as<watch_member>()) {
    watch_from(mail.from, *how);
    return;
  } else {
    bool answers = true; // else somebody else does, or later
    if (!execute_transaction(mail, answer, answers))
      answers = execute_children(mail, answer);
    if (!answers)
      return;
  }
  answer.ok = answer.message.empty();
  sys_.send(mail.from, any_message{std::move(answer)}, me_);
}

/// Commands that concern children. False if the child itself will answer.
bool cell_actor::execute_children(const control_mail& mail, cell_answer& answer) {
  bool answers = true;
  if (auto* add = mail.what.as<add_child>()) {
    answer.token = add->token;
    auto child = child_path(me_.path(), add->spec.name);
    auto* present = nursery_.find(add->spec.name);
    bool stays = present && !nursery_.leaves(add->spec.name);
    if (stays && present->kind != add->spec.kind) {
      answer.message = fmt::format("'{}' is there already, of another kind", add->spec.name);
    } else if (!stays) {
      answer.message = nursery_.add(add->spec);
      if (answer.message.empty() && !add->spec.dynamic)
        keep_child_spec(add->spec);
    } else {
      nursery_.respecify(add->spec);
      if (!add->spec.dynamic)
        keep_child_spec(add->spec);
      answers = !deliver_control(sys_.address_of(child),
                                 any_message{swap_service{add->spec, add->token}}, mail.from);
    }
    if (add->watch && answer.message.empty())
      deliver_control(sys_.address_of(child), any_message{*add->watch}, mail.from);
  } else if (auto* remove = mail.what.as<remove_child>()) {
    answer.token = remove->token;
    auto* present = nursery_.find(remove->name);
    if (present && remove->if_config && *remove->if_config != present->config)
      answer.message = fmt::format("'{}' is configured anew", remove->name);
    else
      answer.message = nursery_.remove(remove->name);
    if (answer.message.empty())
      forget_child_spec(remove->name);
  } else if (auto* halt = mail.what.as<terminate_child>()) {
    answer.token = halt->token;
    answer.message = nursery_.terminate(halt->name);
  } else if (auto* resume = mail.what.as<restart_child>()) {
    answer.token = resume->token;
    answer.message = nursery_.restart_child(resume->name);
  } else {
    answer.message = fmt::format("{} is not a command to a cell", mail.what.name());
  }
  return answers;
}

// What is started again if this cell, or the one above it, begins again: the children as they are
// configured now. Called for each child of a reconfiguration, in order: the place of the last one
// is where to look first.
void cell_actor::keep_child_spec(const child_spec& spec) {
  if (!replace_child_spec(spec))
    spec_.children.push_back(spec);
}

bool cell_actor::replace_child_spec(const child_spec& spec) {
  auto& all = spec_.children;
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

void cell_actor::forget_child_spec(std::string_view name) {
  std::erase_if(spec_.children, [&](const child_spec& one) { return one.name == name; });
  last_kept_ = 0;
}

std::string cell_actor::crash(const std::string& reason) {
  if (!service_)
    return "no service is running there";
  settle_service();
  if (service_)
    fail(reason);
  return {};
}

void cell_actor::restart() {
  settle_service();
  drop_service();
  me_.at()->restarts++;
  begin_service(true);
}

void cell_actor::suspend(bool on) {
  suspended_ = on;
  set_phase(phase_);
  if (!on)
    drain();
}

bool deliver_control(const address& to, any_message command, const address& from) {
  auto target = to ? to.at()->target() : nullptr;
  return target && target->command({std::move(command), from});
}

} // namespace troupe::runtime
