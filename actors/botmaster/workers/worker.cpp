#include "actors/botmaster/workers/worker.hpp"

#include "actors/botmaster/brd/messages.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/status/events.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"

namespace troupe::botmaster {

namespace {

constexpr span rest_min = std::chrono::seconds{10}, rest_max = std::chrono::hours{1};

} // namespace

void worker::init() {
  auto from = store().read();
  auto known = storage::find_worker(from, config().name);
  if (!known) {
    send(address_of(botmaster_path), enrol{true, config().name, me()});
    return;
  }
  state().id = known->id;
  state().paused = known->paused;
  state().pause_reason = known->pause_reason.value_or("");
  state().last_connected = known->last_connected;
  state().absent_since = now();
  for (const auto& build : storage::incomplete_builds(from))
    state().idle = state().idle && build.worker != known->id;
  begin();
}

void worker::on(const enrolled& news) {
  if (state().id)
    return;
  state().id = worker_id{news.id};
  state().absent_since = now();
  begin();
  ready();
}

void worker::begin() {
  if (config().missing_timeout > span{0})
    start_timer("missing", config().missing_timeout, missing_due{});
  send(address_of(workers::workers_path), workers::report_worker{config().name});
  tell_distributor();
}

void worker::code_change() {
  if (!state().id)
    return; // not enrolled yet: it begins then
  serve();
  tell_distributor();
}

bool worker::shutdown_requested() {
  // Removed, or the master ends: in both cases nobody serves the connection any longer.
  if (state().connection)
    send(state().connection, workers::drop_worker{"the worker is no longer served"});
  auto last = standing();
  last.served = false;
  send(address_of(brd_path),
       worker_changed{config().name, state().id, std::move(last), {}, {}, {}});
  return true;
}

void worker::serve() {
  if (state().connection)
    send(state().connection,
         workers::set_builder_list{config().builders, config().keepalive_interval});
}

worker_standing worker::standing() const {
  const auto& is = state();
  return {true,        is.connected_since, is.ready,          is.paused,       is.pause_reason,
          is.graceful, is.rests_until,     is.last_connected, is.absent_since, is.last_words};
}

std::string worker::why_not() const {
  auto why = why_it_may_not_build(config().name, standing(), now());
  return why.empty() ? std::string{} : why.front().message;
}

void worker::tell_distributor() {
  send(address_of(brd_path),
       worker_changed{config().name, state().id, standing(), config().max_builds,
                      state().attached_for, config().locks});
}

void worker::store_record(std::string_view event) {
  auto from = store().read();
  auto record = storage::find_worker(from, state().id).value_or(records::worker{});
  record.id = state().id;
  record.name = config().name;
  record.info = state().info.empty() ? record.info : state().info;
  record.paused = state().paused;
  record.pause_reason =
      state().pause_reason.empty() ? std::nullopt : std::optional{state().pause_reason};
  record.graceful = state().graceful;
  record.last_connected = state().last_connected;
  runtime::transaction work;
  work.work.put(record);
  work.send(address_of(status::status_path),
            status::event{fmt::format("workers/{}/{}", state().id.value, event), to_json(record)});
  commit(std::move(work));
}

void worker::on(const workers::worker_arrived& news) {
  connected(news.connection);
  state().ready = false;
  serve();
  tell_distributor();
}

void worker::connected(const runtime::address& connection) {
  if (state().connection != connection)
    state().connected_since = now();
  state().connection = connection;
  state().absent_since.reset();
}

void worker::on(const workers::worker_attached& news) {
  bool fresh = !state().ready;
  connected(news.connection);
  state().ready = true;
  state().attached_for = news.builders;
  state().info = news.info;
  state().missing = false;
  state().last_connected = now();
  cancel_timer("missing");
  if (fresh) {
    state().graceful = false; // a worker that comes again starts afresh; paused stays
    store_record("connected");
  }
  tell_distributor();
}

void worker::on(const workers::worker_detached& news) {
  if (state().connection != news.connection)
    return;
  bool was_ready = state().ready;
  state().connection = {};
  state().connected_since.reset();
  state().absent_since = now();
  state().ready = false;
  state().attached_for.clear();
  state().last_words = news.message;
  if (config().missing_timeout > span{0})
    start_timer("missing", config().missing_timeout, missing_due{});
  if (was_ready)
    store_record("disconnected");
  tell_distributor();
}

void worker::on(const workers::graceful_shutdown_requested&) {
  log(runtime::level::info, "worker '{}' wants to shut down", config().name);
  state().graceful = true;
  tell_distributor();
  store_record("state_updated");
  shut_down_if_idle();
}

void worker::on(const worker_idle&) {
  state().idle = true;
  shut_down_if_idle();
}

void worker::shut_down_if_idle() {
  if (state().graceful && state().idle && state().connection)
    send(state().connection, workers::shut_worker_down{});
}

void worker::on(const acquire_worker& question) {
  worker_engaged answer{{}, config().properties, config().default_properties, {}};
  if (state().connection && state().ready) {
    answer.connection = state().connection;
    state().idle = false;
  } else {
    answer.message = why_not();
  }
  send(question.requester, std::move(answer));
}

void worker::on(const worker_released& news) {
  using records::result_code;
  if (news.killed && state().connection)
    send(state().connection, workers::release_builder{news.builder, news.killed});
  bool bad = !news.results || *news.results == result_code::exception;
  if (bad) {
    log(runtime::level::warning, "worker '{}' rests for {} s: {}", config().name,
        std::chrono::duration_cast<std::chrono::seconds>(state().rest).count(),
        news.results ? "a build ended with an exception" : "it could not prepare a build");
    state().rests_until = now() + state().rest;
    start_timer("rest", state().rest, quarantine_over{});
    state().rest = std::min(state().rest * 2, rest_max);
    tell_distributor();
  } else if (*news.results != result_code::retry) {
    state().rest = rest_min;
  }
}

void worker::on(const quarantine_over&) {
  state().rests_until.reset();
  tell_distributor();
}

void worker::on(const control_worker& command) {
  request_done answer{command.token, true, {}};
  if (command.action == "pause" || command.action == "unpause") {
    state().paused = command.action == "pause";
    state().pause_reason = state().paused ? command.reason : std::string{};
    if (!state().paused && std::exchange(state().rests_until, std::nullopt))
      cancel_timer("rest");
  } else if (!state().connection) {
    answer = {command.token, false, why_not()};
  } else if (command.action == "stop") {
    state().graceful = true;
    shut_down_if_idle();
  } else if (command.action == "kill") {
    state().graceful = true;
    send(state().connection, workers::shut_worker_down{});
  } else {
    answer = {command.token, false, "a worker knows stop, kill, pause and unpause"};
  }
  tell_distributor();
  if (answer.ok)
    store_record("state_updated");
  send(command.requester, answer);
}

void worker::on(const report_to_distributor&) {
  tell_distributor();
}

std::optional<causes> worker::explain(const query&) {
  return why_it_may_not_build(config().name, standing(), now());
}

void worker::on(const missing_due&) {
  if (state().connection || std::exchange(state().missing, true))
    return;
  boost::json::object content{{"workerid", state().id.value}, {"name", config().name}};
  content["notify"] = to_json(config().notify_on_missing);
  content["last_connection"] =
      state().last_connected ? runtime::as_iso(*state().last_connected) : std::string{"never"};
  log(runtime::level::warning, "worker '{}' is missing", config().name);
  send(address_of(status::status_path),
       status::event{fmt::format("workers/{}/missing", state().id.value), content});
}

const runtime::service_kind& worker::static_kind() {
  static const auto kind = runtime::make_kind<worker>("worker", "a configured worker");
  return kind;
}

} // namespace troupe::botmaster
