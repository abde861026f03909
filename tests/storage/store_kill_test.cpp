#include <array>
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "storage/tables/builds.hpp"
#include "storage/tables/changes.hpp"
#include "tests/support/temp_store.hpp"

using namespace troupe;
using namespace troupe::storage;
using namespace troupe::test;

namespace {

constexpr instant kill_day{span{1795348800000000}};

// Round n: three batches that belong together, among them a log line and the record that tells of
// it; values of all sizes, so that pages are taken and given back.
std::vector<batch> round_of(std::int64_t n) {
  std::vector<batch> out(3);
  records::change change;
  change.id = change_id{n};
  change.comments = std::string(static_cast<std::size_t>(n * 997 % 20'000), 'c');
  out[0].put(change);
  records::log log;
  log.id = log_id{1};
  log.num_lines = n;
  log.created_at = kill_day;
  out[1].append_log(log.id, kill_day, n - 1, "oline " + std::to_string(n - 1) + "\n");
  out[1].put(log);
  out[2].put_state("/a", "kind", std::string(static_cast<std::size_t>(n * 331 % 30'000), 's'));
  if (n > 20)
    out[2].erase<records::change>({change_id{n - 20}});
  return out;
}

[[noreturn]] void write_for_ever(const std::string& folder, int acknowledge) {
  auto opened = store::open(folder, small_store());
  if (!opened)
    _exit(1);
  auto next = max_change_id((*opened)->read()).value + 1;
  for (;; ++next)
    if (!(*opened)->apply(round_of(next))
        || write(acknowledge, &next, sizeof next) != ssize_t(sizeof next))
      _exit(1);
}

} // namespace

TEST_SUITE("killing the writer") {

  TEST_CASE("the store loses nothing that was acknowledged and leaves nothing half done") {
    temp_store store;
    std::int64_t acknowledged = 0;
    for (int kill_after : {1, 2, 5, 20, 40, 3, 17}) {
      store.close();
      std::array<int, 2> pipe_ends{};
      REQUIRE(pipe(pipe_ends.data()) == 0);
      auto child = fork();
      REQUIRE(child >= 0);
      if (child == 0)
        write_for_ever(store.folder(), pipe_ends[1]);
      close(pipe_ends[1]);
      std::int64_t number = 0;
      int heard = 0;
      while (read(pipe_ends[0], &number, sizeof number) == ssize_t(sizeof number)) {
        acknowledged = number;
        if (++heard == kill_after)
          kill(child, SIGKILL);
      }
      close(pipe_ends[0]);
      int status = 0;
      waitpid(child, &status, 0);
      REQUIRE(WIFSIGNALED(status));
      CHECK(heard >= kill_after);

      store.reopen();
      auto snapshot = store->read();
      auto last = max_change_id(snapshot).value;
      CHECK(last >= acknowledged);
      auto log = find_log(snapshot, log_id{1});
      REQUIRE(log);
      CHECK(log->num_lines == last);
      auto lines = store->logs().read(log_id{1}, kill_day, 0, log->num_lines - 1);
      REQUIRE(lines.count == log->num_lines);
      std::string expected;
      for (std::int64_t i = 0; i < last; ++i)
        expected += "oline " + std::to_string(i) + "\n";
      CHECK(lines.text == expected);
      for (auto i = std::max<std::int64_t>(1, last - 19); i <= last; ++i)
        CHECK(find_change(snapshot, change_id{i}));
      CHECK_FALSE(find_change(snapshot, change_id{last - 20}));
    }
  }
}
