// Hot swap: a successor moves into the cell, alone or together with those of other cells.
//
// The predecessor is kept until the switch is final, and what the successor says when it moves in
// is held back until then, so that a switch can be undone as if it had never been.
#include <caf/all.hpp>

#include "runtime/cell_actor.hpp"
#include "runtime/reconcile.hpp"

namespace troupe::runtime {

namespace {

/// For a coordinator to go on; then the cell helps itself.
constexpr auto seat_patience = std::chrono::seconds{120};

} // namespace

/// False if `mail` is no command of a transaction.
bool cell_actor::execute_transaction(const control_mail& mail, cell_answer& answer,
                                     bool& answers) {
  auto elsewhere = [&](std::uint64_t transaction) {
    return !seat_ || seat_->transaction != transaction;
  };
  auto take_seat = [&](std::uint64_t transaction) {
    if (seat_ && seat_->transaction != transaction)
      leave_seat();
    if (!seat_) {
      seat_ = seat{}; // not emplace(): Clang has no default constructor here
      seat_->transaction = transaction;
      seat_->coordinator = mail.from;
    }
    wake_supervisor(std::string{seat_key}, seat_patience);
  };
  if (auto* begin = mail.what.as<prepare_member>()) {
    answer.token = begin->token;
    take_seat(begin->transaction);
    seat_->spec = begin->spec;
    seat_->force = begin->force;
    answer.words = prepare(*seat_);
    if (answer.words.empty() && !prepare_outside()) {
      seat_->answer_owed = begin->token;
      answers = false;
    }
  } else if (auto* over = mail.what.as<switch_member>()) {
    answer.token = over->token;
    take_seat(over->transaction);
    hold(true);
    answer.words = switch_over(*seat_);
  } else if (auto* go = mail.what.as<release_member>()) {
    answer.token = go->token;
    if (elsewhere(go->transaction)) {
      answer.words = "it has left the transaction";
      return true;
    }
    watch_ = {go->transaction, mail.from, go->settle, sys_.now() + go->settle, false};
    move_in(std::move(*std::exchange(seat_, std::nullopt)));
    hold(false);
  } else if (auto* stay = mail.what.as<cancel_member>()) {
    answer.token = stay->token;
    if (!elsewhere(stay->transaction))
      leave_seat();
  } else {
    return false;
  }
  return true;
}

/// What the service needs from outside for what it was offered. False: it will say `prepared`.
bool cell_actor::prepare_outside() {
  if (!seat_->in_place || !service_)
    return true;
  bool done = true;
  bool good = guarded("prepare_change", [&] { done = service_->prepare_change(); });
  return !good || done;
}

void cell_actor::answer_prepared(std::string refusal) {
  if (!seat_ || seat_->answer_owed.empty())
    return;
  cell_answer answer;
  answer.path = me_.path();
  answer.token = std::exchange(seat_->answer_owed, {});
  answer.words = seat_->force ? std::string{} : std::move(refusal);
  answer.ok = answer.words.empty();
  sys_.tell(seat_->coordinator, any_message{std::move(answer)}, me_);
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
  me_.at()->pause_ns
    = std::chrono::nanoseconds{std::chrono::steady_clock::now() - since}.count();
}

void cell_actor::leave_seat() {
  if (!seat_)
    return;
  undo(*seat_);
  if (service_) {
    if (seat_->in_place)
      guarded("change_cancelled", [&] { service_->change_cancelled(); });
    if (service_) {
      service_->drop_offered_config();
      record_seat(seats::taken_back);
    }
  }
  seat_.reset();
  timers_.erase(std::string{supervisor_keys} + std::string{seat_key});
  hold(false);
}

// The one-shot swap is a transaction of one member.
std::string cell_actor::swap(const child_spec& spec) {
  leave_seat();
  auto began = std::chrono::steady_clock::now();
  seat only;
  only.spec = spec;
  auto words = prepare(only);
  if (words.empty())
    words = switch_over(only);
  if (words.empty())
    move_in(std::move(only));
  else
    respecify(runtime::alone(spec_)); // a parent that was asked for it has noted the other one
  note_pause(began);
  return words;
}

/// Why it can't be, or nothing. The successor gets a copy of the state, so that one that can't take
/// it over is known before anything has changed.
std::string cell_actor::prepare(seat& made) {
  made.kind = sys_.kinds().find(made.spec.kind);
  if (!made.kind)
    return "no such kind of service: " + made.spec.kind;
  made.prepared = true;
  made.in_place = made.kind == kind_ && made.kind->in_place;
  made.anew = false;
  auto words = offer(made);
  if (words.empty() || !made.force)
    return words;
  log(level::warning, "will be built from the store: " + words);
  made.anew = true;
  return {};
}

std::string cell_actor::offer(seat& made) {
  made.incarnation = incarnation_;
  try {
    if (made.in_place && service_) {
      service_->offer_config(made.spec.config).value();
      record_seat(seats::offered, {}, made.spec.config);
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
std::string cell_actor::switch_over(seat& one) {
  if (!one.prepared || one.anew || !service_)
    return {};
  settle_service();
  if (!service_)
    return one.force ? "" : "the present service failed when it was to hand over";
  if (one.in_place && one.incarnation != incarnation_)
    if (auto words = offer(one); !words.empty())
      return words;
  now_ = sys_.now();
  std::string words;
  try {
    if (one.in_place) {
      service_->exchange_config();
      record_seat(seats::exchanged);
    } else {
      one.other->load_state(service_->state_bytes()).value();
      std::swap(service_, one.other);
      std::swap(kind_, one.kind);
      record_seat(seats::replaced, one.spec.kind, one.spec.config);
    }
    one.switched = true;
    if (one.in_place)
      in_turn("configuration_changed", [&] { service_->configuration_changed(); });
    else
      in_turn("taken_over", [&] { service_->taken_over(); });
    one.held = std::exchange(out_, {});
    return {};
  } catch (const std::exception& problem) {
    words = problem.what();
  }
  undo(one);
  if (!one.force)
    return words;
  log(level::warning, "is built from the store: " + words);
  one.anew = true;
  return {};
}

void cell_actor::undo(seat& one) {
  out_ = {};
  one.held = {};
  if (!std::exchange(one.switched, false))
    return;
  record_seat(seats::undone);
  if (!one.in_place) {
    std::swap(service_, one.other);
    std::swap(kind_, one.kind);
    return;
  }
  service_->exchange_config();
  // What it derived follows the former one again.
  in_turn("configuration_changed", [&] { service_->configuration_changed(); });
  out_ = {};
}

/// The switch is final.
void cell_actor::move_in(seat one) {
  timers_.erase(std::string{supervisor_keys} + std::string{seat_key});
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
    send<caf::message_priority::high>(parent_, child_note{child_note::kind::respecified,
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
  sys_.tell(watch_->coordinator,
            any_message{member_ready{watch_->transaction, std::string{me_.path()}}}, me_);
}

void cell_actor::tell_watcher_failed(std::string_view doing, const std::string& reason) {
  auto tell_of = [&](std::uint64_t transaction, const runtime::address& coordinator) {
    auto words = doing.empty() ? reason : fmt::format("{} <- {}", doing, reason);
    sys_.tell(coordinator, any_message{member_failed{transaction, std::string{me_.path()}, words}},
              me_);
  };
  if (seat_)
    tell_of(seat_->transaction, seat_->coordinator);
  if (!watch_)
    return;
  if (sys_.now() <= watch_->until)
    tell_of(watch_->transaction, watch_->coordinator);
  watch_.reset();
}

} // namespace troupe::runtime
