#include "actors/metrics/metrics.hpp"

namespace troupe::metrics {

namespace {

constexpr std::size_t counters_max = 1000; // as of kinds of events

std::optional<span> duration(const json& content) {
  if (!content.is_object())
    return std::nullopt;
  auto* from = content.get_object().if_contains("started_at");
  auto* to = content.get_object().if_contains("complete_at");
  if (!from || !to || !from->is_number() || !to->is_number())
    return std::nullopt;
  return span{
      static_cast<std::int64_t>((to->to_number<double>() - from->to_number<double>()) * 1e6)};
}

} // namespace

void metrics::on(const status::publisher_restarted&) {
  send(address_of(status::status_path),
       status::subscribe_events{me(),
                                "",
                                {"builds/new", "builds/finished", "steps/finished",
                                 "workers/connected", "workers/disconnected"},
                                true});
}

void metrics::on(const status::events_counted& news) {
  for (const auto& [kind, count] : news.by_kind)
    if (state().counters.size() < counters_max || state().counters.contains(kind))
      state().counters[kind] += count;
}

void metrics::on(const status::event& what) {
  auto kind = status::kind_of(what.topic);
  if (kind == "builds/new")
    state().gauges["builds.running"]++;
  if (kind == "workers/connected" || kind == "workers/disconnected")
    state().gauges["workers.connected"] += kind == "workers/connected" ? 1 : -1;
  if (kind == "builds/finished")
    state().gauges["builds.running"]--;
  if (kind != "builds/finished" && kind != "steps/finished")
    return;
  if (auto took = duration(what.content)) {
    auto& timer = state().timers[kind == "builds/finished" ? "builds" : "steps"];
    timer.count++;
    timer.total += *took;
    timer.longest = std::max(timer.longest, *took);
  }
}

const runtime::service_kind& metrics::static_kind() {
  static const auto kind =
      runtime::make_kind<metrics>("metrics", "counters, gauges and timers of the whole master");
  return kind;
}

} // namespace troupe::metrics
