#include "actors/workers/worker_manager.hpp"

#include "runtime/path.hpp"

namespace troupe::workers {

namespace {

constexpr std::string_view again_mark = "%s"; // in no segment: '%' is always encoded

} // namespace

std::string connection_segment(std::string_view worker, std::string_view again) {
  auto name = runtime::path_segment(worker);
  return again.empty() ? name : fmt::format("{}{}{}", name, again_mark, again);
}

std::string worker_of_connection(std::string_view segment) {
  return runtime::name_of_segment(segment.substr(0, segment.find(again_mark)));
}

/// Who waits for the verdict over an older connection is known to nobody else: it comes again.
void worker_manager::terminate(const std::string&) {
  for (const auto& [name, one] : state().waiting)
    send(one.session, pbmanager::close_session{"the master has lost track of it"});
}

// A connection that is over says so next; of two of one name the later one counts.
void worker_manager::init() {
  for (const auto& name : children()) {
    auto config = decode<worker_connection_config>(child_spec_of(name)->config).value();
    state().connected.insert_or_assign(config.name, child(name));
  }
}

void worker_manager::on(const pbmanager::session_opened& opened) {
  auto older = state().connected.find(opened.user);
  if (older == state().connected.end()) {
    begin(opened);
    return;
  }
  if (auto waits = state().waiting.find(opened.user); waits != state().waiting.end()) {
    send(opened.session, pbmanager::deny{wire::pb_error::duplicate_worker()});
    return; // two newcomers: one is enough
  }
  log(runtime::level::info, "worker '{}' came a second time, from {}: asking the older one",
      opened.user, opened.peer);
  state().waiting.emplace(opened.user, opened);
  send(older->second, arbitrate{});
}

void worker_manager::begin(const pbmanager::session_opened& opened) {
  worker_connection_config config;
  config.name = opened.user;
  config.peer = opened.peer;
  config.session = opened.session;
  config.mind = opened.mind;
  config.manager = me();
  config.owner =
      address_of(runtime::child_path(config_owner_path(), runtime::path_segment(opened.user)));
  // The cell of a former connection may take a moment to end; its name stays its own.
  auto taken = children();
  auto name = connection_segment(opened.user);
  if (std::find(taken.begin(), taken.end(), name) != taken.end())
    name = connection_segment(opened.user,
                              opened.session.path().substr(opened.session.path().rfind('/') + 1));
  auto spec = runtime::child<worker_connection>(name, config);
  spec.restart = runtime::restart_policy::temporary;
  start_child(std::move(spec));
  state().connected.insert_or_assign(opened.user, child(name));
}

std::string worker_manager::config_owner_path() const {
  return std::string{config().owners_parent.path()};
}

void worker_manager::on(const pbmanager::session_lost& news) {
  std::erase_if(state().waiting,
                [&](const auto& one) { return one.second.session == news.session; });
}

void worker_manager::on(const arbitrated& verdict) {
  auto waits = state().waiting.find(verdict.name);
  if (waits == state().waiting.end() || !verdict.alive)
    return; // a dead one says `connection_over` next
  log(runtime::level::warning, "duplicate worker '{}' from {} refused: the older one answers",
      verdict.name, waits->second.peer);
  send(waits->second.session, pbmanager::deny{wire::pb_error::duplicate_worker()});
  state().waiting.erase(waits);
}

void worker_manager::on(const connection_over& news) {
  auto found = state().connected.find(news.name);
  if (found == state().connected.end() || found->second != news.connection)
    return;
  state().connected.erase(found);
  if (auto next = state().waiting.extract(news.name); !next.empty())
    begin(next.mapped());
}

void worker_manager::on(const report_worker& question) {
  if (auto found = state().connected.find(question.name); found != state().connected.end())
    send(found->second, report_attachment{});
}

const runtime::service_kind& worker_manager::static_kind() {
  static const auto kind =
      runtime::make_kind<worker_manager>("workers", "the connected workers, one child each");
  return kind;
}

} // namespace troupe::workers
