#include "actors/botmaster/botmaster.hpp"

#include "storage/store.hpp"
#include "storage/tables/builders.hpp"

namespace troupe::botmaster {

void botmaster::init() {
  auto from = store().read();
  for (const auto& one : storage::all_builders(from))
    state().builders[one.name] = one.id;
  for (const auto& one : storage::all_workers(from))
    state().workers[one.name] = one.id;
  state().next_builder = builder_id{storage::max_builder_id(from).value + 1};
  state().next_worker = worker_id{storage::max_worker_id(from).value + 1};
  enrol_all();
}

// Descriptions, tags and who has what configured follow the configuration; the rest of the records
// is others'.
void botmaster::enrol_all() {
  runtime::transaction work;
  auto from = store().read();
  std::map<std::string, records::builder> stored; // one walk for all: there may be thousands
  for (auto& one : storage::all_builders(from))
    stored.emplace(one.name, std::move(one));
  std::set<std::string> configured;
  for (const auto& one : config().builders) {
    configured.insert(one.name);
    auto found = stored.find(one.name);
    bool known = found != stored.end();
    auto wanted = known ? found->second : records::builder{};
    wanted.name = one.name;
    wanted.description = one.description;
    wanted.tags = one.tags;
    wanted.masters = {config().master};
    if (!known && state().builders.contains(one.name))
      continue; // enrolled a moment ago
    if (!known)
      wanted.id = state().next_builder++;
    state().builders[one.name] = wanted.id;
    if (!known || !(found->second == wanted))
      work.work.put(wanted);
  }
  for (auto& [name, one] : stored)
    if (!configured.contains(name) && !one.masters.empty()) {
      one.masters.clear(); // its record stays; this master no longer has it
      work.work.put(one);
    }
  for (const auto& name : config().workers)
    if (!state().workers.contains(name))
      worker_number(name, work);
  if (work.empty() && !state().enrolled_all) {
    state().enrolled_all = true;
    return;
  }
  work.send(me(), all_enrolled{});
  commit(std::move(work));
}

void botmaster::on(const all_enrolled&) {
  if (!std::exchange(state().enrolled_all, true))
    ready();
}

builder_id botmaster::builder_number(const std::string& name, runtime::transaction& work) {
  if (auto known = state().builders.find(name); known != state().builders.end())
    return known->second;
  records::builder made;
  made.id = state().next_builder++;
  made.name = name;
  made.masters = {config().master};
  state().builders[name] = made.id;
  work.work.put(made);
  return made.id;
}

worker_id botmaster::worker_number(const std::string& name, runtime::transaction& work) {
  if (auto known = state().workers.find(name); known != state().workers.end())
    return known->second;
  records::worker made;
  made.id = state().next_worker++;
  made.name = name;
  state().workers[name] = made.id;
  work.work.put(made);
  return made.id;
}

void botmaster::on(const enrol& question) {
  runtime::transaction work;
  auto number = question.worker ? worker_number(question.name, work).value
                                : builder_number(question.name, work).value;
  work.send(question.requester, enrolled{question.name, number});
  commit(std::move(work));
}

const runtime::service_kind& botmaster::static_kind() {
  static const auto kind =
      runtime::make_kind<botmaster>("botmaster", "numbers builders and workers; parent of both");
  return kind;
}

} // namespace troupe::botmaster
