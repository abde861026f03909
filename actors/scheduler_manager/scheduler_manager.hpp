// SCHEDULER MANAGER: gives schedulers their ids and has them listen again when changes begin again.
//
// Owns:      the ids of schedulers.
// Restart:   permanent. Derived from the store; schedulers are its children and stay.
#pragma once

#include "actors/change_svc/messages.hpp"
#include "runtime/path.hpp"
#include "storage/records/scheduler.hpp"

namespace troupe::schedulers {

inline constexpr std::string_view schedulers_path = "/scheduler_manager";

/// The path of the scheduler of that name.
inline std::string scheduler_path(std::string_view name) {
  return runtime::child_path(schedulers_path, runtime::path_segment(name));
}

/// A scheduler begins; answered with `scheduler_enrolled`.
struct enrol_scheduler {
  std::string name;
  runtime::address requester;
  TROUPE_FIELDS(name, requester)
};
struct scheduler_enrolled {
  records::scheduler record;
  TROUPE_FIELDS(record)
};
/// Subscribe to changes again.
struct resubscribe {
  TROUPE_FIELDS()
};

struct scheduler_manager_config {
  master_id master;
  TROUPE_FIELDS(master)
};
struct scheduler_manager_state {
  std::map<std::string, records::scheduler> known;
  scheduler_id next;
  TROUPE_FIELDS(known, next)
};

class scheduler_manager
  : public runtime::service<scheduler_manager, scheduler_manager_config, scheduler_manager_state> {
public:
  using hears = runtime::messages<enrol_scheduler, change_svc::publisher_restarted>;
  static const runtime::service_kind& static_kind();
  void init() override;
  void on(const enrol_scheduler&);
  void on(const change_svc::publisher_restarted&);
};

} // namespace troupe::schedulers
