#include "actors/master/tree.hpp"

#include "actors/botmaster/botmaster.hpp"
#include "actors/botmaster/brd/brd.hpp"
#include "actors/botmaster/builders/builder.hpp"
#include "actors/botmaster/locks/locks.hpp"
#include "actors/botmaster/workers/worker.hpp"
#include "actors/caches/caches.hpp"
#include "actors/change_svc/change_manager.hpp"
#include "actors/changes/pb_change_source.hpp"
#include "actors/config/config_service.hpp"
#include "actors/db/db.hpp"
#include "actors/debug/debug.hpp"
#include "actors/master/master.hpp"
#include "actors/master/ports.hpp"
#include "actors/metrics/metrics.hpp"
#include "actors/pbmanager/pb_manager.hpp"
#include "actors/scheduler_manager/scheduler_manager.hpp"
#include "actors/schedulers/change_scheduler.hpp"
#include "actors/schedulers/force_scheduler.hpp"
#include "actors/status/events.hpp"
#include "actors/workers/worker_manager.hpp"
#include "runtime/path.hpp"
#include "runtime/service/branch.hpp"

namespace troupe::master {

using runtime::child_of;
using runtime::child_spec;
using runtime::path_segment;

namespace {

/// An address by name only, for configurations: it becomes live where it is read.
runtime::address named(std::string path) {
  return runtime::address{std::make_shared<runtime::port>(std::move(path))};
}

/// Events that may wait where they are only passed on or counted: a master that is worked to its
/// limits falls behind with them, and must not keep them all.
constexpr std::int64_t telemetry_mailbox_max = 20'000;

child_spec pbmanager_child(const model::master& wanted) {
  pbmanager::pb_manager_config config;
  for (const auto& port : wanted.pb.ports)
    config.ports.push_back({port, read_port(port).value()});
  for (const auto& one : wanted.workers)
    config.users[one.name] = {
        plain_text(one.password), named(std::string{workers::workers_path}), true, {}};
  for (const auto& one : wanted.change_sources) {
    auto path = runtime::child_path(change_svc::change_svc_path, path_segment(one.name));
    auto& user = config.users[one.user];
    user = {plain_text(one.password), named(path), false, {}};
    if (!one.port)
      continue;
    user.ports = {*one.port};
    bool known = std::any_of(config.ports.begin(), config.ports.end(),
                             [&](const auto& port) { return port.name == *one.port; });
    if (!known)
      config.ports.push_back({*one.port, read_port(*one.port).value()});
  }
  return child_of("pbmanager", "pbmanager", config);
}

child_spec workers_child() {
  return child_of("workers", "workers",
                  workers::worker_manager_config{named(std::string{botmaster::workers_path})});
}

child_spec change_svc_child(const model::master& wanted) {
  change_svc::change_manager_config config;
  config.listeners_parent = named(std::string{schedulers::schedulers_path});
  config.codebase_generator = wanted.codebase_generator;
  config.revlink = wanted.revlink;
  auto spec = child_of("change_svc", "change_svc", config);
  for (const auto& one : wanted.change_sources)
    spec.children.push_back(
        child_of(path_segment(one.name), one.kind,
                 change_svc::pb_change_source_config{
                     one.prefix, named(std::string{change_svc::change_svc_path})}));
  return spec;
}

child_spec schedulers_child(const model::master& wanted, const master_environment& given) {
  auto spec = child_of("scheduler_manager", "scheduler_manager",
                       schedulers::scheduler_manager_config{given.master});
  for (const auto& one : wanted.schedulers)
    spec.children.push_back(one.kind == "ForceScheduler"
                                ? child_of(path_segment(one.name), "force_scheduler",
                                           schedulers::force_scheduler_config{one})
                                : child_of(path_segment(one.name), "change_scheduler",
                                           schedulers::change_scheduler_config{one}));
  return spec;
}

child_spec brd_child(const model::master& wanted, const master_environment& given) {
  botmaster::distributor_config config;
  config.master = given.master;
  config.collapse_requests = wanted.collapse_requests;
  config.prioritize_builders = wanted.prioritize_builders;
  for (const auto& one : wanted.builders)
    config.builders.push_back({one.name, one.worker_names, one.collapse_requests, one.next_build,
                               one.next_worker, one.can_start_build, one.locks});
  config.locks = wanted.locks;
  return child_of("brd", "brd", config);
}

child_spec configured_workers(const model::master& wanted) {
  auto branch = child_of("workers", "branch", runtime::branch_config{});
  std::map<std::string, std::vector<workers::served_builder>> served;
  for (const auto& builder : wanted.builders)
    for (const auto& name : builder.worker_names)
      served[name].push_back({builder.name, builder.workerbuilddir});
  for (const auto& one : wanted.workers) {
    botmaster::worker_config config;
    config.name = one.name;
    config.max_builds = one.max_builds;
    config.builders = std::move(served[one.name]);
    config.properties = one.properties;
    config.default_properties = one.default_properties;
    config.notify_on_missing = one.notify_on_missing;
    config.missing_timeout = one.missing_timeout;
    config.keepalive_interval = one.keepalive_interval;
    config.locks = one.locks;
    branch.children.push_back(child_of(path_segment(one.name), "worker", config));
  }
  return branch;
}

/// Takes the definitions of the builders out of `wanted`: they are most of it.
child_spec builders(model::master& wanted, const master_environment& given) {
  auto branch = child_of("builders", "branch", runtime::branch_config{});
  branch.children.reserve(wanted.builders.size());
  for (auto& one : wanted.builders) {
    botmaster::builder_config config;
    config.builder = std::move(one);
    config.global_properties = wanted.properties;
    config.config_file = given.config_file.substr(given.config_file.rfind('/') + 1);
    config.master = given.master;
    config.log_max_size = wanted.log_max_size;
    config.log_max_tail_size = wanted.log_max_tail_size;
    auto spec = child_of(path_segment(config.builder.name), "builder", config);
    // A build that keeps failing ends itself; it must not take its siblings along.
    spec.children_policy.restarts_max = 1000;
    spec.stop_patience = std::chrono::seconds{20};
    branch.children.push_back(std::move(spec));
  }
  branch.stop_patience = std::chrono::seconds{60};
  return branch;
}

/// Siblings in start order, which follows from what each says it comes `after`.
template <class... Specs>
std::vector<child_spec> in_order_of_start(Specs... specs) {
  std::vector<child_spec> children; // not a list of initialisers: that would copy whole branches
  children.reserve(sizeof...(specs));
  (children.push_back(std::move(specs)), ...);
  return runtime::in_start_order(std::move(children)).value();
}

child_spec after(std::vector<std::string> others, child_spec spec) {
  spec.after = std::move(others);
  return spec;
}

child_spec botmaster_child(model::master& wanted, const master_environment& given) {
  botmaster::botmaster_config config;
  config.master = given.master;
  for (const auto& one : wanted.builders)
    config.builders.push_back({one.name, one.description, one.tags});
  for (const auto& one : wanted.workers)
    config.workers.push_back(one.name);
  auto spec = child_of("botmaster", "botmaster", config);
  auto brd = brd_child(wanted, given);
  auto workers = configured_workers(wanted);
  spec.children = in_order_of_start(
      std::move(brd), child_of("locks", "locks", botmaster::locks_config{wanted.locks}),
      after({"brd"}, std::move(workers)),
      after({"brd", "locks", "workers"}, builders(wanted, given)));
  spec.stop_patience = std::chrono::seconds{90};
  return spec;
}

/// Without the lines on which things were written: moving them changes nothing that runs.
model::master without_places(model::master from) {
  for (auto& one : from.workers)
    one.at = {};
  for (auto& one : from.change_sources)
    one.at = {};
  for (auto& one : from.schedulers)
    one.at = {};
  for (auto& one : from.builders) {
    one.at = {};
    for (auto& step : one.factory.steps)
      step.at = {};
  }
  return from;
}

} // namespace

std::vector<child_spec> wanted_children(model::master loaded, const master_environment& given) {
  auto wanted = without_places(std::move(loaded));
  auto db = child_of("db", "db", db::database_config{});
  db.detached = true; // it blocks on the disk
  auto config =
      child_of("config", "config",
               config::config_service_config{given.config_file, given.folder, given.master,
                                             given.master_name, given.own_uid});
  config.detached = true; // it reads files and evaluates Lua
  auto metrics = child_of("metrics", "metrics", metrics::metrics_config{});
  metrics.mailbox_max = telemetry_mailbox_max;
  auto schedulers = schedulers_child(wanted, given);
  auto status = child_of("status", "status",
                         status::event_hub_config{
                             {std::string{metrics::metrics_path}, std::string{debug::debug_path}}});
  status.mailbox_max = telemetry_mailbox_max;
  auto shell = child_of("debug", "debug",
                        debug::debug_config{given.folder + "/troupe.sock", given.own_uid,
                                            TROUPE_VERSION, wanted.journal});
  shell.detached = true; // it answers when everybody else is stuck
  return in_order_of_start(
      std::move(metrics), child_of("caches", "caches", caches::caches_config{wanted.caches}),
      std::move(db), after({"db"}, std::move(config)), after({"metrics"}, std::move(status)),
      after({"status"}, workers_child()),
      after({"db", "caches", "status"}, change_svc_child(wanted)),
      after({"db", "change_svc"}, std::move(schedulers)),
      after({"db", "status", "workers", "change_svc", "scheduler_manager"},
            botmaster_child(wanted, given)),
      after({"config", "botmaster"}, std::move(shell)),
      // Who connects finds everybody in place.
      after({"workers", "change_svc", "botmaster", "debug"}, pbmanager_child(wanted)));
}

child_spec wanted_root(model::master wanted, const master_environment& given) {
  auto root = child_of("", "master", master_config{given.folder, given.master, given.master_name});
  root.children = wanted_children(std::move(wanted), given);
  root.children_policy.restarts_max = 20; // its children are many, and each has its own allowance
  return root;
}

std::optional<child_spec> retired(const child_spec& running) {
  if (running.kind != "builder")
    return std::nullopt;
  auto config = decode<botmaster::builder_config>(running.config).value();
  config.retired = true;
  auto spec = running;
  spec.config = encode(config);
  return spec;
}

} // namespace troupe::master
