// Regression tests: shrunk plans that once failed, and others of interest.
#include <doctest/doctest.h>

#include "tests/support/golden.hpp"
#include "tests/support/sim_plans.hpp"

using namespace troupe;
using namespace troupe::testing;

TEST_SUITE("sim: saved plans") {

  TEST_CASE("saved plans hold all invariants and run the same twice") {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{data_folder("sim")})
      if (entry.path().extension() == ".json")
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    REQUIRE_FALSE(files.empty());
    for (const auto& file : files) {
      CAPTURE(file.filename().string());
      sim::plan what;
      auto read = from_json(what, read_json(file));
      REQUIRE_MESSAGE(read, read.error().message);
      CHECK(what.planted.empty());
      auto report = sim::run_plan(what);
      CHECK(words_of(report) == "");
      CHECK(report.events_done == std::ssize(what.events));
      CHECK(sim::run_plan(what).hash == report.hash);
    }
  }
}
