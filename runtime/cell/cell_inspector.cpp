#include "runtime/cell/cell_inspector.hpp"

namespace troupe::runtime {

void cell_inspector::handled(const envelope& mail, instant at) {
  recent_.add(mail.what, mail.from, at);
  if (of_.slot.service && of_.self.figures().taken.load(std::memory_order_relaxed) >= measure_at_)
    measure_state();
}

// The cost of measuring stays a small part of the cost of the messages in between.
void cell_inspector::measure_state() {
  constexpr std::uint64_t messages_between = 1024, bytes_per_message = 16;
  decoding_context here{of_.self.sys.paths(), of_.self.sys.kinds().known_messages()};
  auto size = of_.slot.service->state_bytes().size();
  auto& figures = of_.self.figures();
  figures.state_bytes = static_cast<std::int64_t>(size);
  measure_at_ = figures.taken.load() + messages_between + size / bytes_per_message;
}

const failure_report& cell_inspector::remember_failure(std::string_view doing,
                                                       const std::string& reason,
                                                       const running_event& event) {
  auto& sys = of_.self.sys;
  failure_report report;
  report.at = sys.now();
  report.reason = reason;
  report.handling = doing;
  report.before = recent_.list();
  report.incarnation = of_.slot.incarnation;
  decoding_context here{sys.paths(), sys.kinds().known_messages()};
  if (event.taken) {
    report.message = as_json(event.taken->what);
    report.from = event.taken->from;
  }
  read_state(report);
  sys.failures().add({report.at, std::string{of_.self.me.path()}, report.handling, reason});
  failures_.push_back(std::move(report));
  if (failures_.size() > crashes_kept)
    failures_.pop_front();
  return failures_.back();
}

// The state of a service that failed may be anything: to read it must not fail the cell.
void cell_inspector::read_state(failure_report& into) const {
  if (!of_.slot.service)
    return;
  try {
    auto state = of_.slot.service->state_bytes();
    into.state_digest = fnv1a(state);
    into.state_bytes = static_cast<std::int64_t>(state.size());
  } catch (const std::exception& problem) {
    auto text = fmt::format("its state cannot be read any more: {}", problem.what());
    of_.self.sys.secrets().hide_in(text);
    of_.self.sys.log().write(
        {into.at, level::warning, std::string{of_.self.me.path()}, std::move(text)});
  }
}

json cell_inspector::show(std::string_view what) const {
  const auto& slot = of_.slot;
  if (what == "state")
    return slot.service ? slot.service->state_json() : json(nullptr);
  if (what == "config")
    return slot.kind ? slot.kind->show_config(slot.spec.config) : json(nullptr);
  if (what == "crashes")
    return boost::json::object{{"own", to_json(failures_)},
                               {"children", to_json(of_.departed_children)}};
  if (what == "links")
    return boost::json::object{{"from", incoming_.view()}, {"to", of_.outgoing.view()}};
  return info();
}

json cell_inspector::info() const {
  const auto& figures = of_.self.figures();
  const auto& slot = of_.slot;
  const auto& spec = slot.spec;
  boost::json::object out;
  out["path"] = std::string{of_.self.me.path()};
  out["kind"] = slot.kind ? std::string{slot.kind->name} : spec.kind;
  out["about"] = slot.kind ? std::string{slot.kind->about} : std::string{};
  out["state"] = to_json(figures.phase.load());
  out["suspended"] = of_.status.suspended();
  out["in_transaction"] = slot.in_transaction.has_value();
  out["incarnation"] = slot.incarnation;
  out["restarts"] = figures.restarts.load();
  out["swaps"] = figures.swaps.load();
  out["last_swap_pause_ms"] = static_cast<double>(figures.pause_ns.load()) / 1e6;
  out["mailbox"] = figures.depth.load();
  out["mailbox_max"] = spec.mailbox_max;
  out["taken"] = figures.taken.load();
  out["busy_seconds"] = static_cast<double>(figures.busy_ns.load()) / 1e9;
  out["since"] = as_iso(instant{span{figures.since_us.load()}});
  out["restart_policy"] = to_json(spec.restart);
  out["start_patience"] = to_json(spec.start_patience);
  out["stop_patience"] = to_json(spec.stop_patience);
  out["supervision"] = to_json(spec.children_policy);
  out["children"] = to_json(of_.nursery.names());
  out["child_counts"] = to_json(of_.nursery.counts());
  out["timers"] = of_.timers.view(of_.self.sys.timer_now());
  return out;
}

} // namespace troupe::runtime
