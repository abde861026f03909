#include "actors/botmaster/locks/locks.hpp"

#include "actors/botmaster/paths.hpp"
#include "storage/store.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/state.hpp"

namespace troupe::botmaster {

void locks::init() {
  auto from = store().read();
  if (auto stored = storage::find_service_state(from, me().path()))
    load_state(stored->state).value();
  // What was said of a build's end may have been lost with a former cell.
  std::set<build_id> parties;
  for (const auto* all : {&state().table.held, &state().table.waiting})
    for (const auto& wish : *all)
      parties.insert(wish.party.build);
  std::vector<lock_wish> granted;
  for (auto which : parties)
    if (auto build = storage::find_build(from, which); build && build->complete_at)
      for (auto& wish : state().table.release({which, {}}, config().defined))
        granted.push_back(std::move(wish));
  for (auto& wish : state().table.grant(config().defined))
    granted.push_back(std::move(wish));
  changed(granted);
}

void locks::code_change() {
  changed(state().table.grant(config().defined)); // counts may have grown
}

void locks::on(const acquire_locks& command) {
  auto wish = command.wish;
  wish.since = now();
  changed(state().table.acquire(std::move(wish), config().defined));
}

// Every build that ends says so; most never had a lock.
void locks::on(const release_locks& command) {
  if (state().table.knows(command.party))
    changed(state().table.release(command.party, config().defined));
}

void locks::on(const report_locks&) {
  send(address_of(brd_path), locks_are{state().table.figures(config().defined)});
}

std::optional<causes> locks::explain(const query& what) {
  auto from = store().read();
  auto name_of = [&](build_id which, const std::string&) { return the_build(from, which); };
  return why_it_waits(state().table, build_id{what.about.id}, config().defined, name_of, now());
}

void locks::changed(const std::vector<lock_wish>& granted) {
  runtime::transaction work;
  for (auto& wish : state().table.held)
    if (!wish.granted_at)
      wish.granted_at = now();
  state().granted += static_cast<std::int64_t>(granted.size());
  work.work.put_state(std::string{me().path()}, "locks", state_bytes());
  for (const auto& wish : granted)
    work.send(wish.requester, locks_acquired{wish.party});
  work.send(address_of(brd_path), locks_are{state().table.figures(config().defined)});
  commit(std::move(work));
}

const runtime::service_kind& locks::static_kind() {
  static const auto kind = runtime::make_kind<locks>("locks", "master and worker locks");
  return kind;
}

} // namespace troupe::botmaster
