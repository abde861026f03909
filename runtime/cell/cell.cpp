#include "runtime/cell/cell.hpp"

#include <caf/all.hpp>

#include "runtime/cell/cell_actor.hpp"
#include "runtime/prng.hpp"
#include "runtime/service/reconcile.hpp"

namespace troupe::runtime {

namespace {

constexpr std::string_view gave_up_words = "supervision";

class cell_sink final : public sink {
public:
  explicit cell_sink(caf::actor to) : to_{std::move(to)} {}
  void deliver(envelope mail) override { caf::anon_send(to_, std::move(mail)); }
  bool command(envelope mail) override {
    caf::anon_send<caf::message_priority::high>(
        to_, control_mail{std::move(mail.what), std::move(mail.from)});
    return true;
  }

private:
  caf::actor to_;
};

std::string last_segment(std::string_view path) {
  return std::string{path.substr(path.rfind('/') + 1)};
}

} // namespace

caf::actor spawn_cell(system& sys, std::string path, child_spec spec, const caf::actor& parent) {
  auto at = sys.address_of(path);
  sys.paths().enter(at);
  bool detached = spec.detached && !sys.options().deterministic;
  auto cell = detached
                  ? sys.caf().spawn<cell_actor, caf::detached>(sys, at, std::move(spec), parent)
                  : sys.caf().spawn<cell_actor>(sys, at, std::move(spec), parent);
  at.at()->bind(std::make_shared<cell_sink>(cell));
  return cell;
}

void order_cell(const caf::actor& cell, child_order what) {
  caf::anon_send<caf::message_priority::high>(cell, parent_order{what});
}

cell_actor::cell_actor(caf::actor_config& config, runtime::system& sys, runtime::address at,
                       child_spec spec, caf::actor parent)
  : event_based_actor{config}, sys_{sys}, me_{std::move(at)}, spec_{std::move(spec)},
    parent_{std::move(parent)}, nursery_{*this, spec_.children_policy}, own_window_{
                                                                            spec_.children_policy} {
  prng_state_ = sys_.options().seed ^ fnv1a(me_.path());
  kind_ = sys_.kinds().find(spec_.kind);
  me_.at()->kind = kind_ ? kind_->name.data() : "?";
  me_.at()->depth_max = spec_.mailbox_max;
  if (!spec_.dynamic)
    me_.at()->specify(std::make_shared<const child_spec>(alone(spec_)));
  me_.at()->phase = cell_phase::parked;
  me_.at()->depth = 0; // of a former cell of this path, which is gone with its mail
}

caf::behavior cell_actor::make_behavior() {
  set_default_handler([](caf::scheduled_actor*, caf::message_view&) -> caf::result<caf::message> {
    return caf::make_message();
  });
  set_error_handler([](caf::scheduled_actor*, caf::error&) {});
  return {
      [this](const envelope& mail) { take(mail); },
      [this](const timer_wake&) { timers_due(); },
      [this](const control_mail& mail) { execute(mail); },
      [this](const parent_order& order) { obey(order); },
      [this](const child_note& note) { hear(note); },
      [this](const drain_more&) { drain(); },
  };
}

void cell_actor::on_exit() {
  service_.reset();
  handles_.clear();
  parked_.clear();
  unsettled_.clear();
  in_store_.clear();
  to_take_again_.clear();
  timers_.clear();
  participant_.reset();
  parent_ = nullptr;
}

std::uint64_t cell_actor::random() {
  if (turn_)
    turn_->prng(prng_state_);
  return draw(prng_state_);
}

void cell_actor::set_phase(cell_phase to) {
  phase_ = to;
  bool paused = to == cell_phase::running && (suspended_ || held_);
  me_.at()->phase = paused ? cell_phase::suspended : to;
}

// -- mail -----------------------------------------------------------------------------------------

void cell_actor::take(const envelope& mail) {
  if (phase_ == cell_phase::ended) {
    me_.at()->depth--;
    return;
  }
  if (auto* ended = mail.what.as<transactions_ended>()) {
    me_.at()->depth--;
    hear(*ended);
    if (!waits()) // it may be what kept the service from being idle
      be_idle();
    return;
  }
  if (barrier_ != 0)
    if (auto* reached = mail.what.as<barrier_reached>(); reached && reached->token == barrier_) {
      me_.at()->depth--;
      barrier_ = 0;
      build_service();
      return;
    }
  if (waits() || !parked_.empty()) {
    parked_.push_back(mail);
    return;
  }
  deliver(mail);
}

void cell_actor::deliver(const envelope& mail) {
  auto& port = *me_.at();
  port.depth--;
  auto* hearing = kind_->find(mail.what.tag());
  incoming_.count(mail.from);
  if (sys_.traces().any()) {
    decoding_context here{sys_.paths(), sys_.kinds().known_messages()};
    sys_.traces().look(me_, mail, sys_.now());
  }
  if (!hearing) {
    if (mail.what.as<barrier_reached>() == nullptr)
      log(level::warning, fmt::format("does not hear {} (from {})", mail.what.name(),
                                      mail.from ? mail.from.path() : "outside"));
  } else if (run(*hearing, mail)) {
    keep_unsettled(mail);
  }
  be_idle();
}

/// If nothing else waits.
void cell_actor::be_idle() {
  if (service_ && kind_->idles && me_.at()->depth.load() <= 0
      && guarded("mailbox_drained", [&] { service_->mailbox_drained(); }))
    keep_unsettled({});
}

bool cell_actor::run(const hearing& hearing, const envelope& mail) {
  auto& port = *me_.at();
  current_sender_ = mail.from;
  current_ = mail.what;
  current_cause_ = mail.cause;
  auto began = std::chrono::steady_clock::now();
  bool good = guarded(mail.what.name(), [&] { hearing.handle(*service_, mail.what.content()); });
  recent_.add(mail.what, mail.from, now_);
  if (service_ && port.taken.load(std::memory_order_relaxed) >= measure_at_)
    measure_state();
  current_sender_ = {};
  current_ = {};
  port.taken++;
  port.busy_ns += static_cast<std::uint64_t>(
      std::chrono::nanoseconds{std::chrono::steady_clock::now() - began}.count());
  return good;
}

/// Runs a piece of the service. What it said leaves only if it returns; if it throws, it has
/// failed.
bool cell_actor::run_guarded(std::string_view doing, void (*work)(void*), void* what) {
  decoding_context here{sys_.paths(), sys_.kinds().known_messages()};
  watchdog::turn turn{sys_.dog(), me_, doing, std::chrono::steady_clock::now()};
  handling_ = doing;
  now_ = sys_.now();
  std::string reason;
  try {
    run_turn(doing, work, what);
    flush();
    return true;
  } catch (const std::exception& problem) {
    reason = problem.what();
  } catch (...) {
    reason = "an exception of unknown type";
  }
  out_ = {};
  fail(reason);
  return false;
}

// -- the life of the service ----------------------------------------------------------------------

void cell_actor::obey(const parent_order& order) {
  switch (order.what) {
  case child_order::start:
  case child_order::restart:
    if (!service_ && barrier_ == 0 && phase_ != cell_phase::stopping) {
      if (order.what == child_order::restart)
        me_.at()->restarts++;
      begin_service(order.what == child_order::restart);
    }
    break;
  case child_order::reset:
    barrier_ = 0;
    if (!told_ready_)
      tell_watcher_failed("init", "not ready within its patience");
    settle_service();
    drop_service();
    if (nursery_.empty()) {
      report(child_note::kind::reset);
      break;
    }
    afterwards_ = afterwards::report_reset;
    nursery_.stop_all();
    break;
  case child_order::stop:
    if (phase_ == cell_phase::stopping)
      break;
    set_phase(cell_phase::stopping);
    barrier_ = 0;
    afterwards_ = afterwards::stop_service;
    nursery_.stop_all();
    break;
  case child_order::kill:
    kill_children();
    end("killed");
    break;
  }
}

// A service is built from the store, so all that its predecessor sent there must have arrived, and
// all that its children had sent when it last heard of them.
void cell_actor::begin_service(bool again) {
  if (!again || me_.path() == store_path) {
    build_service();
    return;
  }
  barrier_ = random() | 1;
  if (!sys_.address_of(store_path).at()->deliver({any_message{store_barrier{barrier_}}, me_})) {
    barrier_ = 0; // nobody writes
    build_service();
  }
}

void cell_actor::build_service() {
  take_again();
  if (!kind_) {
    fail("no such kind of service: " + spec_.kind);
    return;
  }
  ++incarnation_;
  prng_state_ ^= incarnation_;
  told_ready_ = false;
  record_participant(participants::built, spec_.kind, spec_.config);
  bool ok = guarded("init", [&] {
    service_ = kind_->make(spec_.config).value();
    service_->attach(*this);
    set_phase(phase_ == cell_phase::stopping ? phase_ : cell_phase::starting);
    me_.at()->since_us = now_.time_since_epoch().count();
    service_->init();
  });
  if (!ok)
    return;
  if (service_ && service_->ready_when_started())
    service_ready();
  drain();
}

void cell_actor::service_ready() {
  if (phase_ == cell_phase::starting)
    set_phase(cell_phase::running);
  if (!children_up_ && !nursery_.stopping()) {
    children_up_ = true;
    nursery_.start_all(spec_.children);
  } else if (!told_ready_) {
    told_ready_ = true;
    report(child_note::kind::ready);
    tell_watcher_ready();
  }
}

void cell_actor::children_started() {
  if (told_ready_)
    return;
  told_ready_ = true;
  report(child_note::kind::ready);
  tell_watcher_ready();
}

void cell_actor::fail(const std::string& reason) {
  log(level::error, fmt::format("failed in {}: {}", handling_, reason));
  remember_crash(reason);
  drop_service();
  tell_watcher_failed(crashes_.back().handling, reason);
  if (phase_ == cell_phase::stopping) {
    if (nursery_.empty())
      end(reason);
    return;
  }
  report(child_note::kind::failed, reason);
}

void cell_actor::settle_service() {
  auto handling = handling_;
  if (service_ && guarded("flush", [&] { service_->flush(); }))
    keep_unsettled({});
  handling_ = handling;
}

// Timers and reminders are the service's: a new one sets its own. What was lost with it is done
// again.
void cell_actor::drop_service() {
  if (service_) {
    decoding_context here{sys_.paths(), sys_.kinds().known_messages()};
    try {
      in_turn("terminate", [&] { service_->terminate(); });
      flush();
    } catch (const std::exception& problem) {
      log(level::error, fmt::format("failed again while it was dropped: {}", problem.what()));
    }
  }
  service_.reset();
  record_participant(participants::dropped);
  if (participant_
      && participant_->switched) { // its predecessor is of no use: what it knew has failed
    participant_->other.reset();
    participant_->held = {};
    std::swap(kind_, participant_->kind);
    participant_->switched = false;
    participant_->again = true;
  }
  parked_.insert(parked_.begin(), unsettled_.begin(), unsettled_.end());
  me_.at()->depth += static_cast<std::int64_t>(unsettled_.size());
  unsettled_.clear();
  for (auto i = timers_.begin(); i != timers_.end();)
    i = i->second.what ? timers_.erase(i) : std::next(i);
  if (phase_ != cell_phase::stopping)
    set_phase(cell_phase::parked);
}

void cell_actor::stop_service() {
  if (!service_) {
    end({});
    return;
  }
  bool now = true;
  if (guarded("shutdown_requested", [&] { now = service_->shutdown_requested(); }) && now)
    end({});
}

void cell_actor::children_gave_up(std::string reason) {
  children_up_ = false;
  handling_ = gave_up_words;
  fail(reason);
}

void cell_actor::end(const std::string& reason) {
  if (phase_ == cell_phase::ended)
    return;
  set_phase(cell_phase::ended);
  record_participant(participants::gone);
  me_.at()->unbind();
  service_.reset();
  participant_.reset();
  report(child_note::kind::ended, reason);
  quit();
}

void cell_actor::report(child_note::kind what, std::string reason) {
  child_note note{what, last_segment(me_.path()), std::move(reason), nullptr, nullptr};
  if (what == child_note::kind::ended && !spec_.dynamic && !spec_.children.empty())
    note.spec = std::make_shared<const child_spec>(spec_);
  if (what == child_note::kind::ended && !crashes_.empty())
    note.message = std::make_shared<last_words>(crashes_.back());
  if (parent_) {
    caf::event_based_actor::send<caf::message_priority::high>(parent_, std::move(note));
    return;
  }
  // The root has nobody above it: it begins itself again, and what it cannot mend ends the program,
  // with the reason.
  if (what == child_note::kind::failed) {
    if (handling_ != gave_up_words && own_window_.admit(sys_.now()))
      begin_service(true);
    else
      end(note.reason);
  } else if (what == child_note::kind::ended) {
    sys_.root_ended(note.reason);
  } else if (what == child_note::kind::ready) {
    sys_.root_ready();
  }
}

} // namespace troupe::runtime
