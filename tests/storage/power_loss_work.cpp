#include "tests/storage/power_loss_work.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "storage/tables/builds.hpp"
#include "storage/tables/changes.hpp"
#include "storage/tables/state.hpp"
#include "tests/support/temp_store.hpp"

namespace troupe::test {

using namespace storage;

namespace {

constexpr std::int64_t changes_kept = 4, second_log_from = 5;

std::string sized(std::int64_t number, std::int64_t most, char of) {
  return std::string(static_cast<std::size_t>(number * 3571 % most), of);
}

std::string line(std::int64_t log, std::int64_t number) {
  return fmt::format("oline {} of {}\n", number, log);
}

std::int64_t lines_of(std::int64_t log, std::int64_t last) {
  return log == 1 ? last : std::max<std::int64_t>(last - second_log_from + 1, 0);
}

void append(batch& to, std::int64_t id, std::int64_t last) {
  auto lines = lines_of(id, last);
  if (lines == 0)
    return;
  records::log log;
  log.id = log_id{id};
  log.num_lines = lines;
  log.created_at = id == 1 ? first_month : second_month;
  to.append_log(log.id, log.created_at, lines - 1, line(id, lines - 1));
  to.put(log);
}

std::string wrong_with_log(store& store, const snapshot& seen, std::int64_t id, std::int64_t last,
                           bool dropped) {
  auto lines = lines_of(id, last);
  auto log = find_log(seen, log_id{id});
  if (!log || lines == 0)
    return bool(log) == (lines > 0) ? "" : fmt::format("log {} of round {}", id, last);
  if (log->num_lines != lines)
    return fmt::format("log {} has {} lines after round {}", id, log->num_lines, last);
  auto found = store.logs().read(log->id, log->created_at, 0, lines - 1);
  std::string expected;
  for (std::int64_t i = 0; i < lines; ++i)
    expected += line(id, i);
  if (found.text == expected || (dropped && id == 1 && found.first_line > 0)
      || (dropped && id == 1 && found.count == 0))
    return "";
  return fmt::format("log {} should have {} lines, has {}", id, lines, found.count);
}

} // namespace

std::vector<batch> round_of(std::int64_t number) {
  std::vector<batch> out(3);
  records::change change;
  change.id = change_id{number};
  change.comments = sized(number, 3000, 'c');
  out[0].put(change);
  append(out[1], 1, number);
  append(out[1], 2, number);
  out[2].put_state("/a", "kind", sized(number, 9000, 's'));
  out[2].erase<records::change>({change_id{number - changes_kept}});
  // Pages at the end of the file that are taken and given back, and never written.
  if (number % 3 == 0)
    out[2].put_state("/brief", "kind", std::string(20'000, 'b')).erase_state("/brief");
  return out;
}

std::string wrong_with(store& store, std::int64_t& last, bool dropped) try {
  auto seen = store.read();
  last = max_change_id(seen).value;
  for (auto i = std::max<std::int64_t>(1, last - changes_kept); i <= last; ++i) {
    auto found = find_change(seen, change_id{i});
    if (bool(found) != (i > last - changes_kept))
      return fmt::format("change {} in round {}", i, last);
    if (found && found->comments != sized(i, 3000, 'c'))
      return fmt::format("comments of change {}", i);
  }
  auto state = find_service_state(seen, "/a");
  if (last > 0 && (!state || state->state != sized(last, 9000, 's')))
    return fmt::format("state of round {}", last);
  if (find_service_state(seen, "/brief"))
    return "what was erased in its own batch";
  for (auto log : {1, 2})
    if (auto message = wrong_with_log(store, seen, log, last, dropped); !message.empty())
      return message;
  return "";
} catch (const failed& bad) {
  return bad.what();
}

namespace {

class worker {
public:
  worker(std::string folder, disk_recorder& recorder)
    : folder_{std::move(folder)}, recorder_{recorder} {
    open(0);
  }

  /// The next process builds upon what a store holds: as good as acknowledged.
  void open(std::int64_t expected) {
    store_.reset();
    auto opened = store::open(folder_, small_store());
    REQUIRE_MESSAGE(opened, opened.error().message);
    store_ = std::move(*opened);
    std::int64_t last = 0;
    REQUIRE(wrong_with(*store_, last, false) == "");
    REQUIRE(last == expected);
    recorder_.mark(last);
  }

  void rounds(std::int64_t from, std::int64_t to) {
    for (auto number = from; number <= to; ++number) {
      auto outcome = store_->apply(round_of(number));
      REQUIRE_MESSAGE(outcome, outcome.done.error().message);
      recorder_.mark(number);
    }
  }

  void round_fails(std::int64_t number, errc why, std::size_t ballast = 0) {
    auto batches = round_of(number);
    if (ballast > 0)
      batches.back().put_state("/ballast", "kind", std::string(ballast, 'x'));
    auto outcome = store_->apply(batches);
    REQUIRE_FALSE(outcome);
    REQUIRE(to_string(outcome.done.error().code) == to_string(why));
    REQUIRE(recorder_.tripped());
  }

private:
  std::string folder_;
  disk_recorder& recorder_;
  std::unique_ptr<store> store_;
};

} // namespace

void work(const std::string& folder, disk_recorder& recorder) {
  worker at{folder, recorder};
  at.rounds(1, 4);
  at.round_fails(5, errc::full, 17 << 20);
  at.rounds(5, 7);
  at.open(7);
  // The logs are committed, the records are not.
  recorder.trip(trouble::no_room, "records/data.mdb", false);
  at.round_fails(8, errc::full);
  at.rounds(8, 9);
  recorder.trip(trouble::unsure, "records/data.mdb", true);
  at.round_fails(10, errc::io);
  at.open(9);
  at.rounds(10, 11);
  // As if the process had been killed between the write and its way to the disk.
  recorder.trip(trouble::unsure_stays, "records/data.mdb", true);
  at.round_fails(12, errc::io);
  at.open(12);
  at.rounds(13, 14);
  recorder.trip(trouble::unsure, "logs/2026-11/data.mdb", true);
  at.round_fails(15, errc::io);
  at.open(14);
  at.rounds(15, 16);
}

} // namespace troupe::test
