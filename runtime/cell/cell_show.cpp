// What a cell shows of itself.
#include <caf/all.hpp>

#include "runtime/cell/cell_actor.hpp"

namespace troupe::runtime {

json cell_actor::info() const {
  auto& port = *me_.at();
  boost::json::object out;
  out["path"] = std::string{me_.path()};
  out["kind"] = kind_ ? std::string{kind_->name} : spec_.kind;
  out["about"] = kind_ ? std::string{kind_->about} : std::string{};
  out["state"] = to_json(port.phase.load());
  out["suspended"] = suspended_;
  out["in_transaction"] = participant_.has_value();
  out["incarnation"] = incarnation_;
  out["restarts"] = port.restarts.load();
  out["swaps"] = port.swaps.load();
  out["last_swap_pause_ms"] = static_cast<double>(port.pause_ns.load()) / 1e6;
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
  for (const auto& mail : parked_)
    add(mail);
  mailbox().fetch_more();
  get_normal_queue().peek_all([&](const caf::mailbox_element& one) {
    const auto& content = one.content();
    if (content.size() == 1 && content.match_element<envelope>(0))
      add(content.get_as<envelope>(0));
  });
  boost::json::object out;
  out["waiting"] = me_.at()->depth.load();
  out["messages"] = std::move(waiting);
  return out;
}

json cell_actor::show(const show_cell& asked) {
  if (asked.what == "state")
    return service_ ? service_->state_json() : json(nullptr);
  if (asked.what == "config")
    return kind_ ? kind_->show_config(spec_.config) : json(nullptr);
  if (asked.what == "mailbox")
    return show_mailbox(asked.limit);
  if (asked.what == "crashes")
    return boost::json::object{{"own", to_json(crashes_)}, {"children", to_json(departed_)}};
  if (asked.what == "links")
    return boost::json::object{{"from", incoming_.view()}, {"to", outgoing_.view()}};
  return info();
}

// The state of a service that failed may be anything: to read it must not fail the cell.
void cell_actor::remember_crash(const std::string& reason) {
  last_words message;
  message.at = sys_.now();
  message.reason = reason;
  message.handling = handling_;
  message.before = recent_.list();
  message.incarnation = incarnation_;
  decoding_context here{sys_.paths(), sys_.kinds().known_messages()};
  if (current_) {
    message.message = as_json(current_);
    message.from = current_sender_;
  }
  if (service_)
    try {
      auto state = service_->state_bytes();
      message.state_digest = fnv1a(state);
      message.state_bytes = static_cast<std::int64_t>(state.size());
    } catch (const std::exception& problem) {
      log(level::warning, fmt::format("its state cannot be read any more: {}", problem.what()));
    }
  sys_.failures().add({message.at, std::string{me_.path()}, message.handling, message.reason});
  crashes_.push_back(std::move(message));
  if (crashes_.size() > crashes_kept)
    crashes_.pop_front();
}

// What it costs to look stays a small part of what the messages in between do.
void cell_actor::measure_state() {
  constexpr std::uint64_t messages_between = 1024, bytes_per_message = 16;
  decoding_context here{sys_.paths(), sys_.kinds().known_messages()};
  auto size = service_->state_bytes().size();
  me_.at()->state_bytes = static_cast<std::int64_t>(size);
  measure_at_ = me_.at()->taken.load() + messages_between + size / bytes_per_message;
}

} // namespace troupe::runtime
