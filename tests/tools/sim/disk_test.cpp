#include "tools/sim/disk.hpp"

#include <doctest/doctest.h>

#include "storage/tables/builders.hpp"
#include "tests/support/temp_store.hpp"

using namespace troupe;
using sim::disk;
using sim::process_death;
using sim::situation;

namespace {

struct disk_stage {
  disk_stage() { store->watch(&simulated_disk); }
  storage::apply_outcome put(std::int64_t id) {
    records::builder made;
    made.id = builder_id{id};
    made.name = std::to_string(id);
    return store->apply(storage::batch{}.put(made));
  }
  /// As the next process finds it.
  bool is_kept(std::int64_t id) {
    store.reopen();
    store->watch(&simulated_disk);
    return storage::find_builder(store->read(), builder_id{id}).has_value();
  }

  sim::plan what;
  sim::printed_commands printed;
  sim::sometimes seen;
  std::vector<sim::violation> found;
  sim::ledger book{what, printed, seen, [this](sim::violation x) { found.push_back(x); }};
  disk simulated_disk{book, seen};
  test::temp_store store; // goes first: it looks at the disk
};

} // namespace

TEST_SUITE("sim: disk") {

  TEST_CASE_FIXTURE(disk_stage, "the simulated disk keeps and counts commits") {
    auto empty = simulated_disk.digest();
    CHECK(put(1));
    CHECK(simulated_disk.commits() == 1);
    CHECK(simulated_disk.digest() != empty);
    CHECK(is_kept(1));
  }

  TEST_CASE_FIXTURE(disk_stage, "a commit that the simulated disk refuses is not kept") {
    for (auto how : {errc::full, errc::io}) {
      simulated_disk.refuse(how);
      auto outcome = put(1);
      REQUIRE_FALSE(outcome);
      CHECK(outcome.done.error().code == how);
      CHECK_FALSE(outcome.culprit);
    }
    CHECK(simulated_disk.commits() == 0);
    CHECK(seen.count(situation::commit_is_refused) == 2);
    CHECK_FALSE(is_kept(1));
    simulated_disk.refuse(std::nullopt);
    CHECK(put(1));
    CHECK(is_kept(1));
  }

  TEST_CASE_FIXTURE(disk_stage, "a commit is not kept if the process dies before it") {
    CHECK(put(1));
    simulated_disk.die_before_next();
    CHECK_FALSE(simulated_disk.dead());
    CHECK_THROWS_AS(put(2), process_death);
    CHECK(simulated_disk.dead());
    CHECK_THROWS_AS(put(3), process_death); // what a dead process still tries
    CHECK(seen.count(situation::death_before_commit) == 1);
    CHECK(is_kept(1));
    CHECK_FALSE(is_kept(2));
    CHECK_FALSE(is_kept(3));
    simulated_disk.revive();
    CHECK(put(4));
  }

  TEST_CASE_FIXTURE(disk_stage,
                    "a commit is kept if the process dies after it, and no later one is") {
    simulated_disk.die_after_next();
    CHECK_THROWS_AS(put(1), process_death);
    CHECK_THROWS_AS(put(2), process_death);
    CHECK(simulated_disk.commits() == 1);
    CHECK(seen.count(situation::death_after_commit) == 1);
    CHECK(is_kept(1));
    CHECK_FALSE(is_kept(2));
    simulated_disk.revive();
    CHECK(put(3));
    CHECK(is_kept(3));
  }

  TEST_CASE_FIXTURE(disk_stage, "a healed disk injects no more faults") {
    simulated_disk.refuse(errc::full);
    simulated_disk.die_before_next();
    simulated_disk.die_after_next();
    simulated_disk.heal();
    CHECK(put(1));
    CHECK_FALSE(simulated_disk.dead());
  }

  TEST_CASE_FIXTURE(disk_stage, "a commit that cannot be read is reported as the store's fault") {
    storage::batch odd;
    odd.put(records::builder{.id = builder_id{1}, .name = "b"});
    CHECK(store->apply(odd));
    CHECK(found.empty());
    odd.operations[0].value = "no record";
    simulated_disk.after(std::vector<const storage::batch*>{&odd});
    REQUIRE(found.size() == 1);
    CHECK(found[0].what == sim::invariant::store_agrees);
  }

  TEST_CASE("two simulated disks with the same commits have the same digest") {
    disk_stage a, b, c;
    for (std::int64_t id : {1, 2}) {
      a.put(id);
      b.put(id);
    }
    for (std::int64_t id : {2, 1})
      c.put(id);
    CHECK(a.simulated_disk.digest() == b.simulated_disk.digest());
    CHECK(a.simulated_disk.digest() != c.simulated_disk.digest());
  }
}
