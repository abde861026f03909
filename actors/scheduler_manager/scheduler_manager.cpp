#include "actors/scheduler_manager/scheduler_manager.hpp"

#include "storage/store.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/changes.hpp"

namespace troupe::schedulers {

void scheduler_manager::init() {
  auto from = store().read();
  for (auto& one : storage::all_schedulers(from))
    state().known.emplace(one.name, one);
  state().next = scheduler_id{storage::max_scheduler_id(from).value + 1};
}

void scheduler_manager::on(const enrol_scheduler& question) {
  runtime::transaction work;
  if (!state().known.contains(question.name)) {
    records::scheduler made;
    made.id = state().next++;
    made.name = question.name;
    made.master = config().master;
    // It begins with the changes to come, not with all of history.
    made.last_change = storage::max_change_id(store().read());
    state().known.emplace(question.name, made);
    work.work.put(made);
  }
  work.send(question.requester, scheduler_enrolled{state().known.at(question.name)});
  commit(std::move(work));
}

void scheduler_manager::on(const change_svc::publisher_restarted&) {
  for (const auto& name : children())
    send(child(name), resubscribe{});
}

const runtime::service_kind& scheduler_manager::static_kind() {
  static const auto kind = runtime::make_kind<scheduler_manager>(
      "scheduler_manager", "gives schedulers their ids; parent of all");
  return kind;
}

} // namespace troupe::schedulers
