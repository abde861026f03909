#include "tools/players/stress.hpp"

#include <fstream>

#include <fmt/format.h>

#include "actors/config/lua/loader.hpp"
#include "actors/master/tree.hpp"

namespace troupe::players {

using sim::invariant;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

const std::string password = "pass", config_file = "master.json";
/// A worker of which the configuration does not say how many builds it takes.
constexpr std::int64_t any_number = 1'000'000'000;
/// How long faults go on behind the last cue, if work does not end.
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

sim::plan plan_for(const model::master& setting) {
  sim::plan made;
  made.configured = as_known(setting);
  return made;
}

} // namespace

stress::stress(const recording& of, stress_options how)
  : of_{of}, how_{std::move(how)}, settings_{copied(of, how_.timeline.copies)},
    plan_{plan_for(settings_.at(0))}, log_{[this](std::string_view line) { heard(line); },
                                           runtime::logger::form::text,
                                           how_.log ? runtime::level::debug : runtime::level::info},
    files_{std::make_shared<master_files>(of.files)}, net_{sim::weather{}, how_.timeline.seed},
    crew_{nobody_, net_}, book_{plan_, crew_, seen_,
                                [this](sim::violation x) { violated(std::move(x)); }},
    disk_{book_, seen_}, order_{how_.timeline.seed ^ 0x5eedULL},
    faults_{how_.rates, how_.timeline.seed, true, [this](const std::string& path) {
              std::vector<std::string> below;
              for (const auto& port : process_->sys().paths().walk(path, {}, 100'000, 1).ports)
                if (port->path() != path)
                  below.push_back(port->path());
              return below;
            }} {
  master::add_kinds(kinds_);
  write_setting(0);
  setting_runs_ = 0;
  company_ =
      std::make_unique<replay_clients>(of_, how_.timeline, credentials_of(settings_), *this, *this);
  process_ = std::make_unique<sim::process>(sim::process::scheduler_context{
      how_.folder, how_.timeline.seed, {}, {}, log_, kinds_, net_, disk_, config_file});
  controls_.serve(process_->sys());
  process_->sys().address_of(io::files_path).at()->bind(files_);
  files_->serve(process_->sys());
  if (how_.record)
    process_->sys().journal().record_to(how_.record);
}

stress::~stress() {
  ending_ = true;
  process_.reset();
}

stress_report stress::run() {
  auto last = minutes{5} + at_speed(of_.length, how_.timeline.speed);
  while (!over() && (!company_->all_played() || now() < minutes{1}))
    go_on_until(now() + std::chrono::seconds{10});
  for (auto end = now() + faults_after; !over() && !drained() && now() < end;)
    go_on_until(now() + std::chrono::seconds{10});
  faults_over_ = true;
  // Quiet has to last: timers of schedulers, rests of workers. As long as steps begin, it goes on.
  auto patience = 2 * last + hours{2};
  auto steps = book_.steps().size();
  auto stepped_at = now();
  while (!over()) {
    drain();
    go_on_until(now() + minutes{6});
    if (drained() && setting_runs_ == setting_wanted_ && company_->is_quiet())
      break;
    if (book_.steps().size() != steps) {
      steps = book_.steps().size();
      stepped_at = now();
    } else if (now() - stepped_at > patience) {
      break;
    }
  }
  if (!over())
    check_end();
  sum_up();
  if (how_.record)
    process_->sys().journal().flush();
  return std::move(report_);
}

void stress::sum_up() {
  report_.played = company_->count();
  report_.kills = faults_.kills();
  report_.swaps = faults_.swaps();
  report_.commits = disk_.commits();
  report_.changes = std::ssize(book_.changes());
  report_.requests = std::ssize(book_.requests());
  report_.simulated = now();
  for (const auto& [id, one] : book_.builds())
    report_.builds[one.results
                       ? std::string{names_of(*one.results)[static_cast<std::size_t>(*one.results)]}
                       : "running"]++;
}

/// Everything is well from now on, and what can end does.
void stress::drain() {
  company_->let_all_end(now());
  if (setting_runs_ != setting_wanted_)
    reconfigure(setting_wanted_);
}

bool stress::drained() const {
  return process_->is_up() && book_.open_requests().empty() && book_.running_builds() == 0;
}

void stress::violated(sim::violation what) {
  if (report_.violations.size() < 20)
    report_.violations.push_back(std::move(what));
}

/// A log line. What fails without having been made to is a bug of the master.
void stress::heard(std::string_view line) {
  if (ending_)
    return;
  if (how_.log)
    how_.log(line);
  if (sim::tells_of_own_failure(line) || line.find("gives up: ") != std::string_view::npos)
    violated({invariant::no_service_fails_by_itself, std::string{line.substr(0, line.size() - 1)}});
}

// -- time -----------------------------------------------------------------------------------------

void stress::after_turn() {
  report_.messages++;
  if (process_->ended()) {
    violated({invariant::master_lives,
              process_->ended()->empty() ? "it ended by itself" : *process_->ended()});
    return;
  }
  if (faults_over_ || !process_->is_up())
    return;
  faults_.messages(report_.messages);
  if (auto path = faults_.next_kill(now()))
    controls_.command(*path, runtime::crash_service{std::string{sim::planned_failure}, {}});
  if (auto path = faults_.next_swap())
    controls_.command(*path, runtime::swap_service{});
}

void stress::run_turns() {
  while (!over()) {
    auto ready = process_->steps().ready();
    if (ready == 0)
      return;
    auto which = how_.shuffle && ready > 1 ? order_.draw() % ready : 0;
    process_->steps().step(static_cast<std::size_t>(which));
    after_turn();
  }
}

std::optional<span> stress::next_due() const {
  std::optional<span> next;
  auto at = [&](std::optional<span> time) {
    if (time && (!next || *time < *next))
      next = time;
  };
  at(net_.next_due());
  at(company_->next_due());
  at(process_->steps().next_due()); // the process began when the time did
  return next;
}

void stress::go_on_until(span end) {
  run_turns();
  while (!over()) {
    auto due = next_due();
    auto to = std::max(now(), std::min(due.value_or(end), end));
    process_->steps().pass(to - now());
    if (!due || *due > end)
      return;
    net_.run_due();
    company_->act(now());
    run_turns();
    if (how_.progress)
      how_.progress(company_->cues_played(), company_->scheduled_events());
  }
}

// -- what players ask -----------------------------------------------------------------------------

std::optional<std::string> stress::running_build(const std::string& builder) {
  std::vector<std::string> running;
  for (const auto& [id, one] : book_.builds())
    if (!one.complete_at && book_.builder_name(one.builder) == builder)
      running.push_back(fmt::format("{}/{}", builder, one.number));
  return running.empty() ? std::nullopt : std::optional{order_.one_of(running)};
}

std::optional<std::string> stress::open_request() {
  auto open = book_.open_requests();
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
  book_.run_with(plan_.configured);
  write_setting(setting);
  company_->type({"reconfig"}, [this, setting](const sim::shell_client::told& told) {
    if (told.ok && setting == setting_wanted_)
      setting_runs_ = setting;
  });
}

} // namespace troupe::players
