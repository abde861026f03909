#include "storage/store.hpp"

#include <csignal>
#include <sys/resource.h>

#include <doctest/doctest.h>

#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/changes.hpp"
#include "storage/tables/state.hpp"
#include "tests/support/temp_store.hpp"

using namespace troupe;
using namespace troupe::storage;
using troupe::test::temp_store;

namespace {

constexpr instant midday{span{1795348800000000}}; // 2026-11-22 12:00 UTC

records::change a_change(std::int64_t id, std::string author = "ada") {
  records::change out;
  out.id = change_id{id};
  out.author = std::move(author);
  out.properties["p"] = {json(7), "Change"};
  return out;
}

batch with(const records::change& x) {
  batch out;
  out.put(x);
  return out;
}

void fill(temp_store& store) {
  std::string ballast(100'000, 'x');
  apply_outcome outcome;
  for (std::int64_t i = 1; i < 10'000 && outcome; ++i)
    outcome = store->apply(with(a_change(i, ballast)));
  REQUIRE_FALSE(outcome);
  CHECK(outcome.done.error().code == errc::full);
  CHECK_FALSE(outcome.culprit);
}

} // namespace

TEST_SUITE("store") {

  TEST_CASE("the store gives back what was applied, also after it was opened again") {
    temp_store store;
    batch work;
    work.put(a_change(1)).put(a_change(2, "bob"));
    work.put_state("/botmaster/builders/linux/7", "build", "state");
    REQUIRE(store->apply(work));
    store.reopen();
    auto snapshot = store->read();
    CHECK(find_change(snapshot, change_id{2}) == a_change(2, "bob"));
    CHECK_FALSE(find_change(snapshot, change_id{3}));
    CHECK(find_service_state(snapshot, "/botmaster/builders/linux/7")->state == "state");
  }

  TEST_CASE("a batch is a value that travels") {
    temp_store store;
    batch work = with(a_change(5));
    work.append_log(log_id{1}, midday, 0, "ohello\n");
    auto arrived = decode<batch>(encode(work));
    REQUIRE(arrived);
    CHECK(*arrived == work);
    REQUIRE(store->apply(*arrived));
    CHECK(find_change(store->read(), change_id{5}));
    CHECK(store->logs().read(log_id{1}, midday, 0, 0).text == "ohello\n");
  }

  TEST_CASE("operations take effect in order, within and across batches") {
    temp_store store;
    std::vector<batch> work(2);
    work[0].put(a_change(1)).erase<records::change>({change_id{1}}).put(a_change(2));
    work[1].put(a_change(2, "later")).erase_state("/nobody");
    REQUIRE(store->apply(work));
    auto snapshot = store->read();
    CHECK_FALSE(find_change(snapshot, change_id{1}));
    CHECK(find_change(snapshot, change_id{2})->author == "later");
  }

  TEST_CASE("a snapshot does not see what comes after it") {
    temp_store store;
    REQUIRE(store->apply(with(a_change(1))));
    auto before = store->read();
    REQUIRE(store->apply(with(a_change(2))));
    CHECK(max_change_id(before) == change_id{1});
    CHECK(max_change_id(store->read()) == change_id{2});
  }

  TEST_CASE("too many snapshots at a time are refused, and fewer are fine again") {
    temp_store store;
    {
      std::vector<snapshot> held;
      try {
        for (int i = 0; i < 200; ++i)
          held.push_back(store->read());
        FAIL("never refused");
      } catch (const failed& why) {
        CHECK(why.why().code == errc::refused);
        CHECK(held.size() == 16);
      }
    }
    CHECK(max_change_id(store->read()) == change_id{});
  }

  TEST_CASE("one bad batch is named and takes the whole commit with it") {
    temp_store store;
    std::vector<batch> work{with(a_change(1)), with(a_change(2)), with(a_change(3))};
    auto check_refused = [&](errc code) {
      auto outcome = store->apply(work);
      REQUIRE_FALSE(outcome);
      CHECK(outcome.done.error().code == code);
      CHECK(outcome.culprit == 1);
      CHECK(max_change_id(store->read()) == change_id{});
      CHECK(store->logs().read(log_id{1}, midday, 0, 9).count == 0);
    };
    work[0].append_log(log_id{1}, midday, 0, "text\n");
    auto& bad = work[1].operations[0];
    auto good = bad;
    bad.value = "garbage";
    check_refused(errc::invalid);
    bad.value.clear();
    check_refused(errc::invalid);
    bad = good;
    bad.value.pop_back();
    check_refused(errc::invalid);
    bad = good;
    bad.table = 999;
    check_refused(errc::invalid);
    bad.table = 0; // what the store says of itself is its own
    check_refused(errc::invalid);
    bad = good;
    bad.key = std::string(600, 'k');
    check_refused(errc::invalid);
    bad.key.clear();
    check_refused(errc::invalid);
    bad = good;
    bad.kind = operation_kind{99};
    check_refused(errc::invalid);
    bad.kind = operation_kind::append_log;
    check_refused(errc::invalid);
    bad = good;
    work[1].append_log(log_id{1}, midday, 0, "one\ntwo\n");
    work[1].append_log(log_id{1}, midday, 1, "overlaps\n");
    check_refused(errc::conflict);

    work[1] = with(a_change(2));
    REQUIRE(store->apply(work));
    CHECK(max_change_id(store->read()) == change_id{3});
  }

  TEST_CASE("when the records are full nothing of the attempt is there, and room makes it work") {
    temp_store store;
    store.reopen({.records_bytes_max = 2 << 20, .log_period_bytes_max = 1 << 20});
    fill(store);
    auto last = max_change_id(store->read());
    CHECK(last.value > 5);
    batch both = with(a_change(1, "changed"));
    both.put(a_change(9999, std::string(100'000, 'x')));
    auto outcome = store->apply(both);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.done.error().message.find("records: ") != std::string::npos);
    CHECK(find_change(store->read(), change_id{1})->author != "changed");
    CHECK(max_change_id(store->read()) == last);

    SUBCASE("because something was erased") {
      batch room;
      for (std::int64_t i = 2; i <= last.value; ++i)
        room.erase<records::change>({change_id{i}});
      REQUIRE(store->apply(room));
      // Pages are free for reuse once a commit has passed.
      REQUIRE(store->apply(with(a_change(1))));
    }
    SUBCASE("because the limit was raised") {
      store.reopen();
    }
    REQUIRE(store->apply(both));
    CHECK(find_change(store->read(), change_id{1})->author == "changed");
  }

  TEST_CASE("when the logs are full nothing of the attempt is in the records") {
    temp_store store;
    store.reopen({.records_bytes_max = 16 << 20, .log_period_bytes_max = 256 << 10});
    std::string noise;
    for (std::uint64_t x = 1; noise.size() < 60'000;
         x = x * 6364136223846793005u + 1442695040888963407u)
      noise.push_back(static_cast<char>('A' + ((x >> 40) % 26)));
    noise += "\n";
    apply_outcome outcome;
    std::int64_t line = 0;
    for (; line < 100 && outcome; ++line) {
      batch work = with(a_change(line + 1));
      work.append_log(log_id{1}, midday, line, noise);
      outcome = store->apply(work);
    }
    REQUIRE_FALSE(outcome);
    CHECK(outcome.done.error().code == errc::full);
    CHECK(outcome.done.error().message.find("logs/2026-11") != std::string::npos);
    CHECK(max_change_id(store->read()) == change_id{line - 1});
    REQUIRE(store->apply(with(a_change(line))));
  }

  TEST_CASE("when the disk is full nothing of the attempt is there, and room makes it work") {
    temp_store store;
    REQUIRE(store->apply(with(a_change(1))));
    auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit old_limit{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    rlimit tight = old_limit;
    // A file may not grow beyond this: the same road as a disk without room.
    tight.rlim_cur = std::filesystem::file_size(store.folder() + "/records/data.mdb");
    REQUIRE(setrlimit(RLIMIT_FSIZE, &tight) == 0);
    auto work = with(a_change(2, std::string(1'000'000, 'x')));
    auto outcome = store->apply(work);
    setrlimit(RLIMIT_FSIZE, &old_limit);
    std::signal(SIGXFSZ, old_handler);

    REQUIRE_FALSE(outcome);
    CHECK(outcome.done.error().code == errc::full);
    CHECK(max_change_id(store->read()) == change_id{1});
    REQUIRE(store->apply(work));
    store.reopen();
    CHECK(max_change_id(store->read()) == change_id{2});
  }

  TEST_CASE("damage to one record is reported when it is read, with its kind") {
    temp_store store;
    REQUIRE(store->apply(with(a_change(1, "needle-in-the-file"))));
    store.close();
    auto path = store.folder() + "/records/data.mdb";
    auto file = test::read_file(path);
    for (auto at = file.find("needle"); at != std::string::npos; at = file.find("needle", at + 1))
      file[at - 1] = '\x7f'; // the length of the author
    test::write_file(path, file);
    store.reopen();
    try {
      static_cast<void>(find_change(store->read(), change_id{1}));
      FAIL("not noticed");
    } catch (const failed& why) {
      CHECK(why.why().code == errc::corrupt);
      CHECK(why.why().message.find("records::change") != std::string::npos);
    }
  }
}
