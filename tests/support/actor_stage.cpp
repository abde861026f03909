#include "tests/support/actor_stage.hpp"

#include "actors/db/db.hpp"
#include "runtime/service/branch.hpp"

namespace troupe::testing {

using namespace runtime;

namespace {

struct saboteur_config {
  TROUPE_FIELDS()
};
struct saboteur_state {
  std::int64_t done = 0;
  TROUPE_FIELDS(done)
};

// A turn is one message of each cell that has any: on a stage nobody is ahead of the others.
class saboteur : public service<saboteur, saboteur_config, saboteur_state> {
public:
  using hears = messages<fail_after, cell_answer>;
  static const service_kind& static_kind();
  void on(const fail_after& order) {
    if (order.turns > 0)
      send(me(), fail_after{order.path, order.turns - 1});
    else
      control(order.path, crash_service{"sabotage", {}});
  }
  void on(const cell_answer&) { state().done++; }
};

const service_kind saboteur_kind = make_kind<saboteur>("saboteur", "makes others fail");
const service_kind& saboteur::static_kind() {
  return saboteur_kind;
}

} // namespace

address named(std::string path) {
  return address{std::make_shared<port>(std::move(path))};
}

actor_stage::actor_stage(std::shared_ptr<test::temp_store> on) : stage_disk{std::move(on)} {
  for (const auto* kind : {&branch::static_kind(), &db::database::static_kind(), &saboteur_kind})
    kinds.add(*kind);
}

void actor_stage::start_with(std::vector<child_spec> children) {
  use(&store());
  db::database_config db;
  db.transactions_max = db_transactions_max;
  auto root = branch_of("", std::move(children));
  root.children.insert(root.children.begin(), child_of("db", "db", db));
  root.children.push_back(child_of("saboteur", "saboteur", saboteur_config{}));
  start(std::move(root));
}

void actor_stage::fail(std::string_view path, std::int64_t turns) {
  send("/saboteur", fail_after{std::string{path}, turns});
}

void actor_stage::flush() {
  run();
  advance(std::chrono::seconds{3});
}

child_spec branch_of(std::string name, std::vector<child_spec> children) {
  auto branch = child_of(std::move(name), "branch", branch_config{});
  branch.children = std::move(children);
  branch.children_policy.restarts_max = 1000;
  return branch;
}

records::builder a_builder(std::int64_t id, std::string name) {
  records::builder made;
  made.id = builder_id{id};
  made.name = std::move(name);
  return made;
}

records::worker a_worker(std::int64_t id, std::string name) {
  records::worker made;
  made.id = worker_id{id};
  made.name = std::move(name);
  return made;
}

} // namespace troupe::testing
