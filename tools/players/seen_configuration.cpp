#include "tools/players/seen_configuration.hpp"

#include <boost/json.hpp>

#include "actors/botmaster/botmaster.hpp"
#include "actors/botmaster/brd/brd.hpp"
#include "actors/botmaster/builders/builder.hpp"
#include "actors/botmaster/locks/locks.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/worker.hpp"
#include "actors/caches/caches.hpp"
#include "actors/change_svc/change_manager.hpp"
#include "actors/config/model/service_role.hpp"
#include "actors/pbmanager/pb_manager.hpp"
#include "runtime/path.hpp"

namespace troupe::players {

namespace {

/// A component of which services of that kind are; nullptr for the services of nodes.
const model::component* component_of_service(std::string_view kind) {
  for (const auto* one : model::catalogue())
    if (auto* role = model::role_of<model::service_role>(one); role && role->kind().name == kind)
      return one;
  return nullptr;
}

std::string last_segment(const std::string& path) {
  return runtime::name_of_segment(path.substr(path.rfind('/') + 1));
}

void merge(model::part& into, const model::part& more) {
  for (const auto& [name, value] : more.arguments.get_object())
    into.set({name.data(), name.size()}, value);
}

template <class Settings>
model::part part_of(model::component_use use, std::string_view name, const Settings& from) {
  return model::part_from_settings(*model::find_component(use, name), ops_of<Settings>(), &from);
}

} // namespace

void seen_configuration::note(const std::string& path, const runtime::cell_copy::seated& what) {
  if (what.kind)
    parts_[path] = {std::string{what.kind->name}, what.config};
}

template <class Service>
std::optional<typename Service::config_type> seen_configuration::node(std::string_view path) const {
  auto found = parts_.find(std::string{path});
  if (found == parts_.end() || found->second.kind != Service::static_kind().name)
    return std::nullopt;
  auto read = decode<typename Service::config_type>(found->second.config);
  return read ? std::optional{std::move(*read)} : std::nullopt;
}

/// The component at a path, as far as its service's configuration tells.
std::optional<model::part> seen_configuration::component_at(const std::string& path,
                                                            model::component_use use) const {
  auto found = parts_.find(path);
  auto* is = found == parts_.end() ? nullptr : component_of_service(found->second.kind);
  if (!is || is->use != use)
    return std::nullopt;
  auto made = model::role_of<model::service_role>(is)->as_part(*is, found->second.config);
  auto* exactly = model::find_component(use, made.class_name); // several classes have one service
  return model::role_of<model::service_role>(exactly)->as_part(*exactly, found->second.config);
}

// Builders are known to three services, each of which has some of the arguments.
void seen_configuration::add_builders(model::master& made, const botmaster::botmaster_config& names,
                                      std::set<std::string>& notes) const {
  auto brd = node<botmaster::distributor>(botmaster::brd_path);
  for (const auto& entry : names.builders) {
    auto path = botmaster::builder_path(entry.name);
    auto settings = node<botmaster::builder>(path);
    auto part = component_at(path, model::component_use::builder);
    if (!settings || !part) {
      notes.insert("the record does not tell how " + path + " was configured");
      continue;
    }
    merge(*part, part_of(model::component_use::builder, part->class_name, entry));
    if (brd)
      for (const auto& one : brd->builders)
        if (one.name == entry.name)
          merge(*part, part_of(model::component_use::builder, part->class_name, one));
    made.properties = settings->global_properties;
    made.log_max_size = settings->log_max_size;
    made.log_max_tail_size = settings->log_max_tail_size;
    made.builders.push_back(std::move(*part));
  }
}

void seen_configuration::add_sources(model::master& made,
                                     const pbmanager::pb_manager_config& door) const {
  for (const auto& [path, one] : parts_) {
    if (auto scheduler = component_at(path, model::component_use::scheduler))
      made.schedulers.push_back(std::move(*scheduler));
    auto source = component_at(path, model::component_use::change_source);
    if (!source)
      continue;
    source->set("name", to_json(last_segment(path)));
    for (const auto& [user, known] : door.users)
      if (known.perspective.path() == path)
        source->set("user", to_json(user));
    made.change_source.push_back(std::move(*source));
  }
}

std::optional<model::master> seen_configuration::whole(std::set<std::string>& notes) const {
  auto names = node<botmaster::botmaster>(botmaster::botmaster_path);
  if (!names)
    return std::nullopt;
  model::master made;
  made.journal.on = false;
  auto missing = [&](std::string_view path) {
    notes.insert(fmt::format("the record does not tell how {} was configured", path));
  };
  for (const auto& name : names->workers) {
    auto path = botmaster::worker_path(name);
    if (auto one = component_at(path, model::component_use::worker))
      made.workers.push_back(std::move(*one));
    else
      missing(path);
  }
  add_builders(made, *names, notes);
  if (auto locks = node<botmaster::locks>(botmaster::locks_path))
    for (const auto& one : locks->defined)
      made.locks.push_back(
          part_of(model::component_use::lock, one.per_worker ? "WorkerLock" : "MasterLock", one));
  if (auto brd = node<botmaster::distributor>(botmaster::brd_path)) {
    made.collapse_requests = brd->collapse_requests;
    made.prioritize_builders = brd->prioritize_builders;
  }
  if (auto changes = node<change_svc::change_manager>(change_svc::change_svc_path)) {
    made.codebase_generator = changes->codebase_generator;
    made.revlink = changes->revlink;
  }
  if (auto caches = node<caches::cache_manager>(caches::caches_path))
    made.caches = caches->sizes;
  auto door = node<pbmanager::pb_manager>(pbmanager::pbmanager_path);
  if (!door)
    missing(pbmanager::pbmanager_path);
  else
    for (const auto& port : door->ports)
      made.protocols.pb.ports.push_back(port.name);
  add_sources(made, door.value_or(pbmanager::pb_manager_config{}));
  return made;
}

} // namespace troupe::players
