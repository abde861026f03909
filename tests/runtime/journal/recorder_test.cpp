#include "runtime/journal/recorder.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "runtime/journal/journal_reader.hpp"
#include "tests/support/memory_journal.hpp"
#include "tests/support/temp_folder.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;

namespace {

struct recorder_stage {
  test::temp_folder folder;
  plain_journal all;
  std::vector<std::string> said;
  port cell{"/a"};
  recorder to{all, folder / "journal", {}, [this](level, std::string message) {
                said.push_back(std::move(message));
              }};

  void event() {
    bytes body;
    put_said(body, 1);
    all.add(record_kind::event, {cell, "b::c", nullptr, {}, instant{}}, body);
  }
  /// Records in a ring below the folder; 0 if there is none.
  std::size_t records_in(const std::string& name) {
    to.flush();
    auto reader = journal_reader::open(folder / name);
    std::size_t count = 0;
    while (reader && reader->next())
      ++count;
    return count;
  }
};

} // namespace

TEST_SUITE("recorder") {

  TEST_CASE_FIXTURE(recorder_stage, "records as the settings say, and no more when they say so") {
    CHECK_FALSE(all.on());
    event();
    to.apply({});
    CHECK(all.on());
    event();
    event();
    CHECK(records_in("journal") == 2);
    CHECK(to.view().records == 2);
    to.apply({false, {}});
    CHECK_FALSE(all.on());
    CHECK_FALSE(to.view().on);
    event();
    CHECK(records_in("journal") == 2);
    to.apply({});
    event();
    CHECK(records_in("journal") == 3);
    CHECK(said.empty());
  }

  TEST_CASE_FIXTURE(recorder_stage, "an investigation has a ring of its own, then it goes back") {
    to.apply({});
    event();
    CHECK(to.beside("journal-x") == folder / "journal-x");
    REQUIRE(to.investigate(to.beside("journal-x"), {}));
    event();
    event();
    CHECK(to.view().folder == folder / "journal-x");
    to.apply({false, {}}); // a reconfiguration does not end it
    event();
    CHECK(records_in("journal-x") == 3);
    CHECK(records_in("journal") == 1);
    to.apply({});
    CHECK(to.end_investigation());
    CHECK_FALSE(to.end_investigation());
    event();
    CHECK(records_in("journal-x") == 3);
    CHECK(records_in("journal") == 2);
  }

  TEST_CASE_FIXTURE(recorder_stage, "an investigation does not write over a journal") {
    to.apply({});
    event();
    CHECK(records_in("journal") == 1);
    auto refused = to.investigate(folder / "journal", {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::conflict);
    refused = to.investigate(folder / "no/such/folder", {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::io);
    event();
    CHECK(records_in("journal") == 2); // it goes on as it was
  }

  TEST_CASE_FIXTURE(recorder_stage,
                    "a folder that cannot be made is told, and the master goes on") {
    recorder other{all, folder / "no/such/folder", {}, [this](level, std::string message) {
                     said.push_back(std::move(message));
                   }};
    other.apply({});
    CHECK_FALSE(all.on());
    REQUIRE(said.size() == 1);
    CHECK(said[0].starts_with("nothing is recorded: "));
    CHECK_FALSE(other.view().on);
    CHECK(said[0] == "nothing is recorded: " + other.view().trouble);
    std::filesystem::create_directories(folder / "no/such");
    other.apply({});
    CHECK(other.view().on);
    CHECK(other.view().trouble.empty());
  }
}
