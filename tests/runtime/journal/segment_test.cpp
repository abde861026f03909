#include <algorithm>
#include <random>

#include <doctest/doctest.h>

#include "runtime/journal/segment.hpp"
#include "tests/support/memory_journal.hpp"
#include "tests/support/temp_folder.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;
using troupe::test::temp_folder;
using troupe::test::write_file;

namespace {

segment_header header_of(std::int64_t number) {
  segment_header header;
  header.version = "1.2";
  header.master = "host:/m";
  header.process = 77;
  header.run_began = instant{std::chrono::seconds{1'700'000'000}};
  header.number = number;
  header.seed = 5;
  return header;
}

/// A segment, and where its parts begin.
struct sample {
  explicit sample(std::vector<journal_frame> of) : frames{std::move(of)} {
    content = encode_header(header_of(1));
    for (const auto& frame : frames) {
      begins.push_back(content.size());
      put_frame(content, frame);
    }
    begins.push_back(content.size());
  }
  /// How many frames lie whole before this byte.
  std::size_t whole_before(std::size_t byte) const {
    std::size_t count = 0;
    while (count < frames.size() && begins[count + 1] <= byte)
      ++count;
    return count;
  }

  std::vector<journal_frame> frames;
  std::vector<std::size_t> begins;
  bytes content;
};

constexpr std::size_t frame_header_bytes = 72;

sample small() {
  return sample{{frame_of_events(1, 2), frame_of_events(3, 1), frame_of_events(4, 3)}};
}

struct segment_reading {
  std::optional<failure> refused;
  segment_header header;
  std::vector<journal_frame> frames;
  std::vector<std::string> damage;
};

segment_reading read_all(const std::string& path) {
  segment_reading found;
  auto opened = segment_reader::open(path);
  if (!opened) {
    found.refused = opened.error();
    return found;
  }
  found.header = opened->header();
  while (auto header = opened->next())
    if (auto frame = opened->records()) {
      REQUIRE(frame->count == header->count);
      found.frames.push_back(std::move(*frame));
    }
  REQUIRE(!opened->next()); // the end stays the end
  found.damage = opened->damage();
  return found;
}

struct segment_stage {
  segment_reading read(std::string_view content) {
    write_file(path, content);
    auto found = read_all(path);
    if (found.refused)
      REQUIRE(found.refused->message.starts_with(path + ": "));
    for (const auto& message : found.damage)
      REQUIRE(message.starts_with(path + ": "));
    return found;
  }
  /// All that was read was written, and in that order.
  void require_true(const segment_reading& found, const sample& of) {
    std::size_t next = 0;
    for (const auto& frame : found.frames) {
      while (next < of.frames.size() && !same_frame(frame, of.frames[next]))
        ++next;
      REQUIRE(next < of.frames.size());
      ++next;
    }
  }

  temp_folder folder;
  std::string path = folder / "00000001.journal";
};

} // namespace

TEST_SUITE("segment") {

  TEST_CASE_FIXTURE(segment_stage, "frames are read as they were written") {
    auto whole = small();
    auto found = read(whole.content);
    REQUIRE(!found.refused);
    CHECK(found.damage.empty());
    CHECK(encode(found.header) == encode(header_of(1)));
    REQUIRE(found.frames.size() == 3);
    for (std::size_t i = 0; i < 3; ++i)
      CHECK(same_frame(found.frames[i], whole.frames[i]));
    CHECK(records_of(found.frames[2])[2].order == 6);
  }

  TEST_CASE_FIXTURE(segment_stage, "headers can be read without the records") {
    auto whole = small();
    write_file(path, whole.content);
    auto opened = segment_reader::open(path);
    REQUIRE(opened);
    std::vector<std::uint64_t> first;
    while (auto header = opened->next()) {
      first.push_back(header->first_order);
      CHECK(header->last_order == header->first_order + header->count - 1);
    }
    CHECK(first == std::vector<std::uint64_t>{1, 3, 4});
    CHECK(opened->damage().empty());
  }

  TEST_CASE_FIXTURE(segment_stage, "a segment that is cut off is read up to there") {
    auto whole = small();
    for (std::size_t size = 0; size < whole.content.size(); ++size) {
      CAPTURE(size);
      auto found = read(std::string_view{whole.content}.substr(0, size));
      if (size < whole.begins[0]) {
        REQUIRE(found.refused);
        REQUIRE(found.refused->code == errc::corrupt);
        continue;
      }
      REQUIRE(!found.refused);
      REQUIRE(found.frames.size() == whole.whole_before(size));
      require_true(found, whole);
      bool between =
          std::find(whole.begins.begin(), whole.begins.end(), size) != whole.begins.end();
      REQUIRE(found.damage.empty() == between);
    }
  }

  TEST_CASE_FIXTURE(segment_stage,
                    "a flipped bit loses no more than its frame, or what is behind") {
    auto whole = small();
    for (std::size_t byte = 0; byte < whole.content.size(); ++byte)
      for (int bit = 0; bit < 8; ++bit) {
        CAPTURE(byte);
        CAPTURE(bit);
        auto content = whole.content;
        content[byte] = static_cast<char>(content[byte] ^ (1 << bit));
        auto found = read(content);
        if (byte < whole.begins[0]) {
          REQUIRE(found.refused);
          bool known = found.refused->code == errc::corrupt || found.refused->code == errc::too_new;
          REQUIRE(known);
          continue;
        }
        REQUIRE(!found.refused);
        require_true(found, whole);
        REQUIRE(found.damage.size() == 1);
        auto hit = whole.whole_before(byte);
        bool in_records = byte >= whole.begins[hit] + frame_header_bytes;
        REQUIRE(found.frames.size() == (in_records ? 2 : hit));
      }
  }

  TEST_CASE_FIXTURE(segment_stage, "no damage of a larger segment brings a wrong record") {
    std::mt19937 random{11};
    std::vector<journal_frame> frames;
    for (std::uint64_t i = 0; i < 20; ++i)
      frames.push_back(frame_of_events(1 + i * 200, 200, random() % 400));
    sample whole{std::move(frames)};
    std::size_t read_frames = 0;
    constexpr int rounds = 400;
    for (int i = 0; i < rounds; ++i) {
      auto content = whole.content;
      auto first = content.size();
      for (auto times = 1 + random() % 4; times > 0; --times) {
        auto at = random() % content.size();
        first = std::min<std::size_t>(first, at);
        if (random() % 8 == 0)
          content.erase(at, 1 + random() % 100);
        else
          content[at] = static_cast<char>(content[at] ^ (1 << random() % 8));
      }
      auto found = read(content);
      if (found.refused)
        continue;
      require_true(found, whole);
      REQUIRE(found.frames.size() >= whole.whole_before(first));
      REQUIRE(!found.damage.empty());
      read_frames += found.frames.size();
    }
    CHECK(read_frames > rounds); // there was something to be wrong about
  }

  TEST_CASE_FIXTURE(segment_stage,
                    "a foreign file, an empty one and a folder are refused by name") {
    for (std::string_view content : {"", "hello", "#!/bin/sh\nexit 1\n", "troupe journa",
                                     "a file that is longer than what a journal begins with"}) {
      CAPTURE(content);
      auto found = read(content);
      REQUIRE(found.refused);
      CHECK(found.refused->code == errc::corrupt);
      CHECK(found.refused->message.find("not a journal") != std::string::npos);
    }
    auto folder_found = read_all(folder.path());
    REQUIRE(folder_found.refused);
    CHECK(folder_found.refused->message.starts_with(folder.path() + ": "));
    auto missing = read_all(folder / "missing");
    REQUIRE(missing.refused);
    CHECK(missing.refused->code == errc::not_found);
    CHECK(missing.refused->message.starts_with(folder / "missing: "));
  }

  TEST_CASE_FIXTURE(segment_stage, "a later format is told from a damaged file") {
    auto content = small().content;
    content[15] = '2';
    auto found = read(content);
    REQUIRE(found.refused);
    CHECK(found.refused->code == errc::too_new);
    found = read("troupe journal 1");
    REQUIRE(found.refused);
    CHECK(found.refused->code == errc::corrupt);
  }

  TEST_CASE_FIXTURE(segment_stage, "not more than ten complaints are kept") {
    std::vector<journal_frame> frames;
    for (std::uint64_t i = 1; i <= 30; ++i)
      frames.push_back(frame_of_events(i, 1));
    sample whole{std::move(frames)};
    for (std::size_t i = 0; i < 30; ++i)
      whole.content[whole.begins[i] + frame_header_bytes] ^= 1;
    auto found = read(whole.content);
    CHECK(found.frames.empty());
    CHECK(found.damage.size() == 10);
  }

  TEST_CASE("segments are listed by number, and nothing else is") {
    temp_folder folder;
    CHECK(list_segments(folder / "missing").empty());
    CHECK(list_segments(folder.path()).empty());
    for (auto number : {2, 10, 1, 123456789})
      write_file(folder / segment_name(number), "12345");
    for (const char* other :
         {"0000003.journal", "00000003.journal~", "x0000003.journal", "journal", "00000003.txt",
          "-0000003.journal", "00000000.journal", ".journal", "99999999999999999999999999.journal",
          "x99999999999999999999.journal"})
      write_file(folder / other, "");
    auto found = list_segments(folder.path());
    REQUIRE(found.size() == 4);
    CHECK(found[0].path == folder / "00000001.journal");
    CHECK(found[1].number == 2);
    CHECK(found[2].number == 10);
    CHECK(found[3].number == 123456789);
    CHECK(found[3].bytes == 5);
  }

} // TEST_SUITE
