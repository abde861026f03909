#include <filesystem>

#include <doctest/doctest.h>

#include "runtime/journal/journal_reader.hpp"
#include "tests/support/memory_journal.hpp"
#include "tests/support/temp_folder.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;
using troupe::test::read_file;
using troupe::test::temp_folder;
using troupe::test::write_file;

namespace {

using orders = std::vector<std::uint64_t>;

struct reading {
  orders found;
  orders begun; ///< Those before which it began again.
  std::vector<std::int64_t> segments;
  std::vector<std::string> damage;
};

struct reader_stage {
  void put_segment(std::int64_t number, const std::vector<journal_frame>& frames, int run = 1) {
    segment_header header;
    header.number = number;
    header.process = run;
    header.run_began = instant{std::chrono::seconds{1'700'000'000}};
    auto content = encode_header(header);
    for (const auto& frame : frames)
      put_frame(content, frame);
    write_file(path_of(number), content);
  }
  std::string path_of(std::int64_t number) { return folder / segment_name(number); }
  reading read(const std::string& where) {
    auto reader = journal_reader::open(where);
    REQUIRE_MESSAGE(reader, reader.error().message);
    reading all;
    while (reader->next()) {
      all.found.push_back(reader->head().order);
      if (reader->gap_before())
        all.begun.push_back(reader->head().order);
      all.segments.push_back(reader->segment().number);
      CHECK(reader->kind() == record_kind::event);
      CHECK(reader->head().doing == "add");
    }
    CHECK(!reader->next());
    all.damage = reader->damage();
    return all;
  }
  reading read() { return read(folder.path()); }

  temp_folder folder;
};

} // namespace

TEST_SUITE("journal reader") {

  TEST_CASE_FIXTURE(reader_stage,
                    "a reader goes through the segments of a run as if they were one") {
    put_segment(9, {frame_of_events(1, 2), frame_of_events(3, 2)});
    put_segment(10, {});
    put_segment(11, {frame_of_events(5, 1)});
    auto all = read();
    CHECK(all.found == orders{1, 2, 3, 4, 5});
    CHECK(all.begun == orders{1});
    CHECK(all.segments == std::vector<std::int64_t>{9, 9, 9, 9, 11});
    CHECK(all.damage.empty());
    CHECK(read(path_of(11)).found == orders{5});
  }

  TEST_CASE_FIXTURE(reader_stage, "a reader starts afresh in a ring whose beginning is gone") {
    put_segment(3, {frame_of_events(501, 2)});
    CHECK(read().begun == orders{501});
  }

  TEST_CASE_FIXTURE(reader_stage,
                    "a reader starts afresh at another run, whatever its record numbers") {
    put_segment(1, {frame_of_events(1, 2)});
    put_segment(2, {frame_of_events(3, 2)}, 2);
    put_segment(3, {frame_of_events(1, 1)}, 3);
    auto all = read();
    CHECK(all.found == orders{1, 2, 3, 4, 1});
    CHECK(all.begun == orders{1, 3, 1});
    CHECK(all.damage.empty());
  }

  TEST_CASE_FIXTURE(reader_stage,
                    "a reader starts afresh after a gap, between segments and within one") {
    put_segment(1, {frame_of_events(1, 2), frame_of_events(5, 2)});
    put_segment(3, {frame_of_events(9, 1)});
    auto all = read();
    CHECK(all.found == orders{1, 2, 5, 6, 9});
    CHECK(all.begun == orders{1, 5, 9});
    CHECK(all.damage.empty());
  }

  TEST_CASE_FIXTURE(reader_stage, "a damaged frame is a gap, and is told of") {
    put_segment(1, {frame_of_events(1, 2), frame_of_events(3, 2), frame_of_events(5, 2)});
    auto content = read_file(path_of(1));
    bytes last;
    put_frame(last, frame_of_events(5, 2));
    content[content.size() - last.size() - 1] ^= 1; // the last byte of the second frame
    write_file(path_of(1), content);
    put_segment(2, {frame_of_events(7, 1)});
    auto all = read();
    CHECK(all.found == orders{1, 2, 5, 6, 7});
    CHECK(all.begun == orders{1, 5});
    REQUIRE(all.damage.size() == 1);
    CHECK(all.damage[0].starts_with(path_of(1) + ": "));
  }

  TEST_CASE_FIXTURE(reader_stage, "a damaged segment in the middle is passed over") {
    put_segment(1, {frame_of_events(1, 2)});
    write_file(path_of(2), "not one of ours, however it is called");
    put_segment(3, {frame_of_events(5, 2)});
    auto all = read();
    CHECK(all.found == orders{1, 2, 5, 6});
    CHECK(all.begun == orders{1, 5});
    REQUIRE(all.damage.size() == 1);
    CHECK(all.damage[0].starts_with(path_of(2) + ": "));
    // At the end it is told as well.
    write_file(path_of(4), "");
    CHECK(read().damage.size() == 2);
  }

  TEST_CASE_FIXTURE(reader_stage, "a segment that is cut off ends there, and the next goes on") {
    put_segment(1, {frame_of_events(1, 2), frame_of_events(3, 2)});
    auto content = read_file(path_of(1));
    write_file(path_of(1), std::string_view{content}.substr(0, content.size() - 1));
    put_segment(2, {frame_of_events(5, 2)});
    auto all = read();
    CHECK(all.found == orders{1, 2, 5, 6});
    CHECK(all.begun == orders{1, 5});
    CHECK(all.damage.size() == 1);
  }

  TEST_CASE_FIXTURE(reader_stage, "a frame that does not hold what it says loses its rest") {
    auto wrong = frame_of_events(3, 2);
    wrong.records += "\2\1"; // a record that is cut off, under a check that is right
    put_segment(1, {frame_of_events(1, 2), wrong, frame_of_events(5, 1)});
    auto all = read();
    CHECK(all.found == orders{1, 2, 3, 4, 5});
    CHECK(all.begun == orders{1, 5});
    CHECK(all.damage.size() == 1);
  }

  TEST_CASE_FIXTURE(reader_stage, "a reader tells how far it is") {
    put_segment(1, {frame_of_events(1, 2)});
    put_segment(2, {frame_of_events(3, 2)});
    auto reader = journal_reader::open(folder.path());
    REQUIRE(reader);
    auto total = std::filesystem::file_size(path_of(1)) + std::filesystem::file_size(path_of(2));
    std::uint64_t before = 0;
    CHECK(reader->progress() == std::pair<std::uint64_t, std::uint64_t>{0, total});
    while (reader->next()) {
      CHECK(reader->progress().first >= before);
      before = reader->progress().first;
    }
    CHECK(before > 0);
    CHECK(before <= total);
  }

  TEST_CASE_FIXTURE(reader_stage, "a reader is refused where there is no journal, by name") {
    auto refused = journal_reader::open(folder.path());
    REQUIRE(!refused);
    CHECK(refused.error().code == errc::not_found);
    CHECK(refused.error().message.starts_with(folder.path()));
    refused = journal_reader::open(folder / "missing");
    REQUIRE(!refused);
    CHECK(refused.error().code == errc::not_found);
    write_file(path_of(1), "foreign");
    refused = journal_reader::open(folder.path());
    REQUIRE(!refused);
    CHECK(refused.error().message.starts_with(path_of(1)));
  }

} // TEST_SUITE
