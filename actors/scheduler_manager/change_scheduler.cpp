#include "actors/scheduler_manager/change_scheduler.hpp"

#include "actors/config/filter.hpp"
#include "actors/config/printf.hpp"
#include "actors/scheduler_manager/composing.hpp"
#include "storage/store.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::schedulers {

using change_svc::change_added;
using records::change;

change_scheduler::change_scheduler() : functions_{std::make_unique<model::function_runner>()} {}
change_scheduler::~change_scheduler() = default;

void change_scheduler::started() {
  tell(at(schedulers_path), enrol_scheduler{config().definition.name, me()});
}

void change_scheduler::on(const scheduler_enrolled& news) {
  bool first = !state().record.id;
  auto from = store().read();
  state().record = storage::find_scheduler(from, news.record.id).value_or(news.record);
  if (!first)
    return;
  for (const auto& one : storage::changes_of_scheduler(from, state().record.id))
    if (auto stored = storage::find_change(from, one.change)) {
      auto group = group_of(*stored);
      state().groups[group].emplace(one.change, waiting_change{*stored, one.important});
      if (one.important && config().definition.tree_stable_timer) {
        state().timers.insert(group);
        remind(group, *config().definition.tree_stable_timer, tree_stable{group});
      }
    }
  // A scheduler that never ran begins with the changes to come, not with all of history.
  if (state().record.last_change == change_id{}) {
    state().record.last_change = storage::max_change_id(from);
    runtime::transaction work;
    work.work.put(state().record);
    commit(std::move(work));
  }
  listen();
  ready();
}

void change_scheduler::taken_over() {
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
  if (state().order_out)
    state().held.push_back(news.what);
  else
    look_at(news.what);
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
    build({what}, std::move(work.work)); // stored with its buildset
    return;
  }
  commit(std::move(work));
}

// All changes of the group form one buildset and are forgotten in the same commit.
void change_scheduler::on(const tree_stable& due) {
  state().timers.erase(due.group);
  auto group = state().groups.extract(due.group);
  if (group.empty() || group.mapped().empty())
    return;
  storage::batch along;
  std::vector<change> changes;
  for (const auto& [id, one] : group.mapped()) {
    changes.push_back(one.change);
    along.erase<records::scheduler_change>({state().record.id, id});
  }
  build(std::move(changes), std::move(along));
}

void change_scheduler::build(std::vector<change> changes, storage::batch along) {
  const auto& wanted = config().definition;
  botmaster::add_buildset order;
  order.set.scheduler = wanted.name;
  order.set.reason = reason_of(wanted);
  order.asker = me();
  order.token = std::to_string(changes.back().id.value);
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
  state().order_out = true;
  tell(at(botmaster::brd_path), std::move(order));
}

void change_scheduler::on(const botmaster::buildset_added& news) {
  state().buildsets++;
  state().order_out = false;
  while (!state().order_out && !state().held.empty()) {
    auto next = std::move(state().held.front());
    state().held.pop_front();
    look_at(next);
  }
  log(runtime::level::debug, "buildset {} for change {}", news.id.value, news.token);
}

void change_scheduler::on(const botmaster::buildset_refused& news) {
  state().refused++;
  state().last_refusal = news.words;
  throw failed{
      failure{errc::unavailable, "buildset refused: " + news.words}}; // begin from the store
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
