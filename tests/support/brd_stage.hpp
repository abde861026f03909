// The distributor on a stage: builders, workers and requesters are listeners.
#pragma once

#include <map>

#include "actors/botmaster/brd/brd.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/worker.hpp"
#include "actors/change_svc/change_manager.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "tests/support/actor_stage.hpp"

namespace troupe::testing {

using namespace botmaster;
using records::result_code;

class brd_stage : public actor_stage {
public:
  using actor_stage::actor_stage;

  distributor_config config = [] {
    distributor_config made;
    made.master = master_id{1};
    made.builders = {{.name = "b1", .workernames = {"w1", "w2"}},
                     {.name = "b2", .workernames = {"w1", "w2"}}};
    made.collapse_requests = json(false);
    return made;
  }();

  void begin() {
    kinds.add(change_svc::change_manager::static_kind());
    kinds.add(distributor::static_kind());
    storage::batch work;
    for (std::int64_t n = 1; n <= 3; ++n)
      work.put(a_builder(n, "b" + std::to_string(n))).put(a_worker(n, "w" + std::to_string(n)));
    put(work);
    change_svc::change_manager_config changes;
    start_with({runtime::child_of("change_svc", "change_svc", changes),
                branch_of("botmaster", {runtime::child_of("brd", "brd", config)})});
    for (std::string name : {"b1", "b2", "b3"})
      builders[name] = listen(std::string{builders_path} + "/" + name);
    for (std::string name : {"w1", "w2", "w3"})
      workers[name] = listen(std::string{workers_path} + "/" + name);
    requester = listen("/asker");
  }

  /// A buildset for `revision`, one request per builder.
  void ask(std::vector<std::string> names, std::int64_t priority = 0, std::string revision = "1",
           records::property_map properties = {}) {
    add_buildset order;
    order.contents.emplace_back().stamp.revision = std::move(revision);
    order.builder_names = std::move(names);
    order.priority = priority;
    order.set.properties = std::move(properties);
    order.token = std::to_string(++asked);
    order.requester = address_of("/asker");
    send(brd_path, order);
  }
  /// Attached, and paused unless it can build.
  void worker_is(std::string name, bool can_build = true,
                 std::optional<std::int64_t> max_builds = {}, std::string pause_reason = {}) {
    worker_standing standing;
    standing.connected_since = instant{};
    standing.attached = true;
    standing.paused = !can_build;
    standing.pause_reason = std::move(pause_reason);
    send(
        brd_path,
        worker_changed{
            name, worker_id{name.back() - '0'}, std::move(standing), max_builds, {"b1", "b2"}, {}});
  }
  void build_ends(const start_build& order, std::string builder,
                  std::optional<result_code> results) {
    send(brd_path,
         build_over{order.build, order.request.id, std::move(builder), order.worker, results});
  }
  std::vector<start_build> orders(const std::string& builder) {
    return builders.at(builder)->heard<start_build>();
  }
  /// Requests that a builder was told to build, in order.
  std::vector<std::int64_t> begun(const std::string& builder) {
    std::vector<std::int64_t> out;
    for (const auto& one : orders(builder))
      out.push_back(one.request.id.value);
    return out;
  }
  records::buildrequest request(std::int64_t id) {
    return storage::find_buildrequest(read(), buildrequest_id{id}).value();
  }
  records::buildset set(std::int64_t id) {
    return storage::find_buildset(read(), buildset_id{id}).value();
  }
  /// Why a request does not start: "code words" of each cause, a line each.
  std::string why_not(std::int64_t id) {
    send(brd_path, query{the_request(buildrequest_id{id}), {}, "why", address_of("/asker")});
    run();
    std::string out;
    const auto answer = requester->heard<runtime::explanation>().back();
    for (const auto& one : answer.causes)
      out += fmt::format("{}{} {}", out.empty() ? "" : "\n", one.code, one.message);
    return out;
  }

  std::map<std::string, std::shared_ptr<listener>> builders, workers;
  std::shared_ptr<listener> requester;
  int asked = 0;
};

} // namespace troupe::testing
