#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>

#include <doctest/doctest.h>

#include "runtime/journal/journal_reader.hpp"
#include "runtime/journal/segment_writer.hpp"
#include "tests/support/memory_journal.hpp"
#include "tests/support/temp_folder.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;
using namespace std::chrono_literals;
using troupe::test::temp_folder;
using troupe::test::write_file;

namespace fs = std::filesystem;

namespace {

using numbers = std::vector<std::int64_t>;
using verdict = frame_sink::verdict;

/// A frame that is the last of its segment: it goes on for so long.
journal_frame long_frame(std::uint64_t order) {
  auto frame = frame_of_events(order, 1);
  frame.last_at = frame.first_at + segment_span;
  return frame;
}

struct writer_stage {
  std::shared_ptr<segment_writer> begin(ring_limits limits = {}) {
    segment_writer::options how;
    how.folder = folder;
    how.limits = limits;
    how.header.process = 3;
    how.flush = [] {};
    how.trouble = [this](std::string message) {
      std::lock_guard guard{lock};
      troubles.push_back(std::move(message));
      heard.notify_all();
    };
    auto begun = segment_writer::begin(how);
    REQUIRE_MESSAGE(begun, begun.error().message);
    return *begun;
  }
  /// Waits for the writer to say so many things: it has a thread of its own.
  void wait_for_troubles(std::size_t count) {
    std::unique_lock guard{lock};
    REQUIRE(heard.wait_for(guard, 60s, [&] { return troubles.size() >= count; }));
  }
  numbers there() {
    numbers all;
    for (const auto& one : list_segments(folder))
      all.push_back(one.number);
    return all;
  }
  std::vector<std::uint64_t> orders() {
    std::vector<std::uint64_t> all;
    auto reader = journal_reader::open(folder);
    REQUIRE_MESSAGE(reader, reader.error().message);
    while (reader->next())
      all.push_back(reader->head().order);
    CHECK(reader->damage().empty());
    return all;
  }

  temp_folder scratch;
  std::string folder = scratch / "journal";
  std::mutex lock;
  std::condition_variable heard;
  std::vector<std::string> troubles;
};

} // namespace

TEST_SUITE("segment writer") {

  TEST_CASE_FIXTURE(writer_stage, "a writer has written everything when it is gone") {
    auto writer = begin();
    for (std::uint64_t i = 0; i < 50; ++i)
      CHECK(writer->take(frame_of_events(1 + 2 * i, 2)) == verdict::kept);
    writer.reset();
    CHECK(there() == numbers{1});
    auto found = orders();
    REQUIRE(found.size() == 100);
    for (std::uint64_t i = 0; i < 100; ++i)
      CHECK(found[i] == i + 1);
    CHECK(troubles.empty());
    auto mode = fs::status(folder).permissions();
    CHECK(mode == fs::perms::owner_all);
    mode = fs::status(folder + "/" + segment_name(1)).permissions();
    CHECK(mode == (fs::perms::owner_read | fs::perms::owner_write));
  }

  TEST_CASE_FIXTURE(writer_stage, "one that took nothing leaves no file") {
    begin().reset();
    CHECK(there().empty());
  }

  TEST_CASE_FIXTURE(writer_stage, "numbers go on over runs, and over what was dropped") {
    for (int run = 0; run < 3; ++run)
      begin()->take(frame_of_events(1, 1));
    CHECK(there() == numbers{1, 2, 3});
    fs::remove(folder + "/" + segment_name(1));
    auto writer = begin();
    writer->take(frame_of_events(1, 1));
    writer.reset();
    CHECK(there() == numbers{2, 3, 4});
    auto last = segment_reader::open(folder + "/" + segment_name(4));
    REQUIRE(last);
    CHECK(last->header().number == 4);
    CHECK(last->header().process == 3);
  }

  TEST_CASE_FIXTURE(writer_stage,
                    "a segment that goes on for long enough is the last of its kind") {
    auto writer = begin();
    CHECK(writer->take(frame_of_events(1, 1)) == verdict::kept);
    CHECK(writer->take(long_frame(2)) == verdict::segment_full);
    CHECK(writer->take(frame_of_events(3, 1)) == verdict::kept);
    writer.reset();
    CHECK(there() == numbers{1, 2});
    CHECK(orders() == std::vector<std::uint64_t>{1, 2, 3});
  }

  TEST_CASE_FIXTURE(writer_stage, "a segment that is long enough is the last of its kind") {
    auto writer = begin();
    auto frame = frame_of_events(1, 1);
    frame.records.resize(segment_bytes - 1); // what is in it does not matter here
    CHECK(writer->take(std::move(frame)) == verdict::kept);
    CHECK(writer->take(frame_of_events(2, 1)) == verdict::segment_full);
    CHECK(writer->take(frame_of_events(3, 1)) == verdict::kept);
    writer.reset();
    CHECK(there() == numbers{1, 2});
  }

  TEST_CASE_FIXTURE(writer_stage, "the oldest go when all together are too large") {
    auto writer = begin();
    writer->take(long_frame(1));
    writer.reset();
    auto one = static_cast<std::int64_t>(list_segments(folder).at(0).bytes);
    writer = begin({.bytes_max = 2 * one + one / 2});
    for (std::uint64_t i = 2; i <= 6; ++i)
      writer->take(long_frame(i));
    writer.reset();
    CHECK(there() == numbers{4, 5, 6}); // two, and the one that was begun
    CHECK(orders() == std::vector<std::uint64_t>{4, 5, 6});
    // Other limits hold from the next segment on.
    writer = begin({.bytes_max = 100 * one});
    writer->limit({.bytes_max = 0});
    writer->take(long_frame(7));
    writer.reset();
    CHECK(there() == numbers{7});
  }

  TEST_CASE_FIXTURE(writer_stage, "the oldest go when nothing was written to them for too long") {
    auto writer = begin();
    for (std::uint64_t i = 1; i <= 3; ++i)
      writer->take(long_frame(i));
    writer.reset();
    auto segments = list_segments(folder);
    for (int i = 0; i < 2; ++i)
      fs::last_write_time(segments.at(i).path, fs::last_write_time(segments[i].path) - 2h);
    writer = begin({.age_max = 1h});
    writer->take(long_frame(4));
    writer.reset();
    CHECK(there() == numbers{3, 4});
  }

  TEST_CASE_FIXTURE(writer_stage, "a folder that cannot be made is refused") {
    write_file(folder, "a file");
    auto begun = segment_writer::begin({folder, {}, {}, [] {}, [](std::string) {}});
    REQUIRE(!begun);
    CHECK(begun.error().code == errc::io);
    CHECK(begun.error().message.starts_with(folder));
  }

  TEST_CASE_FIXTURE(writer_stage,
                    "trouble and its end are reported; a reader starts afresh after it") {
    auto writer = begin();
    fs::remove_all(folder);
    write_file(folder, "in the way");
    CHECK(writer->take(frame_of_events(1, 1)) == verdict::kept); // nobody knows yet
    wait_for_troubles(1);
    CHECK(troubles[0].find(segment_name(1)) != std::string::npos);
    CHECK(writer->count().trouble == troubles[0]);
    CHECK(writer->take(frame_of_events(2, 1)) == verdict::lost);

    fs::remove(folder);
    fs::create_directory(folder);
    wait_for_troubles(2);
    CHECK(troubles[1].empty());
    CHECK(writer->count().trouble.empty());
    CHECK(writer->take(frame_of_events(3, 1)) != verdict::lost);
    writer.reset();
    CHECK(orders() == std::vector<std::uint64_t>{3});
    CHECK(troubles.size() == 2);
  }

  TEST_CASE_FIXTURE(writer_stage, "a frame after an unnoticed loss starts afresh") {
    auto writer = begin();
    fs::remove_all(folder);
    write_file(folder, "in the way");
    auto lost = frame_of_events(1, 1);
    auto lost_at = lost.last_at;
    CHECK(writer->take(std::move(lost)) == verdict::kept);
    wait_for_troubles(1);
    writer->drain();
    CHECK(writer->count().lost == 1);
    CHECK(writer->count().lost_at == lost_at);
    fs::remove(folder);
    fs::create_directory(folder);
    wait_for_troubles(2); // nothing came in meanwhile
    CHECK(writer->take(frame_of_events(2, 1)) == verdict::segment_full);
    CHECK(writer->take(frame_of_events(3, 1)) == verdict::kept);
    writer.reset();
    CHECK(orders() == std::vector<std::uint64_t>{2, 3});
  }

  TEST_CASE_FIXTURE(writer_stage, "more than it can write is lost, and it takes frames again") {
    auto writer = begin();
    auto frame = frame_of_events(1, 1);
    frame.records.resize(unwritten_frames_max + 1);
    CHECK(writer->take(std::move(frame)) == verdict::lost);
    CHECK(writer->take(frame_of_events(2, 1)) == verdict::kept);
    writer.reset();
    CHECK(orders() == std::vector<std::uint64_t>{2});
  }

} // TEST_SUITE
