// What the distributor is configured with, and what it knows.
#pragma once

#include "actors/botmaster/brd/accepted_requests.hpp"
#include "actors/botmaster/locks/lock_table.hpp"
#include "actors/botmaster/workers/messages.hpp"
#include "actors/config/model/model.hpp"
#include "storage/records/buildset.hpp"

namespace troupe::botmaster {

/// What the distributor needs to know of a builder; read from its BuilderConfig.
struct distributed_builder {
  std::string name;
  std::vector<std::string> workernames;
  std::optional<json> collapse_requests;
  std::optional<json> next_build;
  std::optional<json> next_worker;
  std::optional<json> can_start_build;
  json locks;
  TROUPE_FIELDS(name, workernames, collapse_requests, next_build, next_worker, can_start_build,
                locks)
};

struct distributor_config {
  master_id master;
  std::vector<distributed_builder> builders;
  std::optional<json> collapse_requests; ///< For builders that say nothing.
  std::optional<json> prioritize_builders;
  std::vector<model::lock> locks;
  TROUPE_FIELDS(master, builders, collapse_requests, prioritize_builders, locks)
};

/// An open request: not complete.
struct open_request {
  records::buildrequest record;
  std::string builder;
  build_id build; ///< The build that runs or is about to; 0 while it waits.
  std::string worker;
  bool stored = false; ///< Its buildset is durable; before that it does not start.
  TROUPE_FIELDS(record, builder, build, worker, stored)
};
struct open_buildset {
  records::buildset record;
  std::set<buildrequest_id> left; ///< Not complete.
  records::result_code results = records::result_code::success;
  TROUPE_FIELDS(record, left, results)
};
/// A worker as it last described itself, and what it does for us.
struct known_worker {
  worker_changed is;
  std::map<std::string, build_id> builds; ///< By builder.
  TROUPE_FIELDS(is, builds)
};

/// What a claim is for. Stored with it, in a row of its own: the build has yet to store itself when
/// the distributor may already have to begin again.
struct claim {
  buildrequest_id request;
  build_id build;
  std::string worker;
  TROUPE_FIELDS(request, build, worker)
};

struct distributor_state {
  buildset_id next_set;
  buildrequest_id next_request;
  build_id next_build;
  std::map<std::string, builder_id> builder_ids;
  std::map<buildrequest_id, open_request> requests;
  std::map<std::string, std::set<buildrequest_id>> queues; ///< Waiting requests by builder.
  std::map<buildset_id, open_buildset> sets;
  std::map<std::string, known_worker> workers;
  std::map<std::string, accepted_request> taken; ///< By scheduler; the store may lag behind.
  bool holding = false;
  std::optional<instant> holding_since;
  runtime::address hold_asker;
  std::map<std::string, lock_figures> locks; ///< As last told.
  std::int64_t started = 0, completed = 0;
  TROUPE_FIELDS(next_set, next_request, next_build, builder_ids, requests, queues, sets, workers,
                taken, holding, holding_since, hold_asker, locks, started, completed)
};

} // namespace troupe::botmaster
