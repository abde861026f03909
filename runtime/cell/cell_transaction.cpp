// Hot swap: a successor moves into the cell, alone or together with those of other cells.
//
// The predecessor is kept until the switch is final, and what the successor says when it moves in
// is held back until then, so that a switch can be undone as if it had never been.
#include <caf/all.hpp>

#include "runtime/cell/cell_actor.hpp"
#include "runtime/service/reconcile.hpp"

namespace troupe::runtime {

namespace {

/// For a coordinator to go on; then the cell helps itself.
constexpr auto seat_patience = std::chrono::seconds{120};

} // namespace

/// False if `mail` is no command of a transaction.
bool cell_actor::execute_transaction(const control_mail& mail, cell_answer& answer, bool& answers) {
  auto elsewhere = [&](std::uint64_t transaction) {
    return !participant_ || participant_->transaction != transaction;
  };
  auto take_seat = [&](std::uint64_t transaction) {
    if (participant_ && participant_->transaction != transaction)
      leave_transaction();
    if (!participant_) {
      participant_ = participant{}; // not emplace(): Clang has no default constructor here
      participant_->transaction = transaction;
      participant_->coordinator = mail.from;
    }
    wake_supervisor(std::string{participant_key}, seat_patience);
  };
  if (auto* begin = mail.what.as<prepare_member>()) {
    answer.token = begin->token;
    take_seat(begin->transaction);
    participant_->spec = begin->spec;
    participant_->force = begin->force;
    answer.message = prepare(*participant_);
    if (answer.message.empty() && !prepare_outside()) {
      participant_->answer_owed = begin->token;
      answers = false;
    }
  } else if (auto* over = mail.what.as<switch_member>()) {
    answer.token = over->token;
    take_seat(over->transaction);
    hold(true);
    answer.message = switch_over(*participant_);
  } else if (auto* go = mail.what.as<release_member>()) {
    answer.token = go->token;
    if (elsewhere(go->transaction)) {
      answer.message = "it has left the transaction";
      return true;
    }
    watch_ = {go->transaction, mail.from, go->settle, sys_.now() + go->settle, false};
    move_in(std::move(*std::exchange(participant_, std::nullopt)));
    hold(false);
  } else if (auto* stay = mail.what.as<cancel_member>()) {
    answer.token = stay->token;
    if (!elsewhere(stay->transaction))
      leave_transaction();
  } else {
    return false;
  }
  return true;
}

/// What the service needs from outside for what it was offered. False: it will say `prepared`.
bool cell_actor::prepare_outside() {
  if (!participant_->in_place || !service_)
    return true;
  bool done = true;
  bool good = guarded("prepare_reconfig", [&] { done = service_->prepare_reconfig(); });
  return !good || done;
}

void cell_actor::answer_prepared(std::string refusal) {
  if (!participant_ || participant_->answer_owed.empty())
    return;
  cell_answer answer;
  answer.path = me_.path();
  answer.token = std::exchange(participant_->answer_owed, {});
  answer.message = participant_->force ? std::string{} : std::move(refusal);
  answer.ok = answer.message.empty();
  sys_.send(participant_->coordinator, any_message{std::move(answer)}, me_);
}

/// Messages wait while it is on.
void cell_actor::hold(bool on) {
  if (on && !held_)
    held_since_ = std::chrono::steady_clock::now();
  else if (!on && held_)
    note_pause(held_since_);
  held_ = on;
  set_phase(phase_);
  if (!on)
    drain();
}

void cell_actor::note_pause(std::chrono::steady_clock::time_point since) {
  me_.at()->pause_ns = std::chrono::nanoseconds{std::chrono::steady_clock::now() - since}.count();
}

void cell_actor::leave_transaction() {
  if (!participant_)
    return;
  undo(*participant_);
  if (service_) {
    if (participant_->in_place)
      guarded("abort_reconfig", [&] { service_->abort_reconfig(); });
    if (service_) {
      service_->drop_offered_config();
      record_participant(participants::taken_back);
    }
  }
  participant_.reset();
  timers_.erase(std::string{supervisor_keys} + std::string{participant_key});
  hold(false);
}

// The one-shot swap is a transaction of one member.
std::string cell_actor::swap(const child_spec& spec) {
  leave_transaction();
  auto began = std::chrono::steady_clock::now();
  participant only;
  only.spec = spec;
  auto message = prepare(only);
  if (message.empty())
    message = switch_over(only);
  if (message.empty())
    move_in(std::move(only));
  else
    respecify(runtime::alone(spec_)); // a parent that was asked for it has noted the other one
  note_pause(began);
  return message;
}

/// Why it can't be, or nothing. The successor gets a copy of the state, so that one that can't take
/// it over is known before anything has changed.
std::string cell_actor::prepare(participant& made) {
  made.kind = sys_.kinds().find(made.spec.kind);
  if (!made.kind)
    return "no such kind of service: " + made.spec.kind;
  made.prepared = true;
  made.in_place = made.kind == kind_ && made.kind->in_place;
  made.again = false;
  auto message = offer(made);
  if (message.empty() || !made.force)
    return message;
  log(level::warning, "will be built from the store: " + message);
  made.again = true;
  return {};
}

std::string cell_actor::offer(participant& made) {
  made.incarnation = incarnation_;
  try {
    if (made.in_place && service_) {
      service_->offer_config(made.spec.config).value();
      record_participant(participants::offered, {}, made.spec.config);
      return {};
    }
    made.other = made.kind->make(made.spec.config).value();
    made.other->attach(*this);
    if (service_)
      made.other->load_state(service_->state_bytes()).value();
    return {};
  } catch (const std::exception& problem) {
    made.other.reset();
    return problem.what();
  }
}

/// Why it was refused, or nothing. A service that is being rebuilt has nothing to hand over: its
/// next incarnation gets the new configuration.
std::string cell_actor::switch_over(participant& one) {
  if (!one.prepared || one.again || !service_)
    return {};
  settle_service();
  if (!service_)
    return one.force ? "" : "the present service failed when it was to hand over";
  if (one.in_place && one.incarnation != incarnation_)
    if (auto message = offer(one); !message.empty())
      return message;
  now_ = sys_.now();
  std::string message;
  try {
    if (one.in_place) {
      service_->exchange_config();
      record_participant(participants::exchanged);
    } else {
      one.other->load_state(service_->state_bytes()).value();
      std::swap(service_, one.other);
      std::swap(kind_, one.kind);
      record_participant(participants::replaced, one.spec.kind, one.spec.config);
    }
    one.switched = true;
    if (one.in_place)
      in_turn("config_changed", [&] { service_->config_changed(); });
    else
      in_turn("code_change", [&] { service_->code_change(); });
    one.held = std::exchange(out_, {});
    return {};
  } catch (const std::exception& problem) {
    message = problem.what();
  }
  undo(one);
  if (!one.force)
    return message;
  log(level::warning, "is built from the store: " + message);
  one.again = true;
  return {};
}

void cell_actor::undo(participant& one) {
  out_ = {};
  one.held = {};
  if (!std::exchange(one.switched, false))
    return;
  record_participant(participants::undone);
  if (!one.in_place) {
    std::swap(service_, one.other);
    std::swap(kind_, one.kind);
    return;
  }
  service_->exchange_config();
  // What it derived follows the former one again.
  in_turn("config_changed", [&] { service_->config_changed(); });
  out_ = {};
}

/// The switch is final.
void cell_actor::move_in(participant one) {
  timers_.erase(std::string{supervisor_keys} + std::string{participant_key});
  if (!one.prepared)
    return;
  auto former = std::move(one.other); // dropped at the end: the successor speaks first
  if (!one.switched) {
    // Built from the store; what runs by now may have been rebuilt after the switch, as it was
    // specified before.
    bool runs = static_cast<bool>(service_);
    if (runs) {
      settle_service();
      drop_service();
    }
    kind_ = one.kind;
    respecify(std::move(one.spec));
    if (runs)
      begin_service(true);
    return;
  }
  respecify(std::move(one.spec));
  if (one.in_place)
    service_->drop_offered_config();
  else
    me_.at()->since_us = now_.time_since_epoch().count();
  me_.at()->swaps++;
  carry_out(std::move(one.held)); // after the parent knows of the successor
}

/// The parent learns of it before anything that the service asks of it from here on.
void cell_actor::respecify(child_spec spec) {
  spec.children = std::move(spec_.children); // theirs are plans of their own
  spec.dynamic = spec_.dynamic;
  spec_ = std::move(spec);
  nursery_.govern(spec_.children_policy);
  me_.at()->kind = kind_->name.data();
  me_.at()->depth_max = spec_.mailbox_max;
  if (!spec_.dynamic)
    me_.at()->specify(std::make_shared<const child_spec>(alone(spec_)));
  if (parent_)
    caf::event_based_actor::send<caf::message_priority::high>(
        parent_, child_note{child_note::kind::respecified,
                            spec_.name,
                            {},
                            std::make_shared<const child_spec>(spec_),
                            nullptr});
}

// -- who is told how it goes --------------------------------------------------------------------

void cell_actor::watch_from(const runtime::address& coordinator, const watch_member& how) {
  watch_ = {how.transaction, coordinator, how.settle, instant::max(), true};
  if (!service_ && !crashes_.empty())
    tell_watcher_failed(crashes_.back().handling, crashes_.back().reason);
  else if (told_ready_)
    tell_watcher_ready();
}

void cell_actor::tell_watcher_ready() {
  if (!watch_ || !std::exchange(watch_->ready_owed, false))
    return;
  watch_->until = sys_.now() + watch_->settle;
  sys_.send(watch_->coordinator,
            any_message{member_ready{watch_->transaction, std::string{me_.path()}}}, me_);
}

void cell_actor::tell_watcher_failed(std::string_view doing, const std::string& reason) {
  auto tell_of = [&](std::uint64_t transaction, const runtime::address& coordinator) {
    auto message = doing.empty() ? reason : fmt::format("{} <- {}", doing, reason);
    sys_.send(coordinator,
              any_message{member_failed{transaction, std::string{me_.path()}, message}}, me_);
  };
  if (participant_)
    tell_of(participant_->transaction, participant_->coordinator);
  if (!watch_)
    return;
  if (sys_.now() <= watch_->until)
    tell_of(watch_->transaction, watch_->coordinator);
  watch_.reset();
}

} // namespace troupe::runtime
