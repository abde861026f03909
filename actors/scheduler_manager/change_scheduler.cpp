#include "actors/scheduler_manager/change_scheduler.hpp"

#include "actors/botmaster/orders.hpp"
#include "actors/config/filter.hpp"
#include "actors/config/printf.hpp"
#include "actors/scheduler_manager/composing.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::schedulers {

using change_svc::change_added;
using records::change;

namespace {

/// For the distributor to answer an order; then it is given again.
constexpr span order_patience = std::chrono::seconds{10};

} // namespace

change_scheduler::change_scheduler() : functions_{std::make_unique<model::function_runner>()} {}
change_scheduler::~change_scheduler() = default;

void change_scheduler::started() {
  tell(at(schedulers_path), enrol_scheduler{config().definition.name, me()});
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
  const auto& timer = config().definition.tree_stable_timer;
  state().record = storage::find_scheduler(from, state().record.id).value_or(state().record);
  state().orders = botmaster::last_order(from, config().definition.name).number;
  state().groups.clear();
  for (const auto& one : storage::changes_of_scheduler(from, state().record.id))
    if (auto stored = storage::find_change(from, one.change)) {
      auto group = group_of(*stored);
      state().groups[group].emplace(one.change, waiting_change{*stored, one.important});
      if (one.important && timer && state().timers.insert(group).second)
        remind(group, *timer, tree_stable{group});
    }
}

void change_scheduler::taken_over() {
  if (state().record.id) // else it listens once it is enrolled
    listen(); // filters may differ; timers of stable trees go on
}

bool change_scheduler::stopping() {
  tell(at(change_svc::change_svc_path), change_svc::unsubscribe_changes{me()});
  return true;
}

void change_scheduler::listen() {
  tell(at(change_svc::change_svc_path),
       change_svc::subscribe_changes{me(), state().record.last_change});
}

void change_scheduler::on(const listen_again&) {
  listen();
}

bool change_scheduler::concerns(const change& what) {
  const auto& wanted = config().definition;
  if (wanted.filter) {
    auto matched = model::matches(*wanted.filter, what, *functions_);
    if (!matched) {
      log(runtime::level::error, "change {} is ignored, its filter fails: {}", what.id.value,
          matched.error().words);
      return false;
    }
    if (!*matched)
      return false;
  }
  if (wanted.codebases.contains(what.codebase))
    return true;
  log(runtime::level::debug, "change {} is of codebase '{}', which is not ours", what.id.value,
      what.codebase);
  return false;
}

bool change_scheduler::important(const change& what) {
  const auto& function = config().definition.file_is_important;
  if (!function)
    return true;
  auto verdict = functions_->call(*function, {model::change_for_functions(what)});
  if (!verdict)
    throw failed{verdict.error().in("fileIsImportant")};
  return model::truth(*verdict);
}

std::string change_scheduler::group_of(const change& what) const {
  if (config().definition.kind == "SingleBranchScheduler")
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
  bool matters = false, taken = false;
  if (concerns(what)) {
    try {
      matters = important(what);
      taken = matters || !config().definition.only_important;
    } catch (const failed& problem) {
      log(runtime::level::error, "change {} is ignored: {}", what.id.value, problem.what());
    }
  }
  const auto& timer = config().definition.tree_stable_timer;
  if (taken && timer && *timer > span{0}) {
    auto group = group_of(what);
    state().groups[group].emplace(what.id, waiting_change{what, matters});
    work.work.put(records::scheduler_change{state().record.id, what.id, matters});
    if (matters || state().timers.contains(group)) {
      state().timers.insert(group);
      remind(group, *timer, tree_stable{group});
    }
  } else if (taken && matters) {
    build({what}, std::move(work.work), {}); // stored with its buildset
    return;
  }
  commit(std::move(work));
}

void change_scheduler::on(const tree_stable& time) {
  state().due.insert(time.group);
  go_on();
}

// All changes of the group form one buildset and are forgotten in the same commit.
void change_scheduler::build_group(const std::string& group) {
  state().timers.erase(group);
  forget(group);
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

void change_scheduler::build(std::vector<change> changes, storage::batch along,
                             std::string group) {
  const auto& wanted = config().definition;
  botmaster::add_buildset order;
  order.set.scheduler = wanted.name;
  order.set.reason = reason_of(wanted);
  order.asker = me();
  order.number = state().orders + 1;
  order.token = fmt::format("{}.{:x}", changes.back().id.value, random());
  order.along = std::move(along);
  for (const auto& one : changes)
    state().last_of_codebase.insert_or_assign(one.codebase, one);
  auto composed = compose(wanted, changes, state().last_of_codebase, *functions_, order);
  if (!composed) {
    state().refused++;
    state().last_refusal = composed.error().words;
    log(runtime::level::error, "no buildset for change {}: {}", order.token,
        composed.error().words);
    runtime::transaction work;
    work.work.add(std::move(order.along));
    commit(std::move(work));
    return;
  }
  state().out = placed_order{std::move(order), std::move(changes), std::move(group)};
  place_order();
}

// Given again, it bears the same number and token: it is taken once.
void change_scheduler::place_order() {
  const auto& order = state().out->what;
  tell(at(botmaster::brd_path), order);
  remind("order", order_patience, order_due{order.token});
}

/// Answers to a former incarnation's orders are of no interest: its number is known by now, or this
/// one's next order is outdated.
bool change_scheduler::is_out(const std::string& token) const {
  return state().out && state().out->what.token == token;
}

void change_scheduler::on(const order_due& time) {
  if (is_out(time.token))
    place_order();
}

void change_scheduler::on(const botmaster::buildset_added& news) {
  if (!is_out(news.token))
    return;
  log(runtime::level::debug, "buildset {} for change {}", news.id.value, news.token);
  forget("order");
  state().buildsets++;
  state().orders = state().out->what.number;
  state().out.reset();
  go_on();
}

void change_scheduler::on(const botmaster::buildset_refused& news) {
  if (!is_out(news.token))
    return;
  state().refused++;
  state().last_refusal = news.words;
  log(runtime::level::error, "no buildset for change {} yet: {}", news.token, news.words);
}

// The store knows more than this incarnation was built from. What was ordered is looked at again:
// the former incarnation may have ordered less.
void change_scheduler::on(const botmaster::order_outdated& news) {
  if (!is_out(news.token))
    return;
  forget("order");
  auto order = *std::exchange(state().out, std::nullopt);
  read_stored();
  if (order.group.empty())
    state().held.insert(state().held.begin(), order.changes.begin(), order.changes.end());
  else if (state().timers.contains(order.group))
    state().due.insert(order.group);
  go_on();
}

const runtime::service_kind& change_scheduler_kind() {
  static const auto kind = runtime::make_kind<change_scheduler>(
    "change_scheduler", "SingleBranchScheduler or AnyBranchScheduler");
  return kind;
}
const runtime::service_kind& change_scheduler::kind() const {
  return change_scheduler_kind();
}

} // namespace troupe::schedulers
