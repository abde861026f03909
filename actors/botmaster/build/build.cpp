// From the order to the worker's readiness (semantics.md §6.2).
#include "actors/botmaster/build/build.hpp"

#include "actors/botmaster/build/build_properties.hpp"
#include "actors/botmaster/build/explanation.hpp"
#include "actors/botmaster/locks/lock_table.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/config/rendering/printf.hpp"
#include "actors/status/events.hpp"
#include "storage/store.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/state.hpp"

namespace troupe::botmaster {

using records::result_code;

namespace {

/// How long a new build waits for its worker's answer before it is stored.
constexpr auto beginning_patience = std::chrono::milliseconds{100};

/// How long a build waits for its worker before it asks whether that is still there.
constexpr auto readiness_patience = std::chrono::seconds{10};

/// A build whose service fails this often is given up as an exception.
constexpr std::int64_t incarnations_max = 5;

} // namespace

handling build::at_hand() {
  return {now(), me(), address_of(status::status_path), secrets(), unsaved_};
}

build_renderer build::renderer() {
  return {config(), state(), functions_};
}

void build::init() {
  std::optional<records::service_state> stored;
  std::optional<records::build> record;
  {
    auto from = store().read();
    stored = storage::find_service_state(from, me().path());
    record = storage::find_build(from, config().order.build);
  }
  if (!stored && record && record->complete_at) { // it failed after its end was stored
    state().enter(build_phase::over, now());
    finish();
    return;
  }
  if (!stored) {
    begin();
    return;
  }
  load_state(stored->state).value();
  if (++state().incarnations > incarnations_max) {
    log(runtime::level::error, "build {} failed {} times in the master: given up", config().title(),
        incarnations_max);
    end(result_code::exception, "the build failed in the master");
    return;
  }
  unsaved_.touch();
  commit_unsaved(); // the count of incarnations first, whatever comes of this one
  go_on();
  commit_unsaved();
}

// Answers that were asked for and may have been lost with a former incarnation are asked for again.
void build::go_on() {
  if (state().phase == build_phase::engaging || state().phase == build_phase::preparing)
    start_timer("readiness", readiness_patience, readiness_due{});
  if (state().phase == build_phase::engaging)
    send(address_of(worker_path(config().order.worker)),
         acquire_worker{config().definition.name, me()});
  else if (state().phase == build_phase::preparing && state().connection)
    send(state().connection, workers::prepare_build{config().definition.name, me()});
  else if (state().phase == build_phase::locking)
    take_locks();
  else if (state().phase == build_phase::stepping && !state().step)
    go_on_after(next_step());
  else if (state().step && state().step->wakes_at)
    start_timer("step", state().step->sleep_left(now()), step_due{state().step->record.id});
}

void build::begin() {
  auto& record = state().record;
  record.id = config().order.build;
  record.number = config().number;
  record.builder = config().builder;
  record.request = config().order.request.id;
  record.worker = config().order.worker_number;
  record.master = config().master;
  record.started_at = now();
  record.state_string = "starting";
  state().incarnations = 1;
  state().waiting = config().definition.factory.steps;
  set_early_properties(record.properties, config());

  auto& step = state().preparation;
  step.number = state().next_step++;
  step.id = id_of_step(record.id, step.number);
  step.name = "worker_preparation";
  step.build = record.id;
  step.started_at = step.locks_acquired_at = now();
  step.state_string = "preparing worker " + config().order.worker;
  state().names[step.name] = 1;
  unsaved_.change(changed_record::preparation);
  const auto& condition = config().definition.do_build_if;
  auto wanted = condition ? renderer().decide_build(*condition) : result<json>{true};
  if (!wanted) // it runs, and the log says why
    log(runtime::level::error, "doBuildIf of {}: {}", config().title(), wanted.error().message);
  state().enter(build_phase::engaging, now());
  announce_build("new");
  at_hand().announce(fmt::format("steps/{}/started", step.id.value), to_json(step));
  if (wanted && !model::truth(*wanted)) {
    end(result_code::skipped, {});
    return;
  }
  go_on();
  unsaved_.hold_beginning();
  start_timer("beginning", beginning_patience, beginning_due{});
}

void build::on(const beginning_due&) {
  if (unsaved_.holds_beginning())
    commit_unsaved();
}

// A worker that is there answers within milliseconds: what began and the first step are one commit.
void build::mailbox_drained() {
  if (!unsaved_.holds_beginning() || state().phase > build_phase::preparing)
    commit_unsaved();
}

// A connection that ends just when it is asked takes the question with it.
void build::on(const readiness_due&) {
  if (state().phase != build_phase::engaging && state().phase != build_phase::preparing)
    return;
  start_timer("readiness", readiness_patience, readiness_due{});
  send(address_of(worker_path(config().order.worker)),
       acquire_worker{config().definition.name, me()});
}

void build::on(const worker_engaged& news) {
  if (state().phase == build_phase::preparing && news.connection != state().connection)
    on(workers::worker_lost{config().order.worker, "it has another connection, or none"});
  if (state().phase != build_phase::engaging)
    return;
  if (!news.connection) {
    end(result_code::retry, "worker not available");
    return;
  }
  unsaved_.touch();
  state().connection = news.connection;
  set_worker_properties(state().record.properties, news, config().order.worker);
  state().enter(build_phase::preparing, now());
  state().record.state_string = "pinging worker";
  go_on();
}

void build::on(const workers::build_prepared& news) {
  if (state().phase != build_phase::preparing)
    return;
  unsaved_.touch();
  if (!news.begun) {
    log(runtime::level::warning, "build {}: {}", config().title(), news.message);
    if (!news.pinged && state().connection)
      send(state().connection, workers::drop_worker{"it did not answer a ping: " + news.message});
    end(result_code::retry, news.pinged ? "worker not building" : "worker not pinged");
    return;
  }
  state().prepared = true;
  state().commands = news.commands;
  state().worker_info = news.info;
  state().environ = news.environ;
  auto base =
      news.info.contains("basedir") ? steps::text_of(news.info.at("basedir")) : std::string{};
  set_folder_properties(state().record.properties, config(), base, state().worker_is_windows());
  state().finish_preparation("worker " + config().order.worker + " ready", result_code::success,
                             at_hand());
  take_locks();
}

// The worker is ready; others may have taken the builder's locks in between (§8.6).
void build::take_locks() {
  auto wanted = renderer().render(config().definition.locks);
  auto accesses =
      wanted ? read_accesses(*wanted) : result<std::vector<lock_access>>{wanted.error()};
  if (!accesses) {
    end(result_code::exception, "locks: " + accesses.error().message);
    return;
  }
  for (const auto& one : config().worker_locks)
    if (auto more = read_accesses(one))
      accesses->insert(accesses->end(), more->begin(), more->end());
  if (accesses->empty()) {
    first_step();
    return;
  }
  if (!state().waits_for_locks)
    state().waits_for_locks = now();
  state().enter(build_phase::locking, now());
  state().record.state_string = "acquiring locks";
  announce_build("update");
  unsaved_.send(address_of(locks_path), acquire_locks{{{state().record.id, "build"},
                                                       config().order.worker,
                                                       std::move(*accesses),
                                                       me(),
                                                       {},
                                                       {}}});
}

void build::first_step() {
  if (auto since = std::exchange(state().waits_for_locks, std::nullopt))
    state().record.locks_duration += now() - *since;
  state().record.state_string = "building";
  state().enter(build_phase::stepping, now());
  announce_build("update");
  go_on_after(next_step());
}

void build::announce_build(std::string_view what) {
  unsaved_.change(changed_record::build);
  at_hand().announce(fmt::format("builds/{}/{}", state().record.id.value, what),
                     to_json(state().record));
}

// Everything since the last commit: log lines, records, the state to go on from, what is to be
// said.
void build::commit_unsaved() {
  if (unsaved_.empty())
    return;
  auto& batch = unsaved_.batch();
  if (auto& step = state().step) {
    store_step();
    if (step->command && state().connection)
      if (auto taken = step->command->acknowledge())
        unsaved_.send(state().connection, std::move(*taken));
  }
  if (unsaved_.take_change(changed_record::preparation))
    batch.put(state().preparation);
  if (unsaved_.take_change(changed_record::build))
    batch.put(state().record);
  if (state().phase != build_phase::over)
    batch.put_state(std::string{me().path()}, "build", state_bytes());
  commit(unsaved_.take());
}

std::optional<causes> build::explain(const query&) {
  auto all = why_it_goes_on(config(), state(), now());
  std::optional<build_state> stored;
  if (auto found = storage::find_service_state(store().read(), me().path()))
    stored = decode<build_state>(found->state).value();
  if (!is_asked_for(state(), stored))
    all.insert(all.begin(), {runtime::service_cause::waits_for_store,
                             fmt::format("what build {} did last is not stored yet; what it said "
                                         "goes out when it is",
                                         config().title()),
                             the_service(runtime::store_path)});
  return all;
}

const runtime::service_kind& build::static_kind() {
  static const auto kind = runtime::make_kind<build>("build", "a running build");
  return kind;
}

} // namespace troupe::botmaster
