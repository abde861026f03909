// A stage with a real store and its writer, and a way to make any service fail in the middle of its
// work. Tests add the kinds of services that they need.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/records/builder.hpp"
#include "tests/support/stage.hpp"
#include "tests/support/temp_store.hpp"

namespace troupe::testing {

/// To `/saboteur`: the service at `path` fails after so many turns of the scheduler.
struct fail_after {
  std::string path;
  std::int64_t turns = 0;
  TROUPE_FIELDS(path, turns)
};

/// Before the stage, so that the store outlives its users.
struct stage_disk {
  std::shared_ptr<test::temp_store> disk;
};

/// The address of a path, for configurations made before there is a system.
runtime::address named(std::string path);

class actor_stage : public stage_disk, public stage {
public:
  /// `disk`: that of an earlier stage, as after a restart of the process.
  explicit actor_stage(
      std::shared_ptr<test::temp_store> disk = std::make_shared<test::temp_store>());

  /// The root with `/db`, then `children`, then `/saboteur`.
  void start_with(std::vector<runtime::child_spec> children);
  void fail(std::string_view path, std::int64_t turns);
  /// Runs, and lets restarts that had to wait come.
  void flush();

  storage::store& store() { return **disk; }
  storage::snapshot read() { return store().read(); }
  void put(const storage::batch& work) { REQUIRE(store().apply(work)); }
  bool running(std::string_view path) { return phase_of(path) == runtime::cell_phase::running; }

  std::int64_t db_transactions_max = 512;
};

/// A node that only holds `children` together.
runtime::child_spec branch_of(std::string name, std::vector<runtime::child_spec> children);

records::builder a_builder(std::int64_t id, std::string name);
records::worker a_worker(std::int64_t id, std::string name);

} // namespace troupe::testing
