#include "runtime/cell/cell.hpp"

#include <caf/all.hpp>

#include "runtime/cell/cell_actor.hpp"

namespace troupe::runtime {

namespace {

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
  : event_based_actor{config}, self_{sys, std::move(at)}, slot_{std::move(spec)},
    status_{self_.figures()}, mail_{self_.figures().depth}, children_{{self_, slot_, context_,
                                                                       timers_, *this, life_}},
    context_{self_, slot_, children_.nursery()}, journal_{self_, slot_, context_.event()},
    dispatcher_{self_, slot_, context_, mail_, timers_},
    inspector_{{self_, slot_, status_, timers_, children_.nursery(), dispatcher_.outgoing(),
                children_.departed_children()}},
    watch_{self_}, parent_{self_, slot_, std::move(parent)}, life_{{self_, slot_, status_, mail_,
                                                                    timers_, context_, journal_,
                                                                    inspector_, children_, watch_,
                                                                    dispatcher_, parent_, *this}},
    participant_{{self_, slot_, status_, timers_, context_, journal_, watch_, life_, *this}} {
  slot_.kind = sys.kinds().find(slot_.spec.kind);
  slot_.show_specification(self_.figures());
  self_.figures().depth = 0; // of a former cell of this path, which is gone with its mail
}

caf::behavior cell_actor::make_behavior() {
  set_default_handler([](caf::scheduled_actor*, caf::message_view&) -> caf::result<caf::message> {
    return caf::make_message();
  });
  set_error_handler([](caf::scheduled_actor*, caf::error&) {});
  return {
      [this](const envelope& mail) { take(mail); },
      [this](const timer_wake&) { expire_timers(); },
      [this](const control_mail& mail) { execute(mail); },
      [this](const parent_order& order) { life_.obey(order.what); },
      [this](const child_note& note) { hear(note); },
      [this](const drain_more&) { drain(); },
  };
}

void cell_actor::on_exit() {
  slot_.service.reset();
  slot_.in_transaction.reset();
  children_.release();
  mail_.clear();
  timers_.clear();
  parent_.cut();
}

// -- mail -----------------------------------------------------------------------------------------

void cell_actor::take(const envelope& mail) {
  if (status_.ended()) {
    self_.figures().depth--;
    return;
  }
  if (auto* ended = mail.what.as<transactions_ended>()) {
    self_.figures().depth--;
    hear(*ended);
    return;
  }
  if (life_.barrier_reached(mail.what))
    return;
  if (waits() || mail_.waits()) {
    mail_.park(mail);
    return;
  }
  deliver(mail);
}

void cell_actor::deliver(const envelope& mail) {
  self_.figures().depth--;
  auto* hearing = slot_.kind->find(mail.what.tag());
  inspector_.arrived(mail);
  auto& sys = self_.sys;
  if (sys.traces().any()) {
    decoding_context here{sys.paths(), sys.kinds().known_messages()};
    sys.traces().look(self_.me, mail, sys.now());
  }
  if (hearing)
    handle(*hearing, mail);
  else if (mail.what.as<barrier_reached>() == nullptr)
    context_.log(level::warning, fmt::format("does not hear {} (from {})", mail.what.name(),
                                             mail.from ? mail.from.path() : "outside"));
  offer_rest();
}

void cell_actor::handle(const hearing& hearing, const envelope& mail) {
  auto& figures = self_.figures();
  auto& event = context_.event();
  event.taken = &mail;
  auto began = std::chrono::steady_clock::now();
  bool good = life_.guarded(
      mail.what.name(), [&] { hearing.handle(*slot_.service, mail.what.content()); }, &mail);
  inspector_.handled(mail, event.now);
  event.taken = nullptr;
  figures.taken++;
  figures.busy_ns += static_cast<std::uint64_t>(
      std::chrono::nanoseconds{std::chrono::steady_clock::now() - began}.count());
  if (good)
    life_.keep_unflushed(&mail);
}

/// If nothing waits, the service may do what it has put off.
void cell_actor::offer_rest() {
  if (slot_.service && slot_.kind->idles && self_.figures().depth.load() <= 0
      && life_.guarded("mailbox_drained", [this] { slot_.service->mailbox_drained(); }))
    life_.keep_unflushed(nullptr);
}

void cell_actor::drain() {
  constexpr std::size_t delivered_at_once = 100; // then others have their turn
  for (std::size_t n = 0; n < delivered_at_once && mail_.waits(); ++n) {
    if (waits())
      return;
    deliver(mail_.next());
  }
  if (mail_.waits() && !waits())
    caf::event_based_actor::send(this, drain_more{});
}

// A message is kept until what came of it is durable.
void cell_actor::hear(const transactions_ended& news) {
  mail_.ended(news);
  if (news.refused > 0 && slot_.service && !status_.stopping()) {
    context_.log(level::warning, "begins again from the store: " + news.message);
    life_.restart(news.message);
  }
  if (!waits()) // it may be what kept the service from being idle
    offer_rest();
}

void cell_actor::hear(const child_note& note) {
  if (note.name.empty())
    life_.service_ready();
  else
    children_.hear(note);
}

// -- for the parts of the cell --------------------------------------------------------------------

void cell_actor::arm() {
  auto next = timers_.next_wake();
  if (!next)
    return;
  auto now = self_.sys.timer_now();
  delayed_send(this, *next > now ? *next - now : timer_table::time::duration{0}, timer_wake{});
}

void cell_actor::expire_timers() {
  timers_.expire(self_.sys.timer_now(), [this](timer_table::due_timer one) {
    switch (one.owner) {
    case timer_owner::service:
      self_.figures().depth++;
      take({std::move(one.what), self_.me, one.cause});
      break;
    case timer_owner::supervisor:
      children_.nursery().woken(one.key);
      break;
    case timer_owner::participant:
      context_.log(level::error, "a transaction over the tree was left open: cancelled");
      participant_.leave();
      break;
    }
  });
  if (!status_.ended())
    arm();
}

void cell_actor::post_ready() {
  caf::event_based_actor::send<caf::message_priority::high>(this, child_note{});
}

caf::actor cell_actor::handle() {
  return caf::actor_cast<caf::actor>(this);
}

} // namespace troupe::runtime
