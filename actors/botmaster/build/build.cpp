// From the order to the worker's readiness (semantics.md §6.2).
#include "actors/botmaster/build/build.hpp"

#include "actors/botmaster/build/explanation.hpp"
#include "actors/config/rendering/printf.hpp"
#include "actors/status/events.hpp"
#include "runtime/path.hpp"
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

/// The record's number of a step: builds have at most 1024 steps, steps at most 64 logs.
constexpr std::int64_t steps_max = 1024;

} // namespace

std::string build::who() const {
  return fmt::format("{}/{}", config().definition.name, config().number);
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
    enter(build_phase::over);
    service_base::finish();
    return;
  }
  if (!stored) {
    begin();
    return;
  }
  load_state(stored->state).value();
  if (++state().incarnations > incarnations_max) {
    log(runtime::level::error, "build {} failed {} times in the master: given up", who(),
        incarnations_max);
    end(result_code::exception, "the build failed in the master");
    return;
  }
  dirty_ = true;
  commit_pending(); // the count of incarnations first, whatever comes of this one
  go_on();
  commit_pending();
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
    next_step();
  else if (state().step && state().step->wakes_at)
    sleep_on();
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
  early_properties();

  auto& step = state().preparation;
  step.id = step_id{record.id.value * steps_max};
  step.number = state().next_step++;
  step.name = "worker_preparation";
  step.build = record.id;
  step.started_at = step.locks_acquired_at = now();
  step.state_string = "preparing worker " + config().order.worker;
  state().names[step.name] = 1;
  preparation_changed_ = true;
  bool wanted = config().definition.do_build_if ? is_wanted() : true;
  enter(build_phase::engaging);
  say_build("new");
  say(fmt::format("steps/{}/started", step.id.value), to_json(step));
  if (!wanted) {
    end(result_code::skipped, {});
    return;
  }
  go_on();
  begins_ = true;
  start_timer("beginning", beginning_patience, beginning_due{});
}

void build::enter(build_phase phase) {
  state().phase = phase;
  state().phase_since = now();
}

void build::on(const beginning_due&) {
  if (begins_)
    commit_pending();
}

// A worker that is there answers within milliseconds: what began and the first step are one commit.
void build::mailbox_drained() {
  if (!begins_ || state().phase > build_phase::preparing)
    commit_pending();
}

/// doBuildIf; one that fails lets the build run, and the log says why.
bool build::is_wanted() {
  boost::json::object properties;
  for (const auto& [name, one] : state().record.properties)
    properties[name] = one.value;
  const auto& condition = *config().definition.do_build_if;
  auto verdict =
      condition.is_object() ? functions().call(
          condition, {boost::json::object{{"buildername", to_json(config().definition.name)},
                                          {"number", config().number},
                                          {"properties", std::move(properties)}}})
                            : result<json>{condition};
  if (!verdict)
    log(runtime::level::error, "doBuildIf of {}: {}", who(), verdict.error().message);
  return !verdict || model::truth(*verdict);
}

// What is known before the worker is, later ones over earlier ones (§9.2, 1–4, 6, 7).
void build::early_properties() {
  auto& all = state().record.properties;
  for (const auto& [name, value] : config().global_properties)
    all[name] = {value, config().config_file};
  for (const auto& change : config().order.changes)
    for (const auto& [name, one] : change.properties)
      all[name] = one;
  for (const auto& [name, one] : config().order.set.properties)
    all[name] = one;
  const auto& definition = config().definition;
  set_property("buildername", to_json(definition.name), "Builder");
  set_property("builderid", to_json(config().builder), "Builder");
  for (const auto& [name, value] : definition.properties)
    all[name] = {value, "Builder"};
  for (const auto& [name, value] : definition.default_properties)
    all.try_emplace(name, records::property{value, "Builder"});
  set_property("workername", to_json(config().order.worker), "Worker");
  set_property("buildnumber", to_json(config().number), "Build");
  if (config().order.stamps.size() == 1) {
    const auto& stamp = config().order.stamps.front();
    set_property("branch", to_json(stamp.branch), "Build");
    set_property("revision", to_json(stamp.revision), "Build");
    set_property("repository", to_json(stamp.repository), "Build");
    set_property("codebase", to_json(stamp.codebase), "Build");
    set_property("project", to_json(stamp.project), "Build");
  }
  std::set<std::string> owners;
  for (const auto& change : config().order.changes)
    owners.insert(change.author);
  if (config().order.patch && !config().order.patch->author.empty())
    owners.insert(config().order.patch->author);
  if (auto owner = property("owner"); owner.is_string() && !owner.get_string().empty())
    owners.insert(std::string{owner.get_string()});
  if (!owners.empty())
    set_property("owners", to_json(std::vector<std::string>(owners.begin(), owners.end())),
                 "Build");
}

void build::worker_properties(const worker_engaged& worker) {
  auto& all = state().record.properties;
  for (const auto& [name, value] : worker.properties)
    all[name] = {value, "Worker"};
  set_property("workername", to_json(config().order.worker), "Worker");
  for (const auto& [name, value] : worker.default_properties)
    all.try_emplace(name, records::property{value, "Worker"});
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
  dirty_ = true;
  state().connection = news.connection;
  worker_properties(news);
  enter(build_phase::preparing);
  state().record.state_string = "pinging worker";
  go_on();
}

void build::on(const workers::build_prepared& news) {
  if (state().phase != build_phase::preparing)
    return;
  dirty_ = true;
  if (!news.begun) {
    log(runtime::level::warning, "build {}: {}", who(), news.message);
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
  set_property("basedir", to_json(base), "Worker");
  set_property(
      "builddir",
      to_json(base + (worker_is_windows() ? "\\" : "/") + config().definition.workerbuilddir),
      "Worker");
  prepared_step_done("worker " + config().order.worker + " ready", result_code::success);
  take_locks();
}

// The worker is ready; others may have taken the builder's locks in between (§8.6).
void build::take_locks() {
  auto wanted = rendered(config().definition.locks);
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
  enter(build_phase::locking);
  state().record.state_string = "acquiring locks";
  say_build("update");
  pending_.send(address_of(locks_path), acquire_locks{{{state().record.id, "build"},
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
  enter(build_phase::stepping);
  say_build("update");
  next_step();
}

void build::on(const locks_acquired& news) {
  dirty_ = true;
  if (news.party.part == "build") {
    if (state().phase == build_phase::locking)
      first_step();
    return;
  }
  auto& step = state().step;
  if (!step || !step->waits_for_locks
      || news.party.part != fmt::format("step {}", step->record.number))
    return;
  state().record.locks_duration += now() - *std::exchange(step->waits_for_locks, std::nullopt);
  run_step();
}

void build::prepared_step_done(std::string text, result_code results) {
  auto& step = state().preparation;
  if (step.complete_at)
    return;
  step.state_string = std::move(text);
  step.results = results;
  step.complete_at = now();
  preparation_changed_ = true;
  say(fmt::format("steps/{}/finished", step.id.value), to_json(step));
}

void build::say(std::string_view topic, json content) {
  pending_.send(address_of(status::status_path),
                status::event{std::string{topic}, std::move(content)});
  dirty_ = true;
}

void build::say_build(std::string_view what) {
  build_changed_ = true;
  say(fmt::format("builds/{}/{}", state().record.id.value, what), to_json(state().record));
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
                                         who()),
                             the_service(runtime::store_path)});
  return all;
}

const runtime::service_kind& build::static_kind() {
  static const auto kind = runtime::make_kind<build>("build", "a running build");
  return kind;
}

} // namespace troupe::botmaster
