#include "storage/migrations/migration.hpp"

#include <doctest/doctest.h>

#include "storage/batch.hpp"
#include "tests/support/temp_folder.hpp"

using namespace troupe;
using namespace troupe::storage;
using troupe::test::temp_folder;

namespace {

std::int64_t version_of(const lmdb::env& env) {
  return stored_version(lmdb::read_txn{env}, env.folder());
}

migration writes(std::int64_t to, const char* value) {
  return {to, "writes a value", [value](lmdb::write_txn& txn) {
            auto table = txn.make_table("values");
            std::string before{txn.get(table, "v").value_or("")};
            txn.put(table, "v", before + value);
          }};
}

std::string value_in(const lmdb::env& env) {
  lmdb::read_txn txn{env};
  return std::string{txn.get(txn.find_table("values").value(), "v").value_or("")};
}

} // namespace

TEST_SUITE("migrations") {

  TEST_CASE("run in order, each once") {
    temp_folder scratch;
    lmdb::env env{scratch.path(), {}};
    CHECK(version_of(env) == 0);
    std::vector steps{writes(1, "a"), writes(2, "b")};
    migrate(env, steps);
    CHECK(version_of(env) == 2);
    migrate(env, steps);
    CHECK(value_in(env) == "ab");
    steps.push_back(writes(3, "c"));
    migrate(env, steps);
    CHECK(version_of(env) == 3);
    CHECK(value_in(env) == "abc");
  }

  TEST_CASE("a step that fails leaves the version before it, whole") {
    temp_folder scratch;
    lmdb::env env{scratch.path(), {}};
    auto fails = writes(2, "half");
    fails.run = [run = fails.run](lmdb::write_txn& txn) {
      run(txn);
      throw failed{{errc::corrupt, "a record cannot be read"}};
    };
    std::vector steps{writes(1, "a"), fails, writes(3, "c")};
    try {
      migrate(env, steps);
      FAIL("did not fail");
    } catch (const failed& why) {
      CHECK(why.why().code == errc::corrupt);
      CHECK(why.why().message
            == "migrating to version 2 (writes a value): a record cannot be read");
    }
    CHECK(version_of(env) == 1);
    CHECK(value_in(env) == "a");
    steps[1] = writes(2, "b");
    migrate(env, steps);
    CHECK(value_in(env) == "abc");
  }

  TEST_CASE("the store refuses a newer version and steps with gaps") {
    temp_folder scratch;
    lmdb::env env{scratch.path(), {}};
    std::vector steps{writes(1, "a"), writes(2, "b")};
    migrate(env, steps);
    steps.pop_back();
    try {
      migrate(env, steps);
      FAIL("not refused");
    } catch (const failed& why) {
      CHECK(why.why().code == errc::too_new);
    }
    steps.push_back(writes(3, "c"));
    CHECK_THROWS_AS(migrate(env, steps), failed);
  }

  TEST_CASE("lead from nothing to the present schema, with every table and index") {
    temp_folder scratch;
    lmdb::env env{scratch.path(), {}};
    migrate(env, all_migrations());
    CHECK(version_of(env) == schema_version);
    lmdb::read_txn txn{env};
    for (const auto& each : all_tables())
      CHECK_MESSAGE(txn.find_table(std::string{each.name}), each.name);
    for (const auto& each : all_indexes())
      CHECK_MESSAGE(txn.find_table(std::string{each.name}), each.name);
  }
}
