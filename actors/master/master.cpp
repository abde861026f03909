#include "actors/master/master.hpp"

#include <csignal>

#include "storage/records/builder.hpp"

namespace troupe::master {

namespace {

constexpr auto heartbeat_interval = std::chrono::seconds{60};

} // namespace

void build_master::started() {
  state().started_at = now();
  tell(at(io::rim_path), io::watch_signals{{SIGTERM, SIGINT, SIGUSR1, SIGHUP}, me()});
  remind("heartbeat", heartbeat_interval, heartbeat_due{});
}

void build_master::on(const heartbeat_due&) {
  state().heartbeats++;
  runtime::transaction work;
  work.work.put(records::master{config().id, config().name, true, now()});
  commit(std::move(work));
  remind("heartbeat", heartbeat_interval, heartbeat_due{});
}

void build_master::on(const io::signal_received& news) {
  if (news.number == SIGHUP) {
    tell(at(config::config_path), config::reconfigure{false, "SIGHUP", me()});
    return;
  }
  log(runtime::level::info, "signal {}: stopping", news.number);
  stop(news.number == SIGUSR1);
}

void build_master::on(const stop_master& command) {
  tell(command.asker, stop_taken{command.token});
  log(runtime::level::info, "told to stop{}", command.clean ? " when all builds are done" : "");
  stop(command.clean);
}

void build_master::stop(bool clean) {
  if (!clean) {
    tell(at(botmaster::brd_path), botmaster::hold_builds{true, {}}); // what is retried waits
    finish();
    return;
  }
  state().clean_stop = true;
  tell(at(botmaster::brd_path), botmaster::hold_builds{true, me()});
}

void build_master::on(const botmaster::all_builds_done&) {
  if (state().clean_stop)
    finish();
}

void build_master::on(const config::reconfigured& news) {
  state().last_reconfiguration = news.words;
}

bool build_master::stopping() {
  return true;
}

const runtime::service_kind& master_kind() {
  static const auto kind
    = runtime::make_kind<build_master>("master", "BuildMaster: the root supervisor");
  return kind;
}
const runtime::service_kind& build_master::kind() const {
  return master_kind();
}

} // namespace troupe::master
