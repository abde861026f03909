#include "tools/players/stress.hpp"

#include <fstream>

#include <fmt/format.h>

#include "actors/config/lua/loader.hpp"

namespace troupe::players {

using sim::invariant;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const std::string password = "pass", config_file = "master.json";
/// Of builds, on a worker whose configuration sets no limit.
constexpr std::int64_t any_number = 1'000'000'000;
/// How long faults go on after the last event, if work does not end.
constexpr span faults_after = minutes{30};

/// By default that of the class.
std::string user_of(const model::part& source) {
  const auto& is = model::component_of(source, model::component_use::change_source);
  return is.find("user") ? std::string{model::as_text(model::value_of(source, is, "user"))}
                         : std::string{};
}

credentials credentials_of(const std::vector<model::master>& settings) {
  credentials made;
  for (const auto& setting : settings) {
    for (const auto& one : setting.workers)
      made.workers[one.name()] = password;
    for (const auto& one : setting.change_source)
      made.sources[one.name()] = {user_of(one), password};
  }
  return made;
}

std::vector<model::master> copied(const recording& of, std::int64_t copies) {
  std::vector<model::master> made;
  for (const auto& one : of.settings)
    made.push_back(copied_setting(one.configuration, copies, password));
  return made;
}

} // namespace

sim::setting as_known(const model::master& from) {
  sim::setting made;
  for (const auto& one : from.workers) {
    sim::planned_worker worker;
    worker.name = one.name();
    auto* max_builds = one.given("max_builds");
    worker.max_builds = max_builds && max_builds->is_int64() ? max_builds->get_int64() : any_number;
    made.workers.push_back(std::move(worker));
  }
  for (const auto& one : from.builders) {
    sim::planned_builder builder;
    builder.name = one.name();
    from_json(builder.workers, *one.given("workernames")).value();
    made.builders.push_back(std::move(builder));
  }
  return made;
}

namespace {

sim::plan plan_for(const recording& of, const stress_options& how) {
  sim::plan made;
  made.seed = how.timeline.seed;
  made.shuffled = how.shuffle;
  made.configured =
      as_known(copied_setting(of.settings.at(0).configuration, how.timeline.copies, password));
  return made;
}

sim::driver_options driver_options_of(const stress_options& how) {
  sim::driver_options made;
  made.folder = how.folder;
  made.log = how.log;
  made.config_file = config_file;
  return made;
}

} // namespace

stress::stress(const recording& of, stress_options how)
  : driver{plan_for(of, how), driver_options_of(how)}, of_{of}, how_{std::move(how)},
    settings_{copied(of, how_.timeline.copies)}, files_{std::make_shared<master_files>(of.files)},
    faults_{how_.rates, how_.timeline.seed, true, [this](const std::string& path) {
              std::vector<std::string> below;
              for (const auto& port : process_->sys().paths().walk(path, {}, 100'000, 1).ports)
                if (port->path() != path)
                  below.push_back(port->path());
              return below;
            }} {
  write_setting(0);
  setting_runs_ = 0;
  clients_ =
      std::make_unique<replay_clients>(of_, how_.timeline, credentials_of(settings_), net_, *this);
  start_process();
}

stress::~stress() {
  kill(); // before the peers of its connections
}

void stress::start_process() {
  launch(how_.timeline.seed);
  process_->sys().address_of(io::files_path).at()->bind(files_);
  files_->serve(process_->sys());
  if (how_.record)
    process_->sys().journal().record_to(how_.record);
}

stress_report stress::run() {
  auto last = minutes{5} + at_speed(of_.length, how_.timeline.speed);
  while (!over() && (!clients_->all_played() || now() < minutes{1}))
    run_until(now() + seconds{10});
  for (auto end = now() + faults_after; !over() && !all_ended() && now() < end;)
    run_until(now() + seconds{10});
  faults_over_ = true;
  // Quiet has to last: schedulers and workers have timers. While steps begin, it goes on.
  auto patience = 2 * last + hours{2};
  auto steps = ledger_.steps().size();
  auto stepped_at = now();
  while (!over()) {
    quiesce();
    run_until(now() + minutes{6});
    if (all_ended() && setting_runs_ == setting_wanted_ && clients_->is_quiet())
      break;
    if (ledger_.steps().size() != steps) {
      steps = ledger_.steps().size();
      stepped_at = now();
    } else if (now() - stepped_at > patience) {
      break;
    }
  }
  if (!over())
    check_end();
  if (how_.record)
    process_->sys().journal().flush();
  return report();
}

stress_report stress::report() {
  stress_report made;
  made.violations = violations_;
  made.played = clients_->count();
  made.kills = faults_.kills();
  made.swaps = faults_.swaps();
  made.messages = messages_;
  made.commits = disk_.commits();
  made.changes = std::ssize(ledger_.changes());
  made.requests = std::ssize(ledger_.requests());
  made.simulated = now();
  for (const auto& [id, one] : ledger_.builds())
    made.builds[one.results
                    ? std::string{names_of(*one.results)[static_cast<std::size_t>(*one.results)]}
                    : "running"]++;
  return made;
}

/// No more faults, and all that can end does.
void stress::quiesce() {
  clients_->quiesce(now());
  if (setting_runs_ != setting_wanted_)
    reconfigure(setting_wanted_);
}

bool stress::all_ended() const {
  return process_->is_up() && ledger_.open_requests().empty() && ledger_.running_builds() == 0;
}

void stress::line_logged(std::string_view line) {
  if (!sim::is_unplanned_failure(line) && line.find("gives up: ") != std::string_view::npos)
    violated({invariant::no_service_fails_by_itself, std::string{line.substr(0, line.size() - 1)}});
}

void stress::message_taken() {
  if (process_->ended()) {
    violated({invariant::master_lives,
              process_->ended()->empty() ? "it ended by itself" : *process_->ended()});
    return;
  }
  if (faults_over_ || !process_->is_up())
    return;
  faults_.messages(messages_);
  if (auto path = faults_.next_kill(now()))
    controls_.command(*path, runtime::crash_service{std::string{sim::injected_failure}, {}});
  if (auto path = faults_.next_swap())
    controls_.command(*path, runtime::swap_service{});
}

void stress::act(span now) {
  clients_->act(now);
  if (how_.progress)
    how_.progress(clients_->events_played(), clients_->events());
}

// -- what replay clients ask ----------------------------------------------------------------------

std::optional<std::string> stress::running_build(const std::string& builder) {
  std::vector<std::string> running;
  for (const auto& [id, one] : ledger_.builds())
    if (!one.complete_at && ledger_.builder_name(one.builder) == builder)
      running.push_back(fmt::format("{}/{}", builder, one.number));
  return running.empty() ? std::nullopt : std::optional{order_.one_of(running)};
}

std::optional<std::string> stress::open_request() {
  auto open = ledger_.open_requests();
  return open.empty() ? std::nullopt : std::optional{std::to_string(order_.one_of(open))};
}

void stress::acknowledged(const wire::jelly& change) {
  acknowledged_.push_back(change);
  if (!is_stored(change))
    violated({invariant::acknowledged_is_kept,
              "a change was answered and is not stored: " + print(wire::as_json(change))});
}

bool stress::expects(const std::string& worker) {
  const auto& known = plan_.configured.workers;
  return std::any_of(known.begin(), known.end(),
                     [&](const auto& one) { return one.name == worker; });
}

void stress::write_setting(std::size_t which) {
  std::ofstream{how_.folder + "/" + config_file}
      << print(model::dump_configuration(settings_.at(which)));
}

void stress::reconfigure(std::size_t setting) {
  setting_wanted_ = setting;
  setting_runs_.reset();
  plan_.configured = as_known(settings_.at(setting));
  ledger_.run_with(plan_.configured);
  write_setting(setting);
  clients_->type({"reconfig"}, [this, setting](const peers::shell_client::reply& reply) {
    if (reply.ok && setting == setting_wanted_)
      setting_runs_ = setting;
  });
}

} // namespace troupe::players
