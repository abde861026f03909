#include "tools/players/seen_configuration.hpp"

#include "actors/botmaster/botmaster.hpp"
#include "actors/botmaster/brd/brd.hpp"
#include "actors/botmaster/builders/builder.hpp"
#include "actors/botmaster/locks/locks.hpp"
#include "actors/botmaster/workers/worker.hpp"
#include "actors/caches/caches.hpp"
#include "actors/change_svc/change_manager.hpp"
#include "actors/changes/pb_change_source.hpp"
#include "actors/pbmanager/pb_manager.hpp"
#include "actors/schedulers/change_scheduler.hpp"
#include "actors/schedulers/force_scheduler.hpp"
#include "runtime/path.hpp"

namespace troupe::players {

namespace {

constexpr std::string_view telling_kinds[] = {"botmaster",
                                              "brd",
                                              "builder",
                                              "caches",
                                              "change_scheduler",
                                              "change_svc",
                                              "force_scheduler",
                                              "locks",
                                              "pbmanager",
                                              "PBChangeSource",
                                              "worker"};

std::string last_segment(const std::string& path) {
  return runtime::name_of_segment(path.substr(path.rfind('/') + 1));
}

model::worker as_model(const botmaster::worker_config& from) {
  model::worker made;
  made.name = from.name;
  made.max_builds = from.max_builds;
  made.properties = from.properties;
  made.default_properties = from.default_properties;
  made.notify_on_missing = from.notify_on_missing;
  made.missing_timeout = from.missing_timeout;
  made.keepalive_interval = from.keepalive_interval;
  made.locks = from.locks;
  return made;
}

} // namespace

void seen_configuration::note(const std::string& path, const runtime::cell_copy::seated& what) {
  if (!what.kind)
    return;
  for (auto kind : telling_kinds)
    if (kind == what.kind->name)
      parts_[path] = {std::string{kind}, what.config};
}

template <class Config>
std::optional<Config> seen_configuration::part(const std::string& path) const {
  auto found = parts_.find(path);
  if (found == parts_.end())
    return std::nullopt;
  auto read = decode<Config>(found->second.config);
  return read ? std::optional{std::move(*read)} : std::nullopt;
}

std::optional<model::master> seen_configuration::whole(std::set<std::string>& notes) const {
  auto names = part<botmaster::botmaster_config>(std::string{botmaster::botmaster_path});
  if (!names)
    return std::nullopt;
  model::master made;
  made.journal.on = false;
  auto missing = [&](const std::string& path) {
    notes.insert("the record does not tell how " + path + " was configured");
  };
  for (const auto& name : names->workers) {
    auto path = botmaster::worker_path(name);
    if (auto one = part<botmaster::worker_config>(path))
      made.workers.push_back(as_model(*one));
    else
      missing(path);
  }
  for (const auto& entry : names->builders) {
    auto path = botmaster::builder_path(entry.name);
    auto one = part<botmaster::builder_config>(path);
    if (!one) {
      missing(path);
      continue;
    }
    made.properties = one->global_properties;
    made.log_max_size = one->log_max_size;
    made.log_max_tail_size = one->log_max_tail_size;
    made.builders.push_back(std::move(one->builder));
  }
  if (auto locks = part<botmaster::locks_config>(std::string{botmaster::locks_path}))
    made.locks = locks->defined;
  if (auto brd = part<botmaster::distributor_config>(std::string{botmaster::brd_path})) {
    made.collapse_requests = brd->collapse_requests;
    made.prioritize_builders = brd->prioritize_builders;
  }
  if (auto changes =
          part<change_svc::change_manager_config>(std::string{change_svc::change_svc_path})) {
    made.codebase_generator = changes->codebase_generator;
    made.revlink = changes->revlink;
  }
  if (auto caches = part<caches::caches_config>(std::string{caches::caches_path}))
    made.caches = caches->sizes;
  auto door = part<pbmanager::pb_manager_config>(std::string{pbmanager::pbmanager_path});
  if (!door)
    missing(std::string{pbmanager::pbmanager_path});
  else
    for (const auto& port : door->ports)
      made.pb.ports.push_back(port.name);
  for (const auto& [path, one] : parts_) {
    if (one.kind == "change_scheduler") {
      if (auto read = part<schedulers::change_scheduler_config>(path))
        made.schedulers.push_back(std::move(read->definition));
    } else if (one.kind == "force_scheduler") {
      if (auto read = part<schedulers::force_scheduler_config>(path))
        made.schedulers.push_back(std::move(read->definition));
    } else if (one.kind == "PBChangeSource") {
      auto read = part<change_svc::pb_change_source_config>(path);
      if (!read)
        continue;
      model::change_source source;
      source.kind = one.kind;
      source.name = last_segment(path);
      source.prefix = read->prefix;
      if (door)
        for (const auto& [user, known] : door->users)
          if (known.perspective.path() == path)
            source.user = user;
      made.change_sources.push_back(std::move(source));
    }
  }
  return made;
}

} // namespace troupe::players
