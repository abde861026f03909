// WORKER: a configured worker, connected or not: may it build, and why not.
//
// Owns:      its record: info, paused, graceful. Tells the distributor of every change.
// Promises:  a build gets the connection, or hears why not. A worker that failed to prepare a build
//            rests: 10 s, doubling to an hour, until a build ends well (semantics.md §15.7).
// Restart:   permanent. Paused is stored; whether it is attached is asked of the connections.
#pragma once

#include "actors/botmaster/botmaster.hpp"
#include "actors/botmaster/workers/messages.hpp"
#include "actors/workers/messages.hpp"

namespace troupe::botmaster {

/// To itself: it may build again.
struct quarantine_over {
  TROUPE_FIELDS()
};
/// To itself: it has been away for too long.
struct missing_due {
  TROUPE_FIELDS()
};

struct worker_config {
  std::string name;
  std::optional<std::int64_t> max_builds;
  std::vector<workers::served_builder> builders;
  std::map<std::string, json> properties;
  std::map<std::string, json> default_properties;
  std::vector<std::string> notify_on_missing;
  span missing_timeout{};
  span keepalive_interval{};
  std::vector<json> locks;
  TROUPE_FIELDS(name, max_builds, builders, properties, default_properties, notify_on_missing,
                missing_timeout, keepalive_interval, locks)
};
struct worker_state {
  worker_id id;
  runtime::address connection; ///< Nobody: not attached.
  bool ready = false;          ///< Attached for its builders.
  std::vector<std::string> attached_for;
  std::map<std::string, json> info;
  bool paused = false;
  std::string pause_reason;
  bool graceful = false;
  bool idle = true;
  std::optional<instant> rests_until; ///< In quarantine.
  span rest = std::chrono::seconds{10};
  std::optional<instant> connected_since, absent_since; ///< One of them.
  std::optional<instant> last_connected;
  std::string last_words; ///< Why the last connection ended.
  bool missing = false;
  TROUPE_FIELDS(id, connection, ready, attached_for, info, paused, pause_reason, graceful, idle,
                rests_until, rest, connected_since, absent_since, last_connected, last_words,
                missing)
};

class worker : public runtime::service<worker, worker_config, worker_state> {
public:
  using hears = runtime::messages<workers::worker_arrived, workers::worker_attached,
                                  workers::worker_detached, workers::graceful_shutdown_requested,
                                  acquire_worker, worker_released, control_worker, worker_idle,
                                  report_to_distributor, enrolled, quarantine_over, missing_due>;
  static const runtime::service_kind& static_kind();
  void init() override;
  void code_change() override;
  bool ready_when_started() const override { return static_cast<bool>(state().id); }
  bool shutdown_requested() override;

  void on(const workers::worker_arrived&);
  void on(const workers::worker_attached&);
  void on(const workers::worker_detached&);
  void on(const workers::graceful_shutdown_requested&);
  void on(const acquire_worker&);
  void on(const worker_released&);
  void on(const control_worker&);
  void on(const worker_idle&);
  void on(const report_to_distributor&);
  std::optional<causes> explain(const query&) override;
  void on(const enrolled&);
  void on(const quarantine_over&);
  void on(const missing_due&);

private:
  void begin();
  void connected(const runtime::address& connection);
  void tell_distributor();
  void store_record(std::string_view event);
  void serve();
  void shut_down_if_idle();
  worker_standing standing() const;
  std::string why_not() const;
};

} // namespace troupe::botmaster
