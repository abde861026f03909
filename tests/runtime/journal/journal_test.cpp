#include <doctest/doctest.h>

#include "storage/codec_parts.hpp"
#include "tests/support/memory_journal.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;
using namespace std::chrono_literals;

namespace {

using verdict = frame_sink::verdict;

const instant noon{1'700'000'000s};

struct journal_stage {
  journal_stage() { all.record_to(sink); }

  std::uint64_t event(port& cell, std::string_view doing, std::string_view body = {},
                      span after = {}, port* sender = nullptr, origin cause = {}) {
    return all.add(record_kind::event, {cell, doing, sender, cause, noon + after}, body);
  }
  std::vector<kept_record> written() {
    all.flush();
    return records_of(sink->frames);
  }

  plain_journal all;
  std::shared_ptr<memory_journal> sink = std::make_shared<memory_journal>();
  std::shared_ptr<port> a = std::make_shared<port>("/a"), b = std::make_shared<port>("/b");
};

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

} // namespace

TEST_SUITE("journal") {

  TEST_CASE_FIXTURE(journal_stage, "a record is read as it was added") {
    CHECK(event(*a, "init") == 1);
    CHECK(event(*b, "add", "body", 5us, a.get(), {1, 3}) == 2);
    CHECK(all.add(record_kind::checksum, {*b, {}, nullptr, {}, noon + 7us}, "12345678") == 3);

    auto read = written();
    REQUIRE(read.size() == 3);
    CHECK(read[0].kind == record_kind::event);
    CHECK(read[0].order == 1);
    CHECK(read[0].at == noon);
    CHECK(read[0].cell == "/a");
    CHECK(read[0].doing == "init");
    CHECK(read[0].sender == "");
    CHECK(read[0].cause.event == 0);
    CHECK(read[0].body == "");
    CHECK(read[1].order == 2);
    CHECK(read[1].at == noon + 5us);
    CHECK(read[1].cell == "/b");
    CHECK(read[1].doing == "add");
    CHECK(read[1].sender == "/a");
    CHECK(read[1].cause.event == 1);
    CHECK(read[1].cause.place == 3);
    CHECK(read[1].body == "body");
    CHECK(read[2].kind == record_kind::checksum);
    CHECK(read[2].doing == "");
    CHECK(read[2].body == "12345678");

    const auto& frame = sink->frames.at(0);
    CHECK(frame.count == 3);
    CHECK(frame.first_order == 1);
    CHECK(frame.last_order == 3);
    CHECK(frame.first_at == noon);
    CHECK(frame.last_at == noon + 7us);
  }

  TEST_CASE_FIXTURE(journal_stage, "a name is written once in every frame that needs it") {
    for (int frame = 0; frame < 2; ++frame) {
      for (int i = 0; i < 10; ++i)
        event(i % 2 ? *a : *b, "a_message_of_ours", {}, {}, i % 2 ? b.get() : a.get());
      all.flush();
    }
    REQUIRE(sink->frames.size() == 2);
    for (const auto& frame : sink->frames) {
      CHECK(count_of(frame.records, "a_message_of_ours") == 1);
      CHECK(count_of(frame.records, "/a") == 1);
      CHECK(count_of(frame.records, "/b") == 1);
      auto read = records_of(frame);
      REQUIRE(read.size() == 10);
      for (int i = 0; i < 10; ++i) {
        CHECK(read[i].cell == (i % 2 ? "/a" : "/b"));
        CHECK(read[i].sender == (i % 2 ? "/b" : "/a"));
        CHECK(read[i].doing == "a_message_of_ours");
      }
    }
  }

  TEST_CASE_FIXTURE(journal_stage, "orders go on from frame to frame") {
    for (int i = 0; i < 6; ++i) {
      CHECK(event(*a, "add") == static_cast<std::uint64_t>(i) + 1);
      if (i % 2)
        all.flush();
    }
    REQUIRE(sink->frames.size() == 3);
    for (std::uint64_t i = 0; i < 3; ++i) {
      CHECK(sink->frames[i].first_order == 2 * i + 1);
      CHECK(sink->frames[i].last_order == 2 * i + 2);
    }
    auto read = written();
    REQUIRE(read.size() == 6);
    for (std::uint64_t i = 0; i < 6; ++i)
      CHECK(read[i].order == i + 1);
  }

  TEST_CASE_FIXTURE(journal_stage, "a clock that is set back is recorded as it went") {
    span offsets[] = {0s, 10s, -3600s, -3600s, 7s, -1us};
    for (auto after : offsets)
      event(*a, "add", {}, after);
    auto read = written();
    REQUIRE(read.size() == std::size(offsets));
    for (std::size_t i = 0; i < read.size(); ++i)
      CHECK(read[i].at == noon + offsets[i]);
    CHECK(sink->frames[0].first_at == noon);
    CHECK(sink->frames[0].last_at == noon - 1us);
  }

  TEST_CASE_FIXTURE(journal_stage, "a cause in an earlier frame is found") {
    for (int i = 0; i < 300; ++i)
      event(*a, "add");
    all.flush();
    event(*b, "add", {}, {}, a.get(), {2, 70'000});
    event(*b, "add", {}, {}, a.get(), {301, 1});
    event(*b, "add", {}, {}, a.get());
    auto read = written();
    REQUIRE(read.size() == 303);
    CHECK(read[300].cause.event == 2);
    CHECK(read[300].cause.place == 70'000);
    CHECK(read[301].cause.event == 301);
    CHECK(read[301].cause.place == 1);
    CHECK(read[302].cause.event == 0);
  }

  TEST_CASE_FIXTURE(journal_stage, "a frame is given away when it is full") {
    bytes body(1000, 'x');
    for (int i = 0; i < 1000; ++i)
      event(*a, "add", body);
    CHECK(sink->frames.size() == 3);
    for (const auto& frame : sink->frames) {
      CHECK(frame.records.size() >= journal::frame_bytes);
      CHECK(frame.records.size() < journal::frame_bytes + 1100);
    }
    CHECK(written().size() == 1000);
    CHECK(all.count().records == 1000);
    std::uint64_t sum = 0;
    for (const auto& frame : sink->frames)
      sum += frame.records.size();
    CHECK(all.count().bytes == sum);
  }

  TEST_CASE_FIXTURE(journal_stage, "a lost frame is counted, and a reader starts afresh after it") {
    auto epoch = all.epoch();
    sink->verdicts = {verdict::kept, verdict::lost};
    event(*a, "add");
    all.flush();
    CHECK(all.epoch() == epoch);
    event(*a, "add");
    event(*a, "add");
    all.flush();
    CHECK(all.epoch() == epoch + 1);
    CHECK(all.epoch_began() == 4);
    CHECK(all.count().lost == 2);
    CHECK(all.count().lost_at != instant{});
    CHECK(event(*a, "add") == 4);
    auto read = written();
    REQUIRE(read.size() == 2);
    CHECK(read[0].order == 1);
    CHECK(read[1].order == 4);
    CHECK(read[1].cell == "/a"); // the name that was lost is written again
    CHECK(all.count().lost == 2);
  }

  TEST_CASE_FIXTURE(journal_stage, "a new segment begins an epoch and loses nothing") {
    auto epoch = all.epoch();
    sink->verdicts = {verdict::segment_full};
    event(*a, "add");
    all.flush();
    CHECK(all.epoch() == epoch + 1);
    CHECK(all.epoch_began() == 2);
    CHECK(all.count().lost == 0);
    CHECK(written().size() == 1);
  }

  TEST_CASE("nothing is recorded before somebody wants it, or after") {
    plain_journal all;
    auto a = std::make_shared<port>("/a");
    auto add = [&] { return all.add(record_kind::event, {*a, "add", nullptr, {}, noon}, {}); };
    CHECK(!all.on());
    CHECK(add() == 0);
    auto sink = std::make_shared<memory_journal>();
    all.record_to(sink);
    CHECK(all.on());
    CHECK(all.epoch() == 1);
    CHECK(all.epoch_began() == 1);
    CHECK(add() == 1);
    all.record_to(nullptr);
    CHECK(!all.on());
    CHECK(sink->frames.size() == 1); // what had gathered was given away
    CHECK(add() == 0);
    all.flush();
    CHECK(sink->frames.size() == 1);
    CHECK(all.count().records == 1);
    CHECK(sink.use_count() == 1);
  }

  TEST_CASE_FIXTURE(journal_stage, "a reader sees that nothing was recorded for a while") {
    event(*a, "add");
    all.record_to(nullptr);
    event(*a, "add"); // by nobody's order
    all.record_to(sink);
    auto began = all.epoch_began();
    CHECK(event(*a, "add") == began);
    all.flush();
    REQUIRE(sink->frames.size() == 2);
    CHECK(sink->frames[0].last_order == 1);
    CHECK(sink->frames[1].first_order == began);
    CHECK(began > sink->frames[0].last_order + 1); // else the frames look as if they went on
  }

  TEST_CASE_FIXTURE(journal_stage, "what was said before another sink is recorded whole there") {
    auto said = event(*a, "add");
    auto other = std::make_shared<memory_journal>();
    auto epoch = all.epoch();
    all.record_to(other);
    CHECK(sink->frames.size() == 1);
    CHECK(all.epoch() == epoch + 1);
    CHECK(all.epoch_began() > said);
    event(*a, "add");
    all.flush();
    CHECK(sink->frames.size() == 1);
    REQUIRE(other->frames.size() == 1);
    CHECK(records_of(other->frames)[0].cell == "/a");
  }

  TEST_CASE_FIXTURE(journal_stage,
                    "a bounded number of blob bytes is admitted a second, and at one time") {
    constexpr std::size_t most = journal::blob_at_once_max, part = 1 << 20;
    std::size_t admitted = 0;
    while (all.admit(part, noon))
      admitted += part;
    CHECK(admitted == most);
    CHECK(all.count().dropped_at == noon);
    CHECK(!all.calm(noon));
    CHECK(!all.admit(1, noon));
    CHECK(!all.admit(1, noon - 1h)); // a clock that is set back brings nothing

    CHECK(all.admit(part, noon + 10ms));
    CHECK(!all.admit(part, noon + 10ms)); // one may be too large, and the next waits for it
    CHECK(!all.calm(noon + 300ms));
    CHECK(all.calm(noon + 800ms));

    admitted = 0;
    while (all.admit(part, noon + 1h))
      admitted += part;
    CHECK(admitted == most); // an hour of rest is not saved up
  }

  TEST_CASE("a kind of record that is not known yet is passed over") {
    auto frame = frame_of_events(1, 3);
    auto whole = records_of(frame);
    REQUIRE(whole.size() == 3);
    // Its kind, and the length of the rest, which has a head as all have.
    bytes strange{"\x63\x05\0\1\2\3\0", 7};
    frame.records += strange;
    auto more = records_of(frame);
    REQUIRE(more.size() == 4);
    CHECK(more[3].kind == static_cast<record_kind>(0x63));
    CHECK(more[3].order == 4);
  }

  TEST_CASE("damaged records are refused") {
    auto refuse = [](std::string_view records) {
      journal_frame frame;
      frame.records = records;
      frame.first_order = 1;
      frame_reader reader{frame};
      try {
        while (reader.next()) {
        }
      } catch (const failed& why) {
        return why.why().code == errc::corrupt;
      }
      return false;
    };
    using namespace std::string_view_literals;
    CHECK(!refuse(""sv));
    CHECK(!refuse("\2\5\0\0\0\0\0"sv));
    CHECK(refuse("\2"sv));
    CHECK(refuse("\2\5\0\0\0\0"sv));
    CHECK(refuse("\2\4\0\0\0\0"sv));     // ends before the cause
    CHECK(refuse("\2\5\0\1\0\0\0"sv));   // a name that was not given
    CHECK(refuse("\2\6\0\0\0\0\1\1"sv)); // said by the event before the first
    CHECK(refuse("\2\5\0\0\0\0\1"sv));   // without its place
    CHECK(refuse("\1\5/a"sv));
  }

  TEST_CASE("times that nobody can have had do not overflow") {
    journal_frame frame;
    frame.first_order = 1;
    frame.first_at = instant::max();
    bytes numbers;
    troupe::detail::put_varint(numbers, 2); // a microsecond later
    numbers += bytes(4, '\0');
    frame.records = "\2" + bytes(1, static_cast<char>(numbers.size())) + numbers;
    CHECK(records_of(frame).size() == 1);
  }

} // TEST_SUITE
