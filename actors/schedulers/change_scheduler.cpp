#include "actors/schedulers/change_scheduler.hpp"

#include "actors/botmaster/brd/accepted_requests.hpp"
#include "actors/botmaster/paths.hpp"
#include "actors/config/lua/function_runner.hpp"
#include "actors/schedulers/buildset_builder.hpp"
#include "actors/schedulers/change_classifier.hpp"
#include "actors/schedulers/explanation.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::schedulers {

using change_svc::change_added;
using records::change;

namespace {

/// For the distributor to answer an order; then it is given again.
constexpr span request_patience = std::chrono::seconds{10};

} // namespace

change_scheduler::change_scheduler() : functions_{std::make_unique<model::function_runner>()} {}
change_scheduler::~change_scheduler() = default;

void change_scheduler::init() {
  send(address_of(schedulers_path), enrol_scheduler{config().scheduler.name, me()});
}

void change_scheduler::on(const scheduler_enrolled& news) {
  if (state().record.id)
    return;
  state().record = news.record;
  read_stored();
  listen();
  ready();
}

// Timers that run go on: they are not stored.
void change_scheduler::read_stored() {
  auto from = store().read();
  const bool timer = config().tree_stable_timer.has_value();
  state().record = storage::find_scheduler(from, state().record.id).value_or(state().record);
  state().orders = botmaster::last_request(from, config().scheduler.name).number;
  state().groups.clear();
  for (const auto& one : storage::changes_of_scheduler(from, state().record.id))
    if (auto stored = storage::find_change(from, one.change)) {
      auto group = group_of(*stored);
      state().groups[group].emplace(one.change, waiting_change{*stored, one.important});
      if (one.important && timer && !state().timers_due.contains(group))
        start_stable_timer(group);
    }
}

void change_scheduler::start_stable_timer(const std::string& group) {
  auto time = *config().tree_stable_timer;
  state().timers_due.insert_or_assign(group, now() + time);
  start_timer(group, time, tree_stable{group});
}

void change_scheduler::code_change() {
  if (state().record.id) // else it listens once it is enrolled
    listen();            // filters may differ; timers of stable trees go on
}

bool change_scheduler::shutdown_requested() {
  send(address_of(change_svc::change_svc_path), change_svc::unsubscribe_changes{me()});
  return true;
}

void change_scheduler::listen() {
  send(address_of(change_svc::change_svc_path),
       change_svc::subscribe_changes{me(), state().record.last_change});
}

void change_scheduler::on(const resubscribe&) {
  listen();
}

std::string change_scheduler::group_of(const change& what) const {
  if (config().one_timer)
    return "tree";
  return print(boost::json::array{to_json(what.codebase), to_json(what.project),
                                  to_json(what.repository), to_json(what.branch)});
}

void change_scheduler::seen(const change& what, storage::batch& work) {
  state().record.last_change = what.id;
  state().seen++;
  work.put(state().record);
}

// One change after the other, each looked at once; progress is stored with what comes of it.
void change_scheduler::on(const change_added& news) {
  state().held.push_back(news.what);
  go_on();
}

void change_scheduler::go_on() {
  while (!state().out && !state().due.empty())
    build_group(state().due.extract(state().due.begin()).value());
  while (!state().out && !state().held.empty()) {
    auto next = std::move(state().held.front());
    state().held.pop_front();
    look_at(next);
  }
}

void change_scheduler::look_at(const change& what) {
  if (!state().record.id || what.id <= state().record.last_change)
    return;
  runtime::transaction work;
  seen(what, work.work);
  auto verdict = judge(config(), what, *functions_);
  if (!verdict.trouble.empty())
    log(runtime::level::error, "change {} is ignored: {}", what.id.value, verdict.trouble);
  if (verdict.no) {
    commit(std::move(work));
    return;
  }
  state().last_taken = what.id;
  if (!has_timer(config())) {
    build({what}, std::move(work.work), {}); // stored with its buildset
    return;
  }
  auto group = group_of(what);
  state().groups[group].emplace(what.id, waiting_change{what, verdict.important});
  work.work.put(records::scheduler_change{state().record.id, what.id, verdict.important});
  if (verdict.important || state().timers_due.contains(group))
    start_stable_timer(group);
  commit(std::move(work));
}

void change_scheduler::on(const tree_stable& time) {
  state().due.insert(time.group);
  go_on();
}

// All changes of the group form one buildset and are forgotten in the same commit.
void change_scheduler::build_group(const std::string& group) {
  state().timers_due.erase(group);
  cancel_timer(group);
  auto waiting = state().groups.extract(group);
  if (waiting.empty() || waiting.mapped().empty())
    return;
  storage::batch along;
  std::vector<change> changes;
  for (const auto& [id, one] : waiting.mapped()) {
    changes.push_back(one.change);
    along.erase<records::scheduler_change>({state().record.id, id});
  }
  build(std::move(changes), std::move(along), group);
}

/// Of which a source is taken for a codebase without a change, if that is wanted.
const std::map<std::string, change>& change_scheduler::known_changes() const {
  static const std::map<std::string, change> none;
  return config().create_absolute_source_stamps ? state().last_of_codebase : none;
}

void change_scheduler::build(std::vector<change> changes, storage::batch along, std::string group) {
  const auto& wanted = config().scheduler;
  botmaster::add_buildset order;
  order.set.scheduler = wanted.name;
  order.set.reason = reason_of(wanted);
  order.requester = me();
  order.number = state().orders + 1;
  order.token = fmt::format("{}.{:x}", changes.back().id.value, random());
  order.along = std::move(along);
  for (const auto& one : changes)
    state().last_of_codebase.insert_or_assign(one.codebase, one);
  auto composed = compose(wanted, changes, known_changes(), *functions_, order);
  if (!composed) {
    state().refused++;
    state().impossible = impossible_set{changes.back().id, composed.error().message, now()};
    log(runtime::level::error, "no buildset for change {}: {}", order.token,
        composed.error().message);
    runtime::transaction work;
    work.work.add(std::move(order.along));
    commit(std::move(work));
    return;
  }
  state().out = pending_request{std::move(order), std::move(changes), std::move(group), now()};
  send_request();
}

// Given again, it bears the same number and token: it is taken once.
void change_scheduler::send_request() {
  auto& order = *state().out;
  order.again_at = now() + request_patience;
  send(address_of(botmaster::brd_path), order.what);
  start_timer("order", request_patience, request_due{order.what.token});
}

/// Answers to a former incarnation's orders are of no interest: its number is known by now, or this
/// one's next order is outdated.
bool change_scheduler::is_out(const std::string& token) const {
  return state().out && state().out->what.token == token;
}

void change_scheduler::on(const request_due& time) {
  if (is_out(time.token))
    send_request();
}

void change_scheduler::on(const botmaster::buildset_added& news) {
  if (!is_out(news.token))
    return;
  log(runtime::level::debug, "buildset {} for change {}", news.id.value, news.token);
  cancel_timer("order");
  state().buildsets++;
  state().orders = state().out->what.number;
  state().out.reset();
  go_on();
}

void change_scheduler::on(const botmaster::buildset_refused& news) {
  if (!is_out(news.token))
    return;
  state().refused++;
  state().out->refusal = news.message;
  log(runtime::level::error, "no buildset for change {} yet: {}", news.token, news.message);
}

// The store knows more than this incarnation was built from. What was ordered is looked at again:
// the former incarnation may have ordered less.
void change_scheduler::on(const botmaster::buildset_request_outdated& news) {
  if (!is_out(news.token))
    return;
  cancel_timer("order");
  auto order = *std::exchange(state().out, std::nullopt);
  read_stored();
  if (order.group.empty())
    state().held.insert(state().held.begin(), order.changes.begin(), order.changes.end());
  else if (state().timers_due.contains(order.group))
    state().due.insert(order.group);
  go_on();
}

std::optional<runtime::causes> change_scheduler::explain(const runtime::query&) {
  auto from = store().read();
  if (!state().record.id)
    return runtime::causes{
        {runtime::service_cause::waits_for_store,
         fmt::format("scheduler {} has no number in the store yet", config().scheduler.name),
         botmaster::the_service(schedulers_path)}};
  return why_it_requests_nothing(config(), state(),
                                 scheduler_context_of(from, state().record.last_change),
                                 *functions_, now());
}

const runtime::service_kind& change_scheduler::static_kind() {
  static const auto kind = runtime::make_kind<change_scheduler>(
      "change_scheduler", "SingleBranchScheduler or AnyBranchScheduler");
  return kind;
}

} // namespace troupe::schedulers
