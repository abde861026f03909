#include "runtime/cell/service_life.hpp"

namespace troupe::runtime {

// -- running a piece of the service ---------------------------------------------------------------

bool service_life::guarded(std::string_view doing, work_ref work, const envelope* taken) {
  auto& sys = of_.self.sys;
  decoding_context here{sys.paths(), sys.kinds().known_messages()};
  watchdog::run run{sys.dog(), of_.self.me, doing, std::chrono::steady_clock::now()};
  auto& event = of_.context.event();
  event.now = sys.now();
  std::string reason;
  try {
    of_.journal.run(doing, taken, work);
    carry_out(std::exchange(event.out, {}));
    return true;
  } catch (const std::exception& problem) {
    reason = problem.what();
  } catch (...) {
    reason = "an exception of unknown type";
  }
  event.out = {};
  fail(doing, reason);
  return false;
}

// Children first, so that what the service tells a new child finds it.
void service_life::carry_out(outbox out) {
  auto& nursery = of_.children.nursery();
  if (out.ready)
    of_.mailbox.post_ready();
  for (auto& spec : out.to_start)
    if (auto refusal = nursery.add(std::move(spec)); !refusal.empty())
      of_.context.log(level::warning, "a child is not started: " + refusal);
  if (out.prepared)
    of_.watch.answer_prepared(of_.slot.in_transaction, std::move(*out.prepared));
  of_.dispatcher.dispatch(out);
  for (auto& name : out.to_stop)
    nursery.remove(name);
  of_.mailbox.arm();
  if (!out.finishing)
    return;
  if (nursery.empty()) {
    end(out.finish_reason);
    return;
  }
  end_reason_ = std::move(out.finish_reason);
  of_.status.enter(cell_phase::stopping);
  stop_children(afterwards::end);
}

void service_life::flush() {
  if (of_.slot.service && guarded("flush", [this] { of_.slot.service->flush(); }))
    keep_unflushed(nullptr);
}

void service_life::keep_unflushed(const envelope* handled) {
  if (!of_.slot.service || of_.slot.service->flushed())
    of_.mail.flushed();
  else
    of_.mail.hold_back(handled);
}

// -- beginning ------------------------------------------------------------------------------------

void service_life::obey(child_order what) {
  switch (what) {
  case child_order::start:
  case child_order::restart:
    if (!of_.slot.service && barrier_ == 0 && !of_.status.stopping()) {
      if (what == child_order::restart)
        of_.self.figures().restarts++;
      begin(what == child_order::restart);
    }
    break;
  case child_order::reset:
    reset();
    break;
  case child_order::stop:
    if (of_.status.stopping())
      break;
    of_.status.enter(cell_phase::stopping);
    barrier_ = 0;
    stop_children(afterwards::stop_service);
    break;
  case child_order::kill:
    of_.children.kill_all();
    end("killed");
    break;
  }
}

// A service is built from the store, so all that its predecessor sent there must have arrived, and
// all that its children had sent when it last heard of them.
void service_life::begin(bool again) {
  if (!again || of_.self.me.path() == store_path) {
    build();
    return;
  }
  barrier_ = of_.context.random() | 1;
  auto store = of_.self.sys.address_of(store_path);
  if (!store.at()->deliver({any_message{store_barrier{barrier_}}, of_.self.me, {}})) {
    barrier_ = 0; // nobody writes
    build();
  }
}

bool service_life::barrier_reached(const any_message& mail) {
  if (barrier_ == 0)
    return false;
  auto* reached = mail.as<runtime::barrier_reached>();
  if (!reached || reached->token != barrier_)
    return false;
  of_.self.figures().depth--;
  barrier_ = 0;
  build();
  return true;
}

void service_life::build() {
  auto& slot = of_.slot;
  of_.mail.redeliver();
  if (!slot.kind) {
    fail({}, "no such kind of service: " + slot.spec.kind);
    return;
  }
  of_.context.reseed(++slot.incarnation);
  told_ready_ = false;
  of_.journal.record(participants::built, slot.spec.kind, slot.spec.config);
  bool ok = guarded("init", [&] {
    slot.service = slot.kind->make(slot.spec.config).value();
    slot.service->attach(of_.context);
    if (!of_.status.stopping())
      of_.status.enter(cell_phase::starting);
    of_.self.figures().since_us = of_.context.now().time_since_epoch().count();
    slot.service->init();
  });
  if (!ok)
    return;
  if (slot.service && slot.service->ready_when_started())
    service_ready();
  of_.mailbox.drain();
}

void service_life::service_ready() {
  if (of_.status.phase() == cell_phase::starting)
    of_.status.enter(cell_phase::running);
  if (!of_.children.start())
    children_started();
}

void service_life::children_started() {
  if (std::exchange(told_ready_, true))
    return;
  of_.parent.ready();
  of_.watch.tell_ready();
}

void service_life::watched_by(const address& coordinator, const watch_member& how) {
  of_.watch.await_ready(coordinator, how);
  const auto* failure = of_.inspector.last_failure();
  if (!of_.slot.service && failure)
    of_.watch.tell_failed(failure->handling, failure->reason, of_.slot.in_transaction);
  else if (told_ready_)
    of_.watch.tell_ready();
}

void service_life::respecify(child_spec spec) {
  auto& mine = of_.slot.spec;
  spec.children = std::move(mine.children); // theirs are plans of their own
  spec.dynamic = mine.dynamic;
  mine = std::move(spec);
  of_.children.nursery().govern(mine.children_policy);
  of_.slot.show_specification(of_.self.figures());
  of_.parent.respecified();
}

// -- failing --------------------------------------------------------------------------------------

void service_life::fail(std::string_view doing, const std::string& reason) {
  failed(doing, reason, false);
}

void service_life::children_gave_up(const std::string& reason) {
  failed("supervision", reason, true);
}

void service_life::failed(std::string_view doing, const std::string& reason, bool by_children) {
  of_.context.log(level::error, fmt::format("failed in {}: {}", doing, reason));
  of_.inspector.remember_failure(doing, reason, of_.context.event());
  drop(reason);
  of_.watch.tell_failed(doing, reason, of_.slot.in_transaction);
  if (of_.status.stopping()) {
    if (of_.children.nursery().empty())
      end(reason);
    return;
  }
  switch (of_.parent.failed(reason, by_children)) {
  case parent_link::verdict::parent_decides:
    break;
  case parent_link::verdict::begin_again:
    begin(true);
    break;
  case parent_link::verdict::give_up:
    end(reason);
    break;
  }
}

// Timers are the service's: another one sets its own. What it held back is done again.
void service_life::drop(const std::string& reason) {
  auto& service = of_.slot.service;
  if (service) {
    decoding_context here{of_.self.sys.paths(), of_.self.sys.kinds().known_messages()};
    try {
      of_.journal.run("terminate", nullptr, [&] {
        // Not a part of the state: a replay needs it.
        if (auto* recorder = of_.context.event().recorder)
          recorder->keep(terminate_reason, reason);
        service->terminate(reason);
      });
      carry_out(std::exchange(of_.context.event().out, {}));
    } catch (const std::exception& problem) {
      of_.context.event().out = {};
      of_.context.log(level::error,
                      fmt::format("failed again while it was dropped: {}", problem.what()));
    }
  }
  service.reset();
  of_.journal.record(participants::dropped);
  of_.slot.drop();
  of_.mail.return_held_back();
  of_.timers.cancel_all(timer_owner::service);
  if (!of_.status.stopping())
    of_.status.enter(cell_phase::parked);
}

void service_life::restart(const std::string& reason) {
  flush();
  drop(reason);
  of_.self.figures().restarts++;
  begin(true);
}

void service_life::reset() {
  barrier_ = 0;
  if (!told_ready_)
    of_.watch.tell_failed("init", "not ready within its patience", of_.slot.in_transaction);
  flush();
  drop("its supervisor restarts it");
  if (of_.children.nursery().empty())
    of_.parent.reset_done();
  else
    stop_children(afterwards::report_reset);
}

// -- ending ---------------------------------------------------------------------------------------

void service_life::stop_children(afterwards then) {
  afterwards_ = then;
  of_.children.nursery().stop_all();
}

void service_life::children_stopped() {
  switch (std::exchange(afterwards_, afterwards::nothing)) {
  case afterwards::report_reset:
    of_.parent.reset_done();
    break;
  case afterwards::stop_service:
    stop_service();
    break;
  case afterwards::end:
    end(end_reason_);
    break;
  case afterwards::nothing:
    break;
  }
}

void service_life::children_shut_down(const std::string& reason) {
  of_.context.log(level::info, "ends: " + reason);
  of_.status.enter(cell_phase::stopping);
  stop_children(afterwards::stop_service);
}

void service_life::stop_service() {
  if (!of_.slot.service) {
    end({});
    return;
  }
  bool now = true;
  if (guarded("shutdown_requested", [&] { now = of_.slot.service->shutdown_requested(); }) && now)
    end({});
}

void service_life::end(const std::string& reason) {
  if (of_.status.ended())
    return;
  of_.status.enter(cell_phase::ended);
  of_.journal.record(participants::gone);
  of_.self.figures().unbind();
  of_.slot.service.reset();
  of_.slot.in_transaction.reset();
  of_.parent.ended(reason, of_.inspector.last_failure());
  of_.mailbox.close();
}

} // namespace troupe::runtime
