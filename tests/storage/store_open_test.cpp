#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include <doctest/doctest.h>

#include "storage/migrations/migration.hpp"
#include "storage/records/state.hpp"
#include "storage/table.hpp"
#include "storage/tables/changes.hpp"
#include "tests/support/temp_store.hpp"

using namespace troupe;
using namespace troupe::storage;
using namespace troupe::test;

namespace {

// Opening is refused with `code` and words that hold `hint`, and not a byte is different after it.
void check_refused(const std::string& folder, errc code, std::string_view hint) {
  auto before = contents(folder);
  auto opened = store::open(folder, small_store());
  REQUIRE_FALSE(opened);
  CAPTURE(opened.error().message);
  CHECK(to_string(opened.error().code) == to_string(code));
  CHECK(opened.error().message.find(hint) != std::string::npos);
  CHECK(opened.error().message.find(folder) != std::string::npos);
  CHECK(contents(folder) == before);
}

// A closed store with something in it, large enough to be cut.
void fill_and_close(temp_store& store) {
  batch work;
  for (std::int64_t i = 1; i <= 500; ++i) {
    records::change one;
    one.id = change_id{i};
    one.comments = std::string(200, 'c');
    work.put(one);
  }
  REQUIRE(store->apply(work));
  store.close();
}

} // namespace

TEST_SUITE("opening a store") {

  TEST_CASE("open makes one in a folder that is missing or empty") {
    temp_folder scratch;
    auto folder = scratch / "new";
    REQUIRE(store::open(folder, small_store()));
    REQUIRE(store::open(folder, small_store()));
    REQUIRE(store::open(scratch.path() + "/./new", small_store()));
  }

  TEST_CASE("open starts over where an earlier attempt at making one was interrupted") {
    temp_folder scratch;
    std::filesystem::create_directories(scratch / "records.new");
    write_file(scratch / "records.new/data.mdb", "half");
    write_file(scratch / "lock", "1\n");
    REQUIRE(store::open(scratch.path(), small_store()));
  }

  TEST_CASE("open refuses a folder of something else") {
    temp_folder scratch;
    write_file(scratch / "thesis.txt", "mine");
    check_refused(scratch.path(), errc::invalid, "'thesis.txt'");
  }

  TEST_CASE("open refuses a file in place of a folder, and a folder without a parent") {
    temp_folder scratch;
    write_file(scratch / "file", "");
    auto opened = store::open(scratch / "file");
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == errc::invalid);
    opened = store::open(scratch / "no/such");
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == errc::io);
    CHECK(contents(scratch.path()).size() == 1);
  }

  TEST_CASE("open refuses logs without records") {
    temp_folder scratch;
    std::filesystem::create_directories(scratch / "logs/2026-11");
    check_refused(scratch.path(), errc::corrupt, "no records");
  }

  TEST_CASE("open refuses what is damaged") {
    temp_store store;
    fill_and_close(store);
    auto data = store.folder() + "/records/data.mdb";
    auto whole = read_file(data);
    SUBCASE("gone") {
      std::filesystem::remove(data);
      check_refused(store.folder(), errc::corrupt, "restore it from a backup");
    }
    SUBCASE("empty") {
      write_file(data, "");
      check_refused(store.folder(), errc::corrupt, "empty");
    }
    SUBCASE("cut off anywhere, and whole again when restored") {
      for (std::size_t size :
           {std::size_t{1}, std::size_t{100}, std::size_t{4096}, std::size_t{8191},
            std::size_t{8192}, whole.size() / 2, whole.size() - 1}) {
        CAPTURE(size);
        write_file(data, std::string_view{whole}.substr(0, size));
        check_refused(store.folder(), errc::corrupt, "backup");
      }
      write_file(data, whole);
      store.reopen();
      CHECK(max_change_id(store->read()) == change_id{500});
    }
    SUBCASE("some other file") {
      write_file(data, std::string(100'000, 'r'));
      check_refused(store.folder(), errc::corrupt, "damaged or no store");
    }
    SUBCASE("zeros after the head") {
      write_file(data, whole.substr(0, 8192) + std::string(whole.size() - 8192, '\0'));
      check_refused(store.folder(), errc::corrupt, "backup");
    }
  }

  // However the list of free pages is stored: in its leaf, on pages of its own, as a tree.
  TEST_CASE("a file that lacks free pages at its end is whole, one that lacks others is refused") {
    temp_store store;
    std::int64_t changes = 0;
    auto add = [&](batch work) {
      records::change one;
      one.id = change_id{++changes};
      one.comments = std::string(200, 'c');
      work.put(one);
      REQUIRE(store->apply(work));
    };
    auto put_and_erase = [&](std::size_t bytes) {
      batch work;
      work.put_state("/brief", "kind", std::string(bytes, 'b'));
      add(work);
      work = {};
      work.erase_state("/brief");
      add(work);
    };
    int rounds = 0;
    std::size_t step = 4096;
    SUBCASE("few") {
      put_and_erase(100'000);
    }
    SUBCASE("many at once") {
      put_and_erase(4'000'000);
      step *= 5;
    }
    SUBCASE("many, one after the other") {
      put_and_erase(4'000'000);
      step *= 5;
      rounds = 80;
    }
    for (int i = 0; i < 5; ++i)
      add({});
    if (rounds > 0) {
      auto held = store->read(); // what is freed from now on stays free, commit by commit
      for (int i = 0; i < rounds; ++i)
        add({});
    }
    auto used = store->fill().first;
    store.close();
    auto data = store.folder() + "/records/data.mdb";
    auto whole = read_file(data);
    whole.resize(std::max(whole.size(), used));
    int opened_cut = 0, refused = 0;
    for (auto size = whole.size(); size > step && refused < 3; size -= step) {
      write_file(data, std::string_view{whole}.substr(0, size));
      auto opened = store::open(store.folder(), small_store());
      if (!opened) {
        ++refused;
        CHECK(to_string(opened.error().code) == to_string(errc::corrupt));
        CHECK(opened.error().message.find("cut off") != std::string::npos);
        CHECK(read_file(data) == whole.substr(0, size));
        continue;
      }
      CHECK(refused == 0);
      opened_cut += size < whole.size();
      auto seen = (*opened)->read();
      std::int64_t there = 0;
      while (auto one = find_change(seen, change_id{there + 1})) {
        ++there;
        CHECK(one->comments.size() == 200);
      }
      CHECK(there == changes);
    }
    CHECK(opened_cut > 10);
    CHECK(refused == 3);
  }

  TEST_CASE("open refuses another program's environment") {
    temp_folder scratch;
    std::filesystem::create_directories(scratch / "records");
    {
      lmdb::env env{scratch / "records", {}};
      lmdb::write_txn txn{env};
      auto table = txn.make_table("theirs");
      txn.put(table, "key", "value");
      txn.commit();
    }
    check_refused(scratch.path(), errc::invalid, "another program");
  }

  TEST_CASE("open refuses what a newer program wrote") {
    temp_store store;
    store.close();
    {
      lmdb::env env{store.folder() + "/records", {}};
      lmdb::write_txn txn{env};
      auto table = txn.find_table("meta");
      REQUIRE(table);
      records::meta newer{"troupe records", schema_version + 1, {}};
      txn.put(*table, key_of("store"), pack(newer));
      txn.commit();
    }
    check_refused(store.folder(), errc::too_new, "newer program");
  }

  TEST_CASE("open refuses a store that is open, and names the holder") {
    temp_store store;
    check_refused(store.folder(), errc::conflict, "process " + std::to_string(getpid()));
    store.close();
    store.reopen();
  }

  TEST_CASE("the lock of a process that died does not count") {
    temp_store store;
    store.close();
    write_file(store.folder() + "/lock", "999999\n");
    store.reopen();
    CHECK(read_file(store.folder() + "/lock") == std::to_string(getpid()) + "\n");
  }

  TEST_CASE("open refuses a folder that it may not write to") {
    temp_store store;
    fill_and_close(store);
    std::filesystem::permissions(std::filesystem::path{store.folder()}.parent_path(),
                                 std::filesystem::perms{0755});
    auto before = contents(store.folder());
    std::array<int, 2> pipe_ends{};
    REQUIRE(pipe(pipe_ends.data()) == 0);
    auto child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      // The rights of root would hide what this is about.
      bool lowered = geteuid() != 0 || (setegid(65534) == 0 && seteuid(65534) == 0);
      for (const auto& [path, content] : before)
        if (geteuid() != 65534)
          chmod(path.c_str(), content == "(folder)" ? 0555 : 0444);
      std::string said = "not lowered";
      if (lowered) {
        auto opened = store::open(store.folder(), small_store());
        said = opened ? "opened"
                      : std::string{to_string(opened.error().code)} + ": " + opened.error().message;
      }
      _exit(write(pipe_ends[1], said.data(), said.size()) < 0);
    }
    close(pipe_ends[1]);
    std::array<char, 1000> buffer{};
    auto size = read(pipe_ends[0], buffer.data(), buffer.size());
    close(pipe_ends[0]);
    waitpid(child, nullptr, 0);
    std::string_view said{buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    CAPTURE(said);
    CHECK(said.starts_with("io: "));
    CHECK(said.find("right to write") != std::string_view::npos);
    CHECK(contents(store.folder()) == before);
  }
}
