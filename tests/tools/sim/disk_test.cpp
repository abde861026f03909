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
  disk_stage() { store->watch(&platter); }
  storage::apply_outcome put(std::int64_t id) {
    records::builder made;
    made.id = builder_id{id};
    made.name = std::to_string(id);
    return store->apply(storage::batch{}.put(made));
  }
  /// As the next process finds it.
  bool is_kept(std::int64_t id) {
    store.reopen();
    store->watch(&platter);
    return storage::find_builder(store->read(), builder_id{id}).has_value();
  }

  sim::plan what;
  sim::printed_commands printed;
  sim::sometimes seen;
  std::vector<sim::violation> found;
  sim::ledger book{what, printed, seen, [this](sim::violation x) { found.push_back(x); }};
  disk platter{book, seen};
  test::temp_store store; // goes first: it looks at the disk
};

} // namespace

TEST_SUITE("simulated disk") {

  TEST_CASE_FIXTURE(disk_stage, "keeps what it takes, and counts it") {
    auto empty = platter.digest();
    CHECK(put(1));
    CHECK(platter.commits() == 1);
    CHECK(platter.digest() != empty);
    CHECK(is_kept(1));
  }

  TEST_CASE_FIXTURE(disk_stage, "refuses as it is told, and keeps nothing of it") {
    for (auto how : {errc::full, errc::io}) {
      platter.refuse(how);
      auto outcome = put(1);
      REQUIRE_FALSE(outcome);
      CHECK(outcome.done.error().code == how);
      CHECK_FALSE(outcome.culprit);
    }
    CHECK(platter.commits() == 0);
    CHECK(seen.count(situation::commit_is_refused) == 2);
    CHECK_FALSE(is_kept(1));
    platter.refuse(std::nullopt);
    CHECK(put(1));
    CHECK(is_kept(1));
  }

  TEST_CASE_FIXTURE(disk_stage, "keeps nothing of the commit before which the process dies") {
    CHECK(put(1));
    platter.die_before_next();
    CHECK_FALSE(platter.dead());
    CHECK_THROWS_AS(put(2), process_death);
    CHECK(platter.dead());
    CHECK_THROWS_AS(put(3), process_death); // what a dead process still tries
    CHECK(seen.count(situation::death_before_commit) == 1);
    CHECK(is_kept(1));
    CHECK_FALSE(is_kept(2));
    CHECK_FALSE(is_kept(3));
    platter.revive();
    CHECK(put(4));
  }

  TEST_CASE_FIXTURE(disk_stage,
                    "keeps the commit after which the process dies, and nothing later") {
    platter.die_after_next();
    CHECK_THROWS_AS(put(1), process_death);
    CHECK_THROWS_AS(put(2), process_death);
    CHECK(platter.commits() == 1);
    CHECK(seen.count(situation::death_after_commit) == 1);
    CHECK(is_kept(1));
    CHECK_FALSE(is_kept(2));
    platter.revive();
    CHECK(put(3));
    CHECK(is_kept(3));
  }

  TEST_CASE_FIXTURE(disk_stage, "forgets what was planned when it is healed") {
    platter.refuse(errc::full);
    platter.die_before_next();
    platter.die_after_next();
    platter.heal();
    CHECK(put(1));
    CHECK_FALSE(platter.dead());
  }

  TEST_CASE_FIXTURE(disk_stage, "tells of a commit that cannot be read, which is the store's own") {
    storage::batch odd;
    odd.put(records::builder{.id = builder_id{1}, .name = "b"});
    CHECK(store->apply(odd));
    CHECK(found.empty());
    odd.operations[0].value = "no record";
    platter.after(std::vector<const storage::batch*>{&odd});
    REQUIRE(found.size() == 1);
    CHECK(found[0].what == sim::invariant::store_agrees);
  }

  TEST_CASE("simulated disk: two that took the same have the same digest") {
    disk_stage a, b, c;
    for (std::int64_t id : {1, 2}) {
      a.put(id);
      b.put(id);
    }
    for (std::int64_t id : {2, 1})
      c.put(id);
    CHECK(a.platter.digest() == b.platter.digest());
    CHECK(a.platter.digest() != c.platter.digest());
  }
}
