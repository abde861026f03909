// BRD: the BuildRequestDistributor. Buildsets and build requests, from the moment they are wanted
// to the moment they are complete, and which request goes to which worker next.
//
// Owns:      the ids of buildsets, requests and builds; all claims (semantics.md §3–5).
// Promises:  a request is claimed by one build at a time and completes once; a buildset that was
//            answered for is durable; an order with a number becomes one buildset, however often it
//            is given; whatever can start is started as soon as something changes.
// Restart:   permanent. Requests, buildsets and running builds come from the store; workers and
//            builders are asked to say again what they are.
#pragma once

#include <unordered_map>

#include "actors/botmaster/brd/accepted_requests.hpp"
#include "actors/botmaster/locks/locks.hpp"
#include "actors/config/lua/function_runner.hpp"
#include "runtime/path.hpp"
#include "runtime/service/kind.hpp"

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

/// To itself: the buildset is durable, its requests may start.
struct buildset_stored {
  buildset_id id;
  TROUPE_FIELDS(id)
};
/// To itself: another configuration is in force.
struct distribute_again {
  TROUPE_FIELDS()
};
/// Start no more builds, but such as a running build waits for; or do so again.
struct hold_builds {
  bool hold = true;
  runtime::address requester; ///< Hears `all_builds_done` once when none is left.
  bool stop_running = false;  ///< Those that run are stopped, to be retried.
  TROUPE_FIELDS(hold, requester, stop_running)
};
struct all_builds_done {
  TROUPE_FIELDS()
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

class distributor : public runtime::service<distributor, distributor_config, distributor_state> {
public:
  using hears = runtime::messages<add_buildset, change_svc::stamps_resolved, buildset_stored,
                                  worker_changed, builder_registered, build_over, cancel_request,
                                  hold_builds, locks_are, explain_requests, distribute_again>;
  static constexpr bool takes_configuration = true;
  static const runtime::service_kind& static_kind();
  void init() override;
  void code_change() override { distribute_all(); }
  void config_changed() override;
  void terminate(const std::string& reason) override;

  void on(const add_buildset&);
  void on(const change_svc::stamps_resolved&);
  void on(const buildset_stored&);
  void on(const worker_changed&);
  void on(const builder_registered&);
  void on(const build_over&);
  void on(const cancel_request&);
  void on(const hold_builds&);
  void on(const locks_are&);
  void on(const explain_requests&);
  void on(const distribute_again&) { distribute_all(); }
  /// Of a request: why it does not start. Of a worker: why it does not build more.
  std::optional<causes> explain(const query&) override;

private:
  // brd_orders.cpp: orders on their way
  void take(const add_buildset& wanted);
  buildset_added answer_to(const accepted_request& order);

  // brd_buildsets.cpp: making, collapsing and completing
  void make_buildset(const add_buildset& wanted);
  void collapse(const open_request& fresh, const records::buildset& set,
                runtime::transaction& work);
  bool collapses(const open_request& fresh, const records::buildset& fresh_set,
                 const open_request& older, const std::optional<json>& rule);
  void complete(buildrequest_id which, records::result_code results, runtime::transaction& work);
  void finish_set(open_buildset& set, runtime::transaction& work);
  void say(runtime::transaction& work, const records::buildrequest& request, std::string_view what);

  // brd_distribute.cpp: who builds what next
  void distribute_all();
  void distribute(const std::vector<std::string>& builders);
  // These put what they start, with its claim, into `work`.
  void distribute(const std::vector<std::string>& builders, runtime::transaction& work);
  void distribute_one(const distributed_builder& builder, runtime::transaction& work);
  void start_fresh(const std::map<std::string, buildrequest_id>& fresh, runtime::transaction& work);
  std::string worker_for(const distributed_builder& builder, std::vector<std::string> ready,
                         const open_request& request);
  bool start(open_request& request, const std::string& worker, runtime::transaction& work);
  start_build order_for(const open_request& request);
  const distributed_builder* find_builder(std::string_view name);
  void free_worker(const std::string& worker, const std::string& builder, build_id build);
  void report_if_done();
  void stop_builds();
  void keep_claim(const open_request& request, runtime::transaction& work);
  void drop_claim(buildrequest_id request, runtime::transaction& work);

  // brd_functions.cpp: what the configuration decides by functions
  json view(const open_request& request) const;
  result<json> call(const json& function, std::string_view name, std::vector<json> given);
  /// Its answer, or nothing if it fails, which is logged.
  std::optional<json> ask(const json& function, std::string_view name, std::vector<json> given);
  void prioritise(std::vector<const distributed_builder*>& turns);
  std::vector<buildrequest_id> by_priority(const distributed_builder& builder) const;
  std::vector<buildrequest_id> in_order(const distributed_builder& builder);
  result<buildrequest_id> next_build(const distributed_builder& builder,
                                     const std::vector<buildrequest_id>& waiting);
  result<std::string> next_worker(const distributed_builder& builder,
                                  const std::vector<std::string>& ready,
                                  const open_request& request);
  std::string choose_worker(const distributed_builder& builder, std::vector<std::string> ready,
                            const open_request& request);
  result<bool> may_start(const distributed_builder& builder, const std::string& worker,
                         const open_request& request);

  // brd_why.cpp: the same looked at from what does not start
  struct queue_view;
  queue_view queue_view_of(const std::string& builder, const storage::snapshot& from);
  causes explain_request(buildrequest_id which);
  causes explain_worker(const std::string& worker);
  causes why_waiting(const open_request& request, const queue_view& of, bool first_only = false);
  causes why_claimed(const open_request& request, const storage::snapshot& from) const;
  void why_not_chosen(const open_request& request, const queue_view& of, causes& into);
  void why_refused(const open_request& request, const queue_view& of, causes& into);

  std::unique_ptr<model::function_runner> functions_; ///< A cache, not state.
  std::unordered_map<std::string_view, const distributed_builder*> by_name_; ///< Another.
};

} // namespace troupe::botmaster
