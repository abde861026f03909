#include "runtime/cell/participant.hpp"

#include "runtime/service/reconcile.hpp"

namespace troupe::runtime {

namespace {

/// For a coordinator to go on; then the cell helps itself.
constexpr auto coordinator_patience = std::chrono::seconds{120};

} // namespace

// -- commands -------------------------------------------------------------------------------------

bool participant::execute(const control_mail& mail, cell_answer& answer, bool& answers) {
  if (auto* what = mail.what.as<prepare_member>()) {
    answer.token = what->token;
    join(what->transaction, mail.from);
    begin(*what, answer, answers);
  } else if (auto* over = mail.what.as<switch_member>()) {
    answer.token = over->token;
    join(over->transaction, mail.from);
    hold(true);
    answer.message = switch_over(*of_.slot.in_transaction);
  } else if (auto* go = mail.what.as<release_member>()) {
    answer.token = go->token;
    release(*go, mail.from, answer);
  } else if (auto* stay = mail.what.as<cancel_member>()) {
    answer.token = stay->token;
    if (is_in(stay->transaction))
      leave();
  } else {
    return false;
  }
  return true;
}

bool participant::is_in(std::uint64_t transaction) const {
  return of_.slot.in_transaction && of_.slot.in_transaction->transaction == transaction;
}

void participant::join(std::uint64_t transaction, const address& coordinator) {
  if (!is_in(transaction)) {
    leave();
    auto& mine = of_.slot.in_transaction.emplace();
    mine.transaction = transaction;
    mine.coordinator = coordinator;
  }
  of_.timers.set(timer_owner::participant, {}, of_.self.sys.timer_now() + coordinator_patience);
  of_.mailbox.arm();
}

void participant::begin(const prepare_member& what, cell_answer& answer, bool& answers) {
  auto& mine = *of_.slot.in_transaction;
  mine.spec = what.spec;
  mine.force = what.force;
  answer.message = prepare(mine);
  if (answer.message.empty() && !prepare_outside()) {
    of_.slot.in_transaction->answer_owed = what.token;
    answers = false;
  }
}

void participant::release(const release_member& what, const address& coordinator,
                          cell_answer& answer) {
  if (!is_in(what.transaction)) {
    answer.message = "it has left the transaction";
    return;
  }
  of_.watch.settle(coordinator, what.transaction, what.settle);
  settle_in(std::move(*std::exchange(of_.slot.in_transaction, std::nullopt)));
  hold(false);
}

std::string participant::swap(child_spec spec) {
  leave();
  auto began = std::chrono::steady_clock::now();
  participation only;
  only.spec = std::move(spec);
  auto message = prepare(only);
  if (message.empty())
    message = switch_over(only);
  if (message.empty())
    settle_in(std::move(only));
  else // a parent that was asked for it has noted the other one
    of_.life.respecify(alone(of_.slot.spec));
  of_.status.show_pause(began);
  return message;
}

void participant::leave() {
  auto& mine = of_.slot.in_transaction;
  if (!mine)
    return;
  undo(*mine);
  auto& service = of_.slot.service;
  if (service && mine->in_place)
    of_.life.guarded("abort_reconfig", [&] { service->abort_reconfig(); });
  if (service) {
    service->drop_offered_config();
    of_.journal.record(participants::taken_back);
  }
  mine.reset();
  of_.timers.cancel(timer_owner::participant, {});
  hold(false);
}

/// Messages wait while it is on.
void participant::hold(bool on) {
  of_.status.hold(on);
  if (!on)
    of_.mailbox.drain();
}

// -- preparing ------------------------------------------------------------------------------------

/// Why it can't be, or nothing.
std::string participant::prepare(participation& one) {
  one.kind = of_.self.sys.kinds().find(one.spec.kind);
  if (!one.kind)
    return "no such kind of service: " + one.spec.kind;
  one.at = participation::stage::prepared;
  one.in_place = one.kind == of_.slot.kind && one.kind->in_place;
  auto message = offer(one);
  if (message.empty() || !one.force)
    return message;
  of_.context.log(level::warning, "will be built from the store: " + message);
  one.at = participation::stage::rebuild;
  return {};
}

/// The successor gets a copy of the state, so that one that can't take it over is known before
/// anything has changed.
std::string participant::offer(participation& one) {
  auto& service = of_.slot.service;
  one.incarnation = of_.slot.incarnation;
  try {
    if (one.in_place && service) {
      service->offer_config(one.spec.config).value();
      of_.journal.record(participants::offered, {}, one.spec.config);
      return {};
    }
    one.other = one.kind->make(one.spec.config).value();
    one.other->attach(of_.context);
    if (service)
      one.other->load_state(service->state_bytes()).value();
    return {};
  } catch (const std::exception& problem) {
    one.other.reset();
    return problem.what();
  }
}

/// What the service needs from outside for what it was offered. False: it will say `prepared`.
bool participant::prepare_outside() {
  auto& service = of_.slot.service;
  if (!of_.slot.in_transaction->in_place || !service)
    return true;
  bool done = true;
  bool good = of_.life.guarded("prepare_reconfig", [&] { done = service->prepare_reconfig(); });
  return !good || done;
}

// -- switching ------------------------------------------------------------------------------------

/// Why it was refused, or nothing. A service that is being rebuilt has nothing to hand over: its
/// next incarnation gets the new configuration.
std::string participant::switch_over(participation& one) {
  using stage = participation::stage;
  if (one.at == stage::waiting || one.at == stage::rebuild || !of_.slot.service)
    return {};
  of_.life.flush();
  if (!of_.slot.service)
    return one.force ? "" : "the present service failed when it was to hand over";
  if (one.in_place && one.incarnation != of_.slot.incarnation)
    if (auto message = offer(one); !message.empty())
      return message;
  std::string message;
  try {
    move(one);
    return {};
  } catch (const std::exception& problem) {
    message = problem.what();
  }
  undo(one);
  if (!one.force)
    return message;
  of_.context.log(level::warning, "is built from the store: " + message);
  one.at = stage::rebuild;
  return {};
}

void participant::move(participation& one) {
  auto& service = of_.slot.service;
  auto& event = of_.context.event();
  event.now = of_.self.sys.now();
  if (one.in_place) {
    service->exchange_config();
    of_.journal.record(participants::exchanged);
  } else {
    one.other->load_state(service->state_bytes()).value();
    of_.slot.exchange(one);
    of_.journal.record(participants::replaced, one.spec.kind, one.spec.config);
  }
  one.at = participation::stage::switched;
  if (one.in_place)
    of_.journal.run("config_changed", nullptr, [&] { service->config_changed(); });
  else
    of_.journal.run("code_change", nullptr, [&] { service->code_change(); });
  one.held = std::exchange(event.out, {});
}

void participant::undo(participation& one) {
  auto& out = of_.context.event().out;
  out = {};
  one.held = {};
  if (one.at != participation::stage::switched)
    return;
  one.at = participation::stage::prepared;
  of_.journal.record(participants::undone);
  if (!one.in_place) {
    of_.slot.exchange(one);
    return;
  }
  auto& service = of_.slot.service;
  service->exchange_config();
  // What it derived follows the former one again.
  of_.journal.run("config_changed", nullptr, [&] { service->config_changed(); });
  out = {};
}

/// The switch is final.
void participant::settle_in(participation one) {
  using stage = participation::stage;
  of_.timers.cancel(timer_owner::participant, {});
  if (one.at == stage::waiting)
    return;
  if (one.at != stage::switched) {
    rebuild(std::move(one));
    return;
  }
  auto former = std::move(one.other); // dropped at the end: the successor speaks first
  of_.life.respecify(std::move(one.spec));
  if (one.in_place)
    of_.slot.service->drop_offered_config();
  else
    of_.self.figures().since_us = of_.context.now().time_since_epoch().count();
  of_.self.figures().swaps++;
  of_.life.carry_out(std::move(one.held)); // after the parent knows of the successor
}

// What runs by now may have been rebuilt after the switch, as it was specified before.
void participant::rebuild(participation one) {
  bool runs = static_cast<bool>(of_.slot.service);
  if (runs) {
    of_.life.flush();
    of_.life.drop("a successor is built from the store");
  }
  of_.slot.kind = one.kind;
  of_.life.respecify(std::move(one.spec));
  if (runs)
    of_.life.begin(true);
}

} // namespace troupe::runtime
