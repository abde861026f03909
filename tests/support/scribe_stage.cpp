#include "tests/support/scribe_stage.hpp"

namespace troupe::testing {

using namespace runtime;

namespace scribing {

void scribe::init() {
  for (const auto& one : storage::newest_changes(store().read(), 1000))
    state().known.insert(state().known.begin(), one.id.value);
}

void scribe::add(transaction& work, std::int64_t id) {
  records::change made;
  made.id = change_id{id};
  made.author = std::string{me().path()};
  work.work.put(made);
  work.send(config().told, written{id});
}

void scribe::on(const note& x) {
  send(config().told, handled{x.id});
  state().known.push_back(x.id);
  if (x.later) {
    state().held.push_back(x.id);
    return;
  }
  transaction work;
  for (auto id : std::exchange(state().held, {}))
    add(work, id);
  add(work, x.id);
  if (x.bad) // a table that there is not
    work.work.operations.push_back({storage::operation_kind::put, 999, "k", "v", {}});
  if (x.requester)
    work.refuse(x.requester, note_refused{x.id});
  commit(std::move(work));
}

void scribe::on(const turn_page& x) {
  flush();
  on(note{x.id, true, false, {}});
}

void scribe::flush() {
  if (state().held.empty())
    return;
  transaction work;
  for (auto id : std::exchange(state().held, {}))
    add(work, id);
  commit(std::move(work));
}

const service_kind& scribe_kind() {
  static const auto kind = make_kind<scribe>("scribe", "stores what it is told");
  return kind;
}
const service_kind& scribe::static_kind() {
  return scribe_kind();
}

} // namespace scribing

scribe_stage::scribe_stage() {
  kinds.add(scribing::scribe_kind());
  store().watch(&gate);
}

void scribe_stage::begin(std::vector<std::string> others) {
  std::vector<child_spec> children;
  others.insert(others.begin(), "scribe");
  for (auto& name : others)
    children.push_back(
        child_of(std::move(name), "scribe", scribing::scribe_config{named("/ear"), idles}));
  start_with(std::move(children));
  ear = listen("/ear");
}

void scribe_stage::run_until_tried(std::int64_t commits) {
  while (gate.tried < commits)
    REQUIRE(run_turns(1));
}

std::vector<std::int64_t> scribe_stage::stored() {
  std::vector<std::int64_t> found;
  for (const auto& one : storage::newest_changes(read(), 1000))
    found.insert(found.begin(), one.id.value);
  return found;
}

std::vector<std::int64_t> scribe_stage::known(std::string_view of) {
  std::vector<std::int64_t> found;
  auto state = state_of(of);
  for (const auto& one : state.at("known").as_array())
    found.push_back(one.as_int64());
  return found;
}

} // namespace troupe::testing
