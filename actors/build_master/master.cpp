#include "actors/build_master/master.hpp"

#include <csignal>

#include "actors/botmaster/paths.hpp"
#include "storage/records/builder.hpp"

namespace troupe::master {

namespace {

constexpr auto heartbeat_interval = std::chrono::seconds{60};
/// For a worker to end a build that is stopped; then it is cut off (§26.2).
constexpr auto worker_patience = std::chrono::seconds{5};
/// A distributor that began again has forgotten that it is to hold builds.
constexpr auto hold_interval = std::chrono::seconds{10};

} // namespace

void build_master::init() {
  state().started_at = now();
  send(address_of(io::io_loop_path), io::watch_signals{{SIGTERM, SIGINT, SIGUSR1, SIGHUP}, me()});
  start_timer("heartbeat", heartbeat_interval, heartbeat_due{});
}

void build_master::on(const heartbeat_due&) {
  state().heartbeats++;
  runtime::transaction work;
  work.work.put(records::master{config().id, config().name, true, now()});
  commit(std::move(work));
  start_timer("heartbeat", heartbeat_interval, heartbeat_due{});
}

void build_master::on(const io::signal_received& news) {
  if (news.number == SIGHUP) {
    send(address_of(config::config_path), config::reconfigure{.who = "SIGHUP", .requester = me()});
    return;
  }
  log(runtime::level::info, "signal {}: stopping", news.number);
  stop(news.number == SIGUSR1);
}

void build_master::on(const stop_master& command) {
  send(command.requester, stop_taken{command.token});
  log(runtime::level::info, "told to stop{}", command.clean ? " when all builds are done" : "");
  stop(command.clean);
}

// A clean stop may be cut short; one that is under way is not begun again.
void build_master::stop(bool clean) {
  if (state().ending && (clean || !state().clean_stop))
    return;
  state().ending = true;
  state().clean_stop = clean;
  hold_builds();
}

void build_master::hold_builds() {
  send(address_of(botmaster::brd_path), botmaster::hold_builds{true, me(), !state().clean_stop});
  start_timer("stop", state().clean_stop ? hold_interval : worker_patience, stop_due{});
}

void build_master::on(const stop_due&) {
  if (state().clean_stop) {
    hold_builds();
    return;
  }
  log(runtime::level::warning, "not all builds have ended in time");
  finish();
}

void build_master::on(const botmaster::all_builds_done&) {
  if (state().ending)
    finish();
}

void build_master::on(const config::reconfigured& news) {
  state().last_reconfiguration = news.message;
}

bool build_master::shutdown_requested() {
  return true;
}

const runtime::service_kind& build_master::static_kind() {
  static const auto kind =
      runtime::make_kind<build_master>("master", "BuildMaster: the root supervisor");
  return kind;
}

} // namespace troupe::master
