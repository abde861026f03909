// `why`: the exact reason why something does not start or end. The store tells of finished things;
// services explain the others.
#include "actors/debug/why.hpp"

#include "actors/botmaster/build/build_outcome.hpp"
#include "actors/botmaster/build/causes.hpp"
#include "actors/botmaster/locks/messages.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/botmaster/workers/causes.hpp"
#include "actors/data/lookup.hpp"
#include "actors/scheduler_manager/scheduler_manager.hpp"
#include "actors/workers/messages.hpp"
#include "runtime/path.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"

namespace troupe::debug {

using namespace botmaster;
using shell::call;
using shell::outcome;

namespace {

/// With each service that is asked.
constexpr auto target_patience = std::chrono::seconds{3};
/// Builds that wait for each other may form a circle.
constexpr std::size_t links_max = 8;

bool waits_for_locks(const cause& why) {
  return why.is(build_cause::build_waits_for_locks) || why.is(build_cause::step_waits_for_locks);
}

bool waits_for_worker(const cause& why) {
  return why.is(build_cause::build_preparing) || why.is(build_cause::command_running)
         || why.is(build_cause::command_ending);
}

// -- the services that are asked
// ---------------------------------------------------------------------

void open_link(const call& by, inquiry& asks, const thing& about) {
  auto from = by.read();
  auto& link = asks.links.emplace_back(explanation_link{about, {}});
  if (about.kind == thing_kind::request) {
    asks.left = {target::distributor};
    if (auto record = storage::find_buildrequest(from, buildrequest_id{about.id}))
      link.causes = what_became_of(from, *record, by.now());
  } else if (about.kind == thing_kind::build) {
    asks.left = {target::build};
    if (auto record = storage::find_build(from, build_id{about.id}))
      link.causes = what_became_of(from, *record, by.now());
  } else if (about.kind == thing_kind::worker) {
    asks.left = {target::worker, target::connection, target::distributor};
    if (!by.is_there(worker_path(about.name)))
      link.causes.push_back({worker_cause::worker_unserved,
                             fmt::format("worker {} is not configured", about.name), about});
  } else {
    asks.left = {target::scheduler};
  }
  if (!link.causes.empty())
    asks.left.clear();
}

std::string path_of_build(const call& by, const thing& about) {
  auto from = by.read();
  auto record = storage::find_build(from, build_id{about.id});
  auto known = record ? the_build(from, record->id).name : about.name;
  auto [builder, number] = data::parts_of_build(known);
  if (!record && about.id != 0)
    return builder_path(about.name); // not stored yet: its builder knows it by its id
  auto path = runtime::child_path(builder_path(builder), number);
  return by.is_there(path) ? path : builder_path(builder);
}

/// The connection of a worker, or of that of a build: the last that began, if an older one is about
/// to end.
std::string path_of_connection(const call& by, const thing& about) {
  auto from = by.read();
  auto worker = about.name;
  if (about.kind == thing_kind::build) {
    auto record = storage::find_build(from, build_id{about.id});
    auto stored = record ? storage::find_worker(from, record->worker) : std::nullopt;
    worker = stored ? stored->name : std::string{};
  }
  std::string path;
  std::string parent = std::string{workers::workers_path} + "/";
  for (const auto& one :
       by.paths().walk(workers::workers_path, {}, by.paths().slots() + 1, 1).ports)
    if (one->path().rfind(parent, 0) == 0
        && workers::worker_of_connection(one->path().substr(parent.size())) == worker)
      path = one->path();
  return path;
}

/// The path of the next target; empty if no service could know more.
std::string path_of_target(const call& by, const inquiry& asks) {
  const auto& about = asks.links.back().about;
  switch (asks.asked) {
  case target::distributor:
    return std::string{brd_path};
  case target::locks:
    return std::string{locks_path};
  case target::scheduler:
    return schedulers::scheduler_path(about.name);
  case target::worker:
    return worker_path(about.name);
  case target::build:
    return path_of_build(by, about);
  case target::connection:
    break;
  }
  return path_of_connection(by, about);
}

void put_query(call& by, const inquiry& asks, const std::string& path, const std::string& token) {
  const auto& link = asks.links.back();
  auto since = link.causes.empty() ? std::optional<instant>{} : link.causes.front().since;
  by.send(path, query{link.about, since, token, by.cell.me()});
}

/// Asks the next target, or gives the answer when nobody is left.
outcome pursue(call& by, inquiry asks) {
  while (true) {
    while (!asks.left.empty()) {
      asks.asked = asks.left.front();
      asks.left.erase(asks.left.begin());
      auto path = path_of_target(by, asks);
      if (path.empty())
        continue;
      if (!by.is_there(path)) {
        asks.links.back().causes.push_back(silence_of(path, nullptr, target_patience));
        continue;
      }
      put_query(by, asks, path, by.ask(path, target_patience, to_json(asks)));
      return shell::later;
    }
    const auto& reached = asks.links.back().causes;
    auto next = reached.empty() ? thing{} : reached.front().by;
    bool known = next.kind.empty()
                 || std::any_of(asks.links.begin(), asks.links.end(), [&](const auto& link) {
                      return link.about.kind == next.kind && link.about.name == next.name;
                    });
    if (known || asks.links.size() >= links_max)
      break;
    open_link(by, asks, next);
  }
  if (asks.links.size() > 1 && asks.links.back().causes.empty())
    asks.links.pop_back();
  const auto& [about, reasons] = asks.links.front();
  if (reasons.empty() && about.kind == thing_kind::request
      && !is_stored(by, buildrequest_id{about.id}))
    return failure{errc::not_found, "no such request: " + about.name};
  if (reasons.empty())
    return failure{errc::bug, fmt::format("nothing keeps {} waiting, as far as anybody knows",
                                          to_string(about))};
  return std::optional{explanation_view(asks.links)};
}

// -- the command ----------------------------------------------------------------------------------

outcome why(call& by) {
  auto about = find_thing(by);
  if (!about)
    return about.error();
  inquiry asks;
  open_link(by, asks, *about);
  return pursue(by, std::move(asks));
}

/// What is known so far. A query that a former program put is not gone on with.
result<inquiry> kept_by(const call& by) {
  inquiry asks;
  if (auto read = from_json(asks, by.kept); !read)
    return failure{errc::unavailable, "the master was upgraded meanwhile; ask again"};
  return asks;
}

// Who holds a lock comes before who waits for it, and a silent worker before the build that waits
// for it; what else there is to say comes after.
outcome explained(call& by, const runtime::any_message& message) {
  auto asks = kept_by(by);
  const auto* news = message.as<runtime::explanation>();
  if (!asks || !news)
    return asks ? failure{errc::bug, "an explanation was expected"} : asks.error();
  auto& link = asks->links.back();
  bool first = asks->asked == target::locks
               || (asks->asked == target::connection && link.about.kind == thing_kind::build);
  link.causes.insert(first ? link.causes.begin() : link.causes.end(), news->causes.begin(),
                     news->causes.end());
  if (asks->asked == target::build && !link.causes.empty()) {
    if (waits_for_locks(link.causes.front()))
      asks->left = {target::locks};
    else if (waits_for_worker(link.causes.front()))
      asks->left = {target::connection};
  }
  return pursue(by, std::move(*asks));
}

outcome silent(call& by) {
  auto asks = kept_by(by);
  if (!asks)
    return asks.error();
  std::optional<runtime::tree_node> node;
  if (auto port = by.paths().find(by.path); port && port->target())
    node = runtime::describe_port(*port);
  asks->links.back().causes.push_back(
      silence_of(by.path, node ? &*node : nullptr, target_patience));
  return pursue(by, std::move(*asks));
}

} // namespace

const shell::command_table& why_commands() {
  static const shell::command_table table{
      {"why", "REQUEST|BUILDER/NUMBER|WORKER|SCHEDULER",
       "why something does not start or end (worker w1, if a name is ambiguous)", "why linux/last",
       shell::category::following, 1, 2, why, false, explained, silent},
  };
  return table;
}

} // namespace troupe::debug
