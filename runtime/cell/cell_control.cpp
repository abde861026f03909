// Commands to a cell (control.hpp).
#include <caf/all.hpp>

#include "runtime/cell/cell_actor.hpp"
#include "runtime/service/reconcile.hpp"

namespace troupe::runtime {

void cell_actor::execute(const control_mail& mail) {
  if (status_.ended())
    return;
  decoding_context here{self_.sys.paths(), self_.sys.kinds().known_messages()};
  if (mail.what.as<record_state>()) {
    context_.event().now = self_.sys.now();
    if (self_.sys.journal().on())
      journal_.checkpoint();
    return;
  }
  if (auto* how = mail.what.as<watch_member>()) {
    life_.watched_by(mail.from, *how);
    return;
  }
  cell_answer answer;
  answer.path = self_.me.path();
  bool answers = true; // else somebody else does, or later
  if (!execute_on_service(mail, answer) && !participant_.execute(mail, answer, answers))
    answers = children_.execute(mail, answer);
  if (!answers)
    return;
  answer.ok = answer.message.empty();
  self_.sys.send(mail.from, any_message{std::move(answer)}, self_.me);
}

/// Commands that concern the service and the cell itself. False if it is another.
bool cell_actor::execute_on_service(const control_mail& mail, cell_answer& answer) {
  if (auto* shown = mail.what.as<show_cell>()) {
    answer.token = shown->token;
    answer.content = show(*shown);
  } else if (auto* command = mail.what.as<swap_service>()) {
    answer.token = command->token;
    answer.message = participant_.swap(command->spec ? *command->spec : alone(slot_.spec));
  } else if (auto* broken = mail.what.as<crash_service>()) {
    answer.token = broken->token;
    answer.message = crash(mail.what.name(), broken->reason);
  } else if (auto* again = mail.what.as<restart_service>()) {
    answer.token = again->token;
    life_.restart("restarted by command");
  } else if (auto* stay = mail.what.as<suspend_service>()) {
    answer.token = stay->token;
    suspend(true);
  } else if (auto* go = mail.what.as<resume_service>()) {
    answer.token = go->token;
    suspend(false);
  } else {
    return false;
  }
  return true;
}

std::string cell_actor::crash(std::string_view doing, const std::string& reason) {
  if (!slot_.service)
    return "no service is running there";
  life_.flush();
  if (slot_.service)
    life_.fail(doing, reason);
  return {};
}

void cell_actor::suspend(bool on) {
  status_.suspend(on);
  if (!on)
    drain();
}

json cell_actor::show(const show_cell& asked) {
  return asked.what == "mailbox" ? show_mailbox(asked.limit) : inspector_.show(asked.what);
}

// What waits lies in two places: mail that came while the service was away, and behind it the
// actor's own queue, which is only looked at.
json cell_actor::show_mailbox(std::int64_t limit) {
  boost::json::array waiting;
  auto add = [&](const envelope& mail) {
    if (static_cast<std::int64_t>(waiting.size()) >= limit)
      return;
    auto row = as_json(mail.what).as_object();
    row["from"] = mail.from ? json(std::string{mail.from.path()}) : json("outside");
    waiting.push_back(std::move(row));
  };
  for (const auto& mail : mail_.waiting())
    add(mail);
  mailbox().fetch_more();
  get_normal_queue().peek_all([&](const caf::mailbox_element& one) {
    const auto& content = one.content();
    if (content.size() == 1 && content.match_element<envelope>(0))
      add(content.get_as<envelope>(0));
  });
  boost::json::object out;
  out["waiting"] = self_.figures().depth.load();
  out["messages"] = std::move(waiting);
  return out;
}

bool deliver_control(const address& to, any_message command, const address& from) {
  auto target = to ? to.at()->target() : nullptr;
  return target && target->command({std::move(command), from, {}});
}

} // namespace troupe::runtime
