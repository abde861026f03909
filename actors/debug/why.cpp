// `why`: the exact reason why something does not start or end. What is over is told from the store;
// for everything else those are asked who know.
#include "actors/botmaster/build/build_outcome.hpp"
#include "actors/botmaster/requests.hpp"
#include "actors/debug/debug.hpp"
#include "actors/debug/record_views.hpp"
#include "actors/debug/tree_views.hpp"
#include "actors/scheduler_manager/scheduler_manager.hpp"
#include "actors/workers/connection.hpp"
#include "runtime/path.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"

namespace troupe::debug {

using namespace botmaster;
using enum cause_code;

namespace {

/// For each who is asked.
constexpr auto witness_patience = std::chrono::seconds{3};
/// Builds that wait for each other may form a circle; and people want an end.
constexpr std::size_t links_max = 8;

bool waits_for_locks(const cause& why) {
  return why.code == build_waits_for_locks || why.code == step_waits_for_locks;
}

bool waits_for_worker(const cause& why) {
  return why.code == build_preparing || why.code == command_running || why.code == command_ending;
}

} // namespace

outcome debug::why(const shell_call& call) {
  auto about = find_thing(call.args);
  if (!about)
    return about.error();
  query asks;
  open_link(asks, *about);
  return pursue(call.connection, call.id, std::move(asks));
}

// -- who is asked ---------------------------------------------------------------------------------

void debug::open_link(query& asks, const thing& about) {
  auto from = store().read();
  auto& link = asks.links.emplace_back(explanation_link{about});
  switch (about.kind) {
  case thing_kind::request:
    asks.left = {target::distributor};
    if (auto record = storage::find_buildrequest(from, buildrequest_id{about.id}))
      link.causes = what_became_of(from, *record, now());
    break;
  case thing_kind::build:
    asks.left = {target::build};
    if (auto record = storage::find_build(from, build_id{about.id}))
      link.causes = what_became_of(from, *record, now());
    break;
  case thing_kind::worker:
    asks.left = {target::worker, target::connection, target::distributor};
    if (!is_there(worker_path(about.name)))
      link.causes.push_back(
          {worker_unserved, fmt::format("worker {} is not configured", about.name), about});
    break;
  default:
    asks.left = {target::scheduler};
    break;
  }
  if (!link.causes.empty())
    asks.left.clear();
}

/// Where whoever is asked next is; empty if there is nobody who could know more.
std::string debug::path_of_witness(const query& asks) {
  const auto& about = asks.links.back().about;
  auto from = store().read();
  switch (asks.asked) {
  case target::distributor:
    return std::string{brd_path};
  case target::locks:
    return std::string{locks_path};
  case target::scheduler:
    return schedulers::scheduler_path(about.name);
  case target::worker:
    return worker_path(about.name);
  case target::build: {
    auto record = storage::find_build(from, build_id{about.id});
    auto known = record ? the_build(from, record->id).name : about.name;
    auto [builder, number] = parts_of_build(known);
    if (!record && about.id != 0)
      return builder_path(about.name); // not stored yet: its builder knows it by its id
    auto path = runtime::child_path(builder_path(builder), number);
    return is_there(path) ? path : builder_path(builder);
  }
  case target::connection:
    break;
  }
  auto worker = about.name;
  if (about.kind == thing_kind::build) {
    auto record = storage::find_build(from, build_id{about.id});
    auto stored = record ? storage::find_worker(from, record->worker) : std::nullopt;
    worker = stored ? stored->name : std::string{};
  }
  std::string path; // the last one that began, if an older one is about to end
  std::string parent = std::string{workers::workers_path} + "/";
  for (const auto& one : paths().walk(workers::workers_path, {}, paths().slots() + 1, 1).ports)
    if (one->path().rfind(parent, 0) == 0
        && workers::worker_of_connection(one->path().substr(parent.size())) == worker)
      path = one->path();
  return path;
}

void debug::put_question(const query& asks, const std::string& path, const std::string& token) {
  const auto& about = asks.links.back().about;
  auto to = address_of(path);
  switch (asks.asked) {
  case target::distributor:
    if (about.kind == thing_kind::worker)
      send(to, explain_worker{about.name, token, me()});
    else
      send(to, explain_request{buildrequest_id{about.id}, token, me()});
    break;
  case target::build:
    send(to, explain_build{build_id{about.id}, token, me()});
    break;
  case target::locks:
    send(to, explain_locks{build_id{about.id}, token, me()});
    break;
  case target::worker:
    send(to, explain_worker{about.name, token, me()});
    break;
  case target::connection:
    send(to, workers::when_heard{token, me()});
    break;
  case target::scheduler:
    send(to, explain_scheduler{token, me()});
    break;
  }
}

/// Asks the next witness, or gives the answer when nobody is left.
outcome debug::pursue(std::int64_t connection, std::int64_t id, query asks) {
  while (true) {
    while (!asks.left.empty()) {
      asks.asked = asks.left.front();
      asks.left.erase(asks.left.begin());
      auto path = path_of_witness(asks);
      if (path.empty())
        continue;
      if (!is_there(path)) {
        asks.links.back().causes.push_back(silence_of(path, nullptr, witness_patience));
        continue;
      }
      auto token = ask(connection, id, path, witness_patience);
      put_question(asks, path, token);
      state().inquiries.emplace(token, std::move(asks));
      return std::optional<json>{};
    }
    const auto& reached = asks.links.back().causes;
    auto next = reached.empty() ? thing{} : reached.front().by;
    bool known = next.kind == thing_kind::nobody
                 || std::any_of(asks.links.begin(), asks.links.end(), [&](const auto& link) {
                      return link.about.kind == next.kind && link.about.name == next.name;
                    });
    if (known || asks.links.size() >= links_max)
      break;
    open_link(asks, next);
  }
  if (asks.links.size() > 1 && asks.links.back().causes.empty())
    asks.links.pop_back();
  const auto& [about, reasons] = asks.links.front();
  if (reasons.empty() && about.kind == thing_kind::request && !is_stored(buildrequest_id{about.id}))
    return failure{errc::not_found, "no such request: " + about.name};
  if (reasons.empty())
    return failure{errc::bug, fmt::format("nothing keeps {} waiting, as far as anybody knows",
                                          to_string(about))};
  return std::optional{explanation_view(asks.links)};
}

// -- what is answered -----------------------------------------------------------------------------

/// The question of that token and what it is for; nothing if it is not one of ours, or is over.
std::optional<std::pair<question, query>> debug::take_inquiry(const std::string& token) {
  auto asked = state().questions.extract(token);
  auto asks = state().inquiries.extract(token);
  if (asked.empty() || asks.empty())
    return std::nullopt;
  forget(token);
  return std::pair{std::move(asked.mapped()), std::move(asks.mapped())};
}

void debug::go_on(const question& asked, query asks) {
  auto answer = pursue(asked.connection, asked.id, std::move(asks));
  if (!answer)
    reply(asked.connection, error_line(asked.id, answer.error()));
  else if (*answer)
    reply(asked.connection, answer_line(asked.id, **answer));
}

// Who holds a lock comes before who waits for it; what else there is to say comes after.
void debug::on(const explanation& news) {
  auto found = take_inquiry(news.token);
  if (!found)
    return;
  auto& [asked, asks] = *found;
  auto& known = asks.links.back().causes;
  known.insert(asks.asked == target::locks ? known.begin() : known.end(), news.causes.begin(),
               news.causes.end());
  if (asks.asked == target::build && !known.empty()) {
    if (waits_for_locks(known.front()))
      asks.left = {target::locks};
    else if (waits_for_worker(known.front()))
      asks.left = {target::connection};
  }
  go_on(asked, std::move(asks));
}

// A worker of which nothing was heard since it was asked for something does not hear us either.
void debug::on(const workers::last_heard& news) {
  auto found = take_inquiry(news.token);
  if (!found)
    return;
  auto& [asked, asks] = *found;
  auto& link = asks.links.back();
  bool of_build = link.about.kind == thing_kind::build;
  auto since = of_build ? link.causes.front().since : news.keepalive_sent;
  if (since && news.at < *since)
    link.causes.insert(
        of_build ? link.causes.begin() : link.causes.end(),
        {worker_silent,
         fmt::format("nothing has been heard from worker {} for {}, though it was asked {} ago{}",
                     news.worker, lasting(now() - news.at), lasting(now() - *since),
                     news.dropped_at ? fmt::format("; it is disconnected in {} if that goes on",
                                                   lasting(*news.dropped_at - now()))
                                     : std::string{}),
         the_worker(news.worker), news.at, news.dropped_at});
  go_on(asked, std::move(asks));
}

void debug::witness_overdue(const std::string& token) {
  auto found = take_inquiry(token);
  if (!found)
    return;
  auto& [asked, asks] = *found;
  std::optional<runtime::tree_node> node;
  if (auto port = paths().find(asked.path); port && port->target())
    node = runtime::describe_port(*port);
  asks.links.back().causes.push_back(
      silence_of(asked.path, node ? &*node : nullptr, witness_patience));
  go_on(asked, std::move(asks));
}

} // namespace troupe::debug
