#include "storage/log_store.hpp"

#include <doctest/doctest.h>

#include "tests/support/temp_store.hpp"

using namespace troupe;
using namespace troupe::storage;
using namespace troupe::test;
using namespace std::string_literals;

namespace {

constexpr instant noon{span{1795348800000000}}; // 2026-11-22 12:00 UTC

std::string numbered(std::int64_t first, std::int64_t count) {
  std::string out;
  for (auto i = first; i < first + count; ++i)
    out += "oline number " + std::to_string(i) + "\n";
  return out;
}

log_added append(temp_store& store, std::int64_t log, std::int64_t first, const std::string& text,
                 instant created = noon) {
  batch work;
  auto added = work.append_log(log_id{log}, created, first, text);
  auto outcome = store->apply(work);
  REQUIRE_MESSAGE(outcome, outcome.done.error().message);
  return added;
}

instant on(int year, unsigned month, unsigned day) {
  using namespace std::chrono;
  return time_point_cast<span>(
      sys_days{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}});
}

} // namespace

TEST_SUITE("log store") {

  TEST_CASE("the log store gives back any range of lines, whatever the chunks") {
    temp_store store;
    std::int64_t total = 0;
    for (std::int64_t count : {1, 1, 7, 100, 1, 30, 2})
      total += append(store, 5, total, numbered(total, count)).lines;
    append(store, 4, 0, "oof another log\n");
    append(store, 6, 0, "oof another log\n");
    CHECK(total == 142);
    for (std::int64_t first = 0; first <= total; first += 3)
      for (std::int64_t last = first; last <= total + 2; last += 5) {
        CAPTURE(first);
        CAPTURE(last);
        auto lines = store->logs().read(log_id{5}, noon, first, last);
        auto count = std::max<std::int64_t>(std::min(last, total - 1) - first + 1, 0);
        CHECK(lines.first_line == first);
        CHECK(lines.count == count);
        CHECK(lines.text == numbered(first, count));
      }
    CHECK(store->logs().read(log_id{5}, noon, -3, 0).text == numbered(0, 1));
    CHECK(store->logs().read(log_id{5}, noon, 9, 8).count == 0);
    CHECK(store->logs().read(log_id{7}, noon, 0, 9).count == 0);
  }

  TEST_CASE("streams a log chunk by chunk, from any line") {
    temp_store store;
    auto text = numbered(0, 20'000);
    auto added = append(store, 1, 0, text);
    CHECK(added.lines == 20'000);
    CHECK(added.raw_bytes == std::int64_t(text.size()));
    CHECK(added.stored_bytes < added.raw_bytes / 2);
    std::string streamed;
    int chunks = 0;
    std::int64_t line = 0;
    while (auto chunk = store->logs().chunk_at(log_id{1}, noon, line)) {
      CHECK(chunk->first_line == line);
      CHECK(chunk->text.size() <= log_chunk_bytes_max);
      streamed += chunk->text;
      line = chunk->first_line + chunk->count;
      ++chunks;
    }
    CHECK(chunks > 3);
    CHECK(streamed == text);
    auto inside = store->logs().chunk_at(log_id{1}, noon, 10'000);
    REQUIRE(inside);
    CHECK(inside->first_line <= 10'000);
    CHECK(inside->first_line + inside->count > 10'000);
  }

  TEST_CASE("the log store keeps lines of any length and content") {
    temp_store store;
    auto text = "\n"s + std::string(300'000, 'x') + "\n\0\xff\n"s + std::string(70'000, 'y') + "\n";
    CHECK(append(store, 1, 0, text).lines == 4);
    auto lines = store->logs().read(log_id{1}, noon, 0, 99);
    CHECK(lines.count == 4);
    CHECK(lines.text == text);
    CHECK(store->logs().read(log_id{1}, noon, 2, 2).text == "\0\xff\n"s);
  }

  TEST_CASE("text that is not whole lines is the caller's bug") {
    batch work;
    CHECK_THROWS_AS(work.append_log(log_id{1}, noon, 0, ""), failed);
    CHECK_THROWS_AS(work.append_log(log_id{1}, noon, 0, "no end"), failed);
    CHECK_THROWS_AS(work.append_log(log_id{}, noon, 0, "x\n"), failed);
    CHECK_THROWS_AS(work.append_log(log_id{1}, noon, -1, "x\n"), failed);
    CHECK(work.empty());
  }

  TEST_CASE("what a failed attempt left behind is replaced, however it was cut") {
    temp_store store;
    append(store, 1, 0, "o0\no1\n");
    append(store, 1, 2, "ostale 2\nostale 3\n");
    append(store, 1, 4, "ostale 4\n");
    append(store, 2, 0, "oother\n");
    append(store, 1, 2, "o2\n");
    append(store, 1, 3, "o3\no4\no5\n");
    CHECK(store->logs().read(log_id{1}, noon, 0, 99).text == "o0\no1\no2\no3\no4\no5\n");
    CHECK(store->logs().read(log_id{2}, noon, 0, 99).text == "oother\n");
  }

  TEST_CASE("content goes by month of the log's creation, in UTC") {
    CHECK(log_period(on(2026, 11, 1)) == "2026-11");
    CHECK(log_period(on(2026, 11, 1) - span{1}) == "2026-10");
    CHECK(log_period(instant{}) == "1970-01");
    CHECK(log_period(on(2027, 1, 31)) == "2027-01");

    temp_store store;
    append(store, 1, 0, "oold\n", on(2026, 9, 30));
    append(store, 2, 0, "onewer\n", on(2026, 10, 1));
    append(store, 3, 0, "onewest\n", on(2026, 11, 22));
    CHECK(store->logs().periods() == std::vector<std::string>{"2026-09", "2026-10", "2026-11"});
    CHECK(store->logs().drop_before(on(2026, 9, 30)).value() == 0);
    CHECK(store->logs().drop_before(on(2026, 11, 3)).value() == 2);
    CHECK(store->logs().periods() == std::vector<std::string>{"2026-11"});
    CHECK(store->logs().read(log_id{1}, on(2026, 9, 30), 0, 9).count == 0);
    CHECK_FALSE(store->logs().chunk_at(log_id{2}, on(2026, 10, 1), 0));
    CHECK(store->logs().read(log_id{3}, on(2026, 11, 22), 0, 9).text == "onewest\n");
    append(store, 1, 1, "oa log that goes on\n", on(2026, 9, 30));
    CHECK(store->logs().read(log_id{1}, on(2026, 9, 30), 0, 9).text == "oa log that goes on\n");
  }

  TEST_CASE("a month that was half made is made again") {
    temp_store store;
    store.close();
    auto logs = store.folder() + "/logs/";
    std::filesystem::create_directories(logs + "2026-11.new");
    write_file(logs + "2026-11.new/data.mdb", "half");
    std::filesystem::create_directories(logs + "2026-10.new");
    std::filesystem::create_directories(logs + "2026-11");
    write_file(logs + "2026-11/lock.mdb", "half");
    store.reopen();
    CHECK_FALSE(std::filesystem::exists(logs + "2026-10.new"));
    batch work;
    work.append_log(log_id{1}, noon, 0, "ohello\n");
    REQUIRE(store->apply(work));
    CHECK(store->logs().read(log_id{1}, noon, 0, 0).text == "ohello\n");
    CHECK(store->logs().periods() == std::vector<std::string>{"2026-11"});
  }

  TEST_CASE("a damaged month is reported and leaves the records alone") {
    temp_store store;
    append(store, 1, 0, numbered(0, 5000));
    store.close();
    auto data = store.folder() + "/logs/2026-11/data.mdb";
    write_file(data, read_file(data).substr(0, 9000));
    store.reopen();
    try {
      static_cast<void>(store->logs().read(log_id{1}, noon, 0, 9));
      FAIL("not noticed");
    } catch (const failed& why) {
      CHECK(why.why().code == errc::corrupt);
      CHECK(why.why().message.find("logs/2026-11: data.mdb is cut off") != std::string::npos);
    }
    batch work;
    work.append_log(log_id{2}, noon, 0, "x\n");
    auto outcome = store->apply(work);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.done.error().code == errc::corrupt);
    CHECK_FALSE(outcome.culprit);
    work = {};
    work.put_state("/a", "b", "c");
    CHECK(store->apply(work));
  }

  TEST_CASE("every truncation of a chunk, and every flipped bit of its head, is noticed") {
    for (const std::string& text : {"o1\no2\n"s, numbered(0, 100)}) {
      auto chunk = storage::detail::pack_chunk(text, std::count(text.begin(), text.end(), '\n'));
      CHECK(storage::detail::unpack_chunk(chunk).text == text);
      for (std::size_t n = 0; n < chunk.size(); ++n)
        CHECK_THROWS_AS(storage::detail::unpack_chunk(std::string_view{chunk}.substr(0, n)),
                        failed);
      for (std::size_t i = 0; i < 4; ++i)
        for (int bit = 0; bit < 8; ++bit) {
          auto bad = chunk;
          bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
          CHECK_THROWS_AS(storage::detail::unpack_chunk(bad), failed);
        }
    }
  }
}
