// METRICS: Buildbot's MetricLogObserver: named counters, gauges and timers of the whole master.
//
// Counters lag behind by some seconds: `status` counts, and tells the sums.
// Its mailbox is bounded: a measurement more or less is not worth stalling anybody for.
// Restart:   permanent; counts begin again.
#pragma once

#include "actors/status/events.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::metrics {

inline constexpr std::string_view metrics_path = "/metrics";

struct timing {
  std::int64_t count = 0;
  span total{};
  span longest{};
  TROUPE_FIELDS(count, total, longest)
};

struct metrics_config {
  TROUPE_FIELDS()
};
struct metrics_state {
  std::map<std::string, std::int64_t> counters; ///< Events by kind: "builds/finished".
  std::map<std::string, std::int64_t> gauges;   ///< What there is now: "builds.running".
  std::map<std::string, timing> timers;         ///< How long things took: "builds".
  TROUPE_FIELDS(counters, gauges, timers)
};

class metrics : public runtime::service<metrics, metrics_config, metrics_state> {
public:
  using hears =
      runtime::messages<status::event, status::publisher_restarted, status::events_counted>;
  static const runtime::service_kind& static_kind();
  void init() override { on(status::publisher_restarted{}); }
  void on(const status::event&);
  void on(const status::publisher_restarted&);
  void on(const status::events_counted&);
};

} // namespace troupe::metrics
