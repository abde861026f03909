// The power goes at every point of what the store and LMDB tell the disk, and the store must open
// again with all that was acknowledged. What a disk may hold then: tests/support/lossy_disk.hpp.
#include <fstream>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/storage/power_loss_work.hpp"
#include "tests/support/lossy_disk.hpp"
#include "tests/support/temp_store.hpp"

using namespace troupe;
using namespace troupe::storage;
using namespace troupe::test;

namespace {

std::vector<disk_call> recorded_work() {
  temp_folder scratch;
  disk_recorder recorder{scratch.path()};
  work(scratch / "store", recorder);
  return recorder.calls();
}

struct loss {
  std::string folder;
  std::int64_t acknowledged = 0;
  bool dropped = false;
  bool reopen = false; ///< Once more, after a new round.
};

// What is wrong with the store in the folder after a loss of power, or nothing.
std::string wrong_after(const loss& what) {
  auto opened = store::open(what.folder, small_store());
  if (!opened)
    return opened.error().message;
  auto& store = **opened;
  std::int64_t last = 0;
  if (auto message = wrong_with(store, last, what.dropped); !message.empty())
    return message;
  if (last < what.acknowledged || last > what.acknowledged + 1)
    return fmt::format("{} rounds are there", last);
  auto outcome = store.apply(round_of(last + 1));
  if (!outcome)
    return "a new round: " + outcome.done.error().message;
  std::int64_t now = 0;
  if (auto message = wrong_with(store, now, what.dropped); !message.empty() || now != last + 1)
    return fmt::format("after a new round: {} ({})", message, now);
  if (!what.reopen)
    return "";
  opened->reset();
  opened = store::open(what.folder, small_store());
  if (!opened)
    return "opened again: " + opened.error().message;
  auto message = wrong_with(**opened, now, what.dropped);
  return message.empty() && now == last + 1 ? "" : "opened again: " + message;
}

std::string words_of(const std::vector<lossy_disk::change>& open, const lossy_disk::fates& kept) {
  std::string out;
  for (std::size_t i = 0; i < open.size(); ++i)
    out += fmt::format("  {} {} {} at {}: {}\n", open[i].call->message(), open[i].bytes.size(),
                       open[i].grows ? "size" : "", open[i].offset,
                       kept[i] == 0   ? "lost"
                       : kept[i] == 1 ? "kept"
                                      : fmt::format("torn {:x}", kept[i]));
  return out;
}

void cut_everywhere(const std::vector<disk_call>& calls, int more, std::size_t dropped_from) {
  temp_folder scratch;
  std::mt19937 random{20261122};
  int tried = 0, failures = 0;
  for (lossy_disk disk{calls};; disk.advance()) {
    auto open = disk.open_changes();
    for (const auto& kept : disk.tries(open, more, random)) {
      ++tried;
      disk.write_out(open, kept, tried % 2 == 0, scratch / "disk");
      auto message =
          wrong_after({scratch / "disk/store", std::max<std::int64_t>(disk.acknowledged(), 0),
                       disk.at() >= dropped_from, tried % 8 == 0});
      if (message.empty())
        continue;
      auto now = disk.under_way() ? calls[disk.at()].message() : "the end";
      CAPTURE(disk.acknowledged());
      CAPTURE(tried);
      FAIL_CHECK("at call ", disk.at(), " (", now, "): ", message, "\n", words_of(open, kept));
      if (++failures == 5)
        return;
    }
    if (!disk.under_way())
      break;
  }
  MESSAGE(calls.size(), " calls, ", tried, " disks");
  CHECK(tried > int(calls.size()));
}

// All files below a folder but those that are written through maps.
std::map<std::string, std::string> files_below(const std::string& folder) {
  std::map<std::string, std::string> out;
  for (auto& [path, content] : contents(folder))
    if (!path.ends_with("/lock.mdb"))
      out[path.substr(folder.size())] = content;
  return out;
}

} // namespace

TEST_SUITE("power loss") {

  TEST_CASE("what is recorded is all that happens to the disk") {
    temp_folder before, after;
    disk_recorder recorder{before.path()};
    work(before / "store", recorder);
    auto calls = recorder.calls();
    lossy_disk disk{calls};
    while (disk.under_way())
      disk.advance();
    auto open = disk.open_changes();
    disk.write_out(open, lossy_disk::fates(open.size(), 1), false, after / "disk");
    CHECK(files_below(before.path()) == files_below(after / "disk"));
  }

  TEST_CASE("files of data are not written through maps") {
    temp_store store;
    REQUIRE(store->apply(round_of(1)));
    std::ifstream maps{"/proc/self/maps"};
    int seen = 0;
    for (std::string line; std::getline(maps, line);)
      if (line.ends_with("/data.mdb")) {
        ++seen;
        CHECK(line.find(" r--s ") != std::string::npos);
      }
    CHECK(seen == 2);
  }

  TEST_CASE("the store loses nothing that was acknowledged, wherever the power goes") {
    auto calls = recorded_work();
    cut_everywhere(calls, 4, calls.size() + 1);
  }

  // What a store holds when it is opened after a kill may not have been on its way to the disk
  // yet, nor the names of what the killed process made.
  TEST_CASE("what is seen after a kill is still there after a loss of power") {
    bool writes = false; // after the kill, before the loss
    SUBCASE("and nothing was written") {}
    SUBCASE("and a round was written") {
      writes = true;
    }
    auto before = recorded_work();
    temp_folder scratch;
    std::mt19937 random{20261122};
    int tried = 0;
    for (lossy_disk killed{before}; killed.under_way(); killed.advance()) {
      const auto& pending = killed.pending();
      killed.write_out(pending, lossy_disk::fates(pending.size(), 1), false, scratch / "disk");
      std::vector<disk_call> calls{before.begin(), before.begin() + std::ptrdiff_t(killed.at())};
      std::int64_t seen = 0;
      {
        disk_recorder recorder{scratch / "disk", killed.nodes_in(scratch / "disk")};
        auto opened = store::open(scratch / "disk/store", small_store());
        REQUIRE_MESSAGE(opened, opened.error().message);
        REQUIRE(wrong_with(**opened, seen, false) == "");
        REQUIRE(seen >= killed.acknowledged());
        if (writes)
          REQUIRE((*opened)->apply(round_of(++seen)));
        calls.insert(calls.end(), recorder.calls().begin(), recorder.calls().end());
      }
      lossy_disk disk{calls};
      while (disk.under_way())
        disk.advance();
      auto open = disk.open_changes();
      for (const auto& kept : disk.tries(open, 0, random)) {
        disk.write_out(open, kept, ++tried % 2 == 0, scratch / "disk");
        auto message = wrong_after({scratch / "disk/store", seen, false, false});
        INFO("killed at call ", killed.at(), " (", before[killed.at()].message(), ")\n",
             words_of(open, kept));
        REQUIRE(message == "");
      }
    }
    CHECK(tried > int(before.size()));
  }

  TEST_CASE("a month that was deleted is there or not, and nothing else is missing") {
    temp_folder scratch;
    std::vector<disk_call> calls;
    std::size_t dropped_from = 0;
    {
      disk_recorder recorder{scratch.path()};
      auto opened = store::open(scratch / "store", small_store());
      REQUIRE(opened);
      for (std::int64_t number = 1; number <= 6; ++number) {
        REQUIRE((*opened)->apply(round_of(number)));
        recorder.mark(number);
      }
      dropped_from = recorder.calls().size();
      auto dropped = (*opened)->logs().drop_before(second_month);
      REQUIRE(dropped);
      CHECK(*dropped == 1);
      calls = recorder.calls();
    }
    CHECK(calls.size() > dropped_from);
    cut_everywhere(calls, 4, dropped_from);
  }
}
