#include "actors/master/tree.hpp"

#include "actors/botmaster/botmaster.hpp"
#include "actors/botmaster/brd/brd.hpp"
#include "actors/botmaster/builders/builder.hpp"
#include "actors/botmaster/locks/locks.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/build_master/master.hpp"
#include "actors/caches/caches.hpp"
#include "actors/change_svc/change_manager.hpp"
#include "actors/config/config_service.hpp"
#include "actors/config/model/service_role.hpp"
#include "actors/db/db.hpp"
#include "actors/debug/debug.hpp"
#include "actors/master/ports.hpp"
#include "actors/metrics/metrics.hpp"
#include "actors/pbmanager/pb_manager.hpp"
#include "actors/scheduler_manager/scheduler_manager.hpp"
#include "actors/status/events.hpp"
#include "actors/workers/worker_manager.hpp"
#include "runtime/path.hpp"
#include "runtime/service/branch.hpp"

namespace troupe::master {

using runtime::child;
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

/// The path of the service of a part.
std::string path_of(std::string_view parent, const model::part& of) {
  return runtime::child_path(parent, path_segment(of.name()));
}

/// What a configuration knows when it makes children of its parts.
model::tree_context context_of(const model::master& wanted, const master_environment& given) {
  model::tree_context made{wanted, given.master,
                           given.config_file.substr(given.config_file.rfind('/') + 1)};
  for (const auto& one : wanted.builders)
    for (const auto& name : one.given("workernames")->get_array())
      made.builders_of_worker[std::string{model::as_text(name)}].push_back(&one);
  return made;
}

/// The services of a list of parts, in its order.
std::vector<child_spec> services_of(const model::part_list& list, const model::tree_context& in) {
  std::vector<child_spec> made;
  const auto& parts = in.configuration.*list.parts;
  made.reserve(parts.size());
  for (const auto& one : parts) {
    const auto& is = model::component_of(one, list.use);
    const auto& role = *model::role_of<model::service_role>(&is);
    child_spec spec;
    spec.name = path_segment(one.name());
    spec.kind = role.kind().name;
    spec.config = role.configuration(one, is, in);
    role.specify(spec);
    made.push_back(std::move(spec));
  }
  return made;
}

const model::part_list& list_of(model::component_use use) {
  return *std::find_if(std::begin(model::part_lists), std::end(model::part_lists),
                       [&](const auto& one) { return one.use == use; });
}

child_spec pbmanager_child(const model::tree_context& in) {
  const std::map<model::component_use, std::string_view> parents{
      {model::component_use::worker, botmaster::workers_path},
      {model::component_use::change_source, change_svc::change_svc_path},
      {model::component_use::scheduler, schedulers::schedulers_path},
      {model::component_use::builder, botmaster::builders_path}};
  pbmanager::pb_manager_config config;
  auto listen_on = [&](const std::string& port) {
    bool known = std::any_of(config.ports.begin(), config.ports.end(),
                             [&](const auto& one) { return one.name == port; });
    if (!known)
      config.ports.push_back({port, read_port(port).value()});
  };
  for (const auto& port : in.configuration.protocols.pb.ports)
    listen_on(port);
  for (const auto& list : model::part_lists)
    for (const auto& one : in.configuration.*list.parts) {
      const auto& is = model::component_of(one, list.use);
      const auto& role = *model::role_of<model::service_role>(&is);
      for (const auto& login : role.pb_logins(one, is, path_of(parents.at(list.use), one))) {
        auto& user = config.users[login.user];
        user = {login.password, named(login.perspective), login.worker, {}};
        if (!login.port)
          continue;
        user.ports = {*login.port};
        listen_on(*login.port);
      }
    }
  return child<pbmanager::pb_manager>("pbmanager", config);
}

child_spec workers_child() {
  return child<workers::worker_manager>("workers", {named(std::string{botmaster::workers_path})});
}

child_spec change_svc_child(const model::tree_context& in) {
  change_svc::change_manager_config config;
  config.listeners_parent = named(std::string{schedulers::schedulers_path});
  config.codebase_generator = in.configuration.codebase_generator;
  config.revlink = in.configuration.revlink;
  auto spec = child<change_svc::change_manager>("change_svc", config);
  spec.children = services_of(list_of(model::component_use::change_source), in);
  return spec;
}

child_spec schedulers_child(const model::tree_context& in) {
  auto spec = child<schedulers::scheduler_manager>("scheduler_manager", {in.id});
  spec.children = services_of(list_of(model::component_use::scheduler), in);
  return spec;
}

child_spec brd_child(const model::tree_context& in) {
  botmaster::distributor_config config;
  config.master = in.id;
  config.collapse_requests = in.configuration.collapse_requests;
  config.prioritize_builders = in.configuration.prioritize_builders;
  for (const auto& one : in.configuration.builders)
    config.builders.push_back(model::settings_of<botmaster::distributed_builder>(
        one, model::component_of(one, model::component_use::builder)));
  config.locks = model::locks_of(in.configuration);
  return child<botmaster::distributor>("brd", config);
}

child_spec branch_of(std::string name, std::vector<child_spec> children) {
  auto branch = child<runtime::branch>(std::move(name), {});
  branch.children = std::move(children);
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

child_spec botmaster_child(const model::tree_context& in) {
  botmaster::botmaster_config config;
  config.master = in.id;
  for (const auto& one : in.configuration.builders)
    config.builders.push_back(model::settings_of<botmaster::builder_entry>(
        one, model::component_of(one, model::component_use::builder)));
  for (const auto& one : in.configuration.workers)
    config.workers.push_back(one.name());
  auto spec = child<botmaster::botmaster>("botmaster", config);
  auto workers = branch_of("workers", services_of(list_of(model::component_use::worker), in));
  auto builders = branch_of("builders", services_of(list_of(model::component_use::builder), in));
  builders.stop_patience = std::chrono::seconds{60};
  spec.children = in_order_of_start(
      brd_child(in), child<botmaster::locks>("locks", {model::locks_of(in.configuration)}),
      after({"brd"}, std::move(workers)), after({"brd", "locks", "workers"}, std::move(builders)));
  spec.stop_patience = std::chrono::seconds{90};
  return spec;
}

/// Strips source locations, so that moving code in master.lua causes no reconfiguration.
void strip_places(json& value) {
  if (value.is_array()) {
    for (auto& one : value.get_array())
      strip_places(one);
  } else if (value.is_object() && model::class_of(value) != "function") {
    value.get_object().erase("@");
    for (auto& [key, one] : value.get_object())
      strip_places(one);
  }
}

model::master without_places(model::master from) {
  for (const auto& list : model::part_lists)
    for (auto& one : from.*list.parts) {
      one.at = {};
      strip_places(one.arguments);
    }
  return from;
}

} // namespace

std::vector<child_spec> wanted_children(model::master loaded, const master_environment& given) {
  auto wanted = without_places(std::move(loaded));
  auto in = context_of(wanted, given);
  auto db = child<db::database>("db", {});
  db.detached = true; // it blocks on the disk
  auto config = child<config::config_service>(
      "config", {given.config_file, given.folder, given.master, given.master_name, given.own_uid});
  config.detached = true; // it reads files and evaluates Lua
  auto metrics = child<metrics::metrics>("metrics", {});
  metrics.mailbox_max = telemetry_mailbox_max;
  auto status = child<status::event_hub>(
      "status", {{std::string{metrics::metrics_path}, std::string{debug::debug_path}}});
  status.mailbox_max = telemetry_mailbox_max;
  auto shell = child<debug::debug>(
      "debug", {given.folder + "/troupe.sock", given.own_uid, TROUPE_VERSION, wanted.journal});
  shell.detached = true; // it answers when everybody else is stuck
  return in_order_of_start(
      std::move(metrics), child<caches::cache_manager>("caches", {wanted.caches}), std::move(db),
      after({"db"}, std::move(config)), after({"metrics"}, std::move(status)),
      after({"status"}, workers_child()), after({"db", "caches", "status"}, change_svc_child(in)),
      after({"db", "change_svc"}, schedulers_child(in)),
      after({"db", "status", "workers", "change_svc", "scheduler_manager"}, botmaster_child(in)),
      after({"config", "botmaster"}, std::move(shell)),
      // Who connects finds everybody in place.
      after({"workers", "change_svc", "botmaster", "debug"}, pbmanager_child(in)));
}

child_spec wanted_root(model::master wanted, const master_environment& given) {
  auto root = child<build_master>("", {given.folder, given.master, given.master_name});
  root.children = wanted_children(std::move(wanted), given);
  root.children_policy.restarts_max = 20; // its children are many, and each has its own allowance
  return root;
}

std::optional<child_spec> retired(const child_spec& running) {
  if (running.kind != botmaster::builder::static_kind().name)
    return std::nullopt;
  auto config = decode<botmaster::builder_config>(running.config).value();
  config.retired = true;
  auto spec = running;
  spec.config = encode(config);
  return spec;
}

} // namespace troupe::master
