// What a build is started with: its order, its builder's settings, its bounds.
#pragma once

#include "actors/botmaster/build/step_logs.hpp"
#include "actors/botmaster/builder_settings.hpp"
#include "actors/botmaster/builders/messages.hpp"

namespace troupe::botmaster {

struct build_config {
  start_build order;
  std::int64_t number = 0;
  builder_id builder;
  builder_settings definition;
  std::map<std::string, json> global_properties;
  std::string config_file;
  master_id master;
  std::optional<std::int64_t> log_max_size;
  std::optional<std::int64_t> log_max_tail_size;
  runtime::address parent;
  std::vector<json> worker_locks;
  TROUPE_FIELDS(order, number, builder, definition, global_properties, config_file, master,
                log_max_size, log_max_tail_size, parent, worker_locks)

  /// "linux/7", as people call the build.
  std::string title() const { return definition.name + "/" + std::to_string(number); }
  /// Of its steps' logs.
  log_bounds bounds() const { return {log_max_size, log_max_tail_size}; }
};

} // namespace troupe::botmaster
