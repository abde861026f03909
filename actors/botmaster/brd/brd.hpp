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

#include "actors/botmaster/brd/build_choice.hpp"
#include "actors/botmaster/brd/messages.hpp"
#include "actors/botmaster/brd/request_queue.hpp"
#include "actors/botmaster/brd/state.hpp"
#include "actors/botmaster/build/messages.hpp"
#include "actors/botmaster/builders/messages.hpp"
#include "actors/botmaster/workers/messages.hpp"
#include "actors/config/lua/function_runner.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::botmaster {

/// To itself: the buildset is durable, its requests may start.
struct buildset_stored {
  buildset_id id;
  TROUPE_FIELDS(id)
};
/// To itself: another configuration is in force.
struct distribute_again {
  TROUPE_FIELDS()
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
  // buildset_requests.cpp: from the request for a buildset to its build requests
  void take(const add_buildset& wanted);
  buildset_added answer_to(const accepted_request& order);
  void make_buildset(const add_buildset& wanted);

  // distribute.cpp: which request goes to which worker next
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

  void free_worker(const std::string& worker, const std::string& builder, build_id build);
  void stop_builds();
  void report_if_done();

  const distributed_builder* find_builder(std::string_view name);
  model::function_host& functions();
  build_choice choice();
  request_queue queue(runtime::transaction& work);

  std::unique_ptr<model::function_runner> functions_; ///< A cache, not state.
  std::unordered_map<std::string_view, const distributed_builder*> by_name_; ///< Another.
};

} // namespace troupe::botmaster
