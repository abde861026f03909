// A simulator's ledger with a small plan, and records to make commits of: each commit answers which
// invariants it violated.
#pragma once

#include <doctest/doctest.h>

#include "storage/table.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/changes.hpp"
#include "tools/sim/ledger.hpp"

namespace troupe::testing {

using records::result_code;

/// As invariants go by name: "completes_once", "" if none was violated.
using verdict = std::string;

/// The plan has a worker "w1" for one build and "w2" for two, a builder "b1" for both with the
/// steps "compile" and "test", "b2" for the second, and what a test adds before it begins.
struct ledger_stage {
  using enum records::result_code;

  ledger_stage() {
    what.configured.workers = {{.name = "w1"}, {.name = "w2", .max_builds = 2}};
    what.configured.schedulers = {{"main", "", -1}};
    what.configured.builders = {
        {.name = "b1", .workers = {"w1", "w2"}, .steps = {{.name = "compile"}, {.name = "test"}}},
        {.name = "b2", .workers = {"w2"}, .steps = {{.name = "compile"}}}};
  }
  sim::planned_builder& builder(std::size_t which = 0) { return what.configured.builders[which]; }
  sim::planned_step& step_of(std::size_t which) { return builder().steps[which]; }

  /// The ledger of the plan as it is now, with builders, workers, and a buildset of two requests.
  void begin() {
    workers = std::make_unique<sim::simulated_workers>(what, net, printed);
    book = std::make_unique<sim::ledger>(what, printed, seen,
                                         [this](sim::violation x) { found.push_back(x); });
    storage::batch first;
    for (std::int64_t id : {1, 2}) {
      records::builder made;
      made.id = builder_id{id};
      made.name = "b" + std::to_string(id);
      records::worker worker;
      worker.id = worker_id{id};
      worker.name = "w" + std::to_string(id);
      first.put(made).put(worker);
    }
    first.put(set()).put(request(1)).put(request(2));
    REQUIRE(commit(first) == "");
  }

  verdict commit(const storage::batch& one) { return commit(std::vector<storage::batch>{one}); }
  verdict commit(const std::vector<storage::batch>& all) {
    std::vector<const storage::batch*> parts;
    for (const auto& one : all)
      parts.push_back(&one);
    found.clear();
    book->commit(parts);
    verdict message;
    std::set<std::string> named;
    for (const auto& one : found) {
      auto name = std::string{names_of(one.what)[static_cast<std::size_t>(one.what)]};
      if (named.insert(name).second)
        message += (message.empty() ? "" : " ") + name;
    }
    return message;
  }

  static records::buildset set() {
    records::buildset made;
    made.id = buildset_id{1};
    made.scheduler = "main";
    return made;
  }
  static records::buildset ended(records::buildset of, result_code how) {
    of.complete = true;
    of.results = how;
    return of;
  }
  /// Claimed.
  static records::buildrequest request(std::int64_t id, std::int64_t builder = 1) {
    records::buildrequest made;
    made.id = buildrequest_id{id};
    made.buildset = buildset_id{1};
    made.builder = builder_id{builder};
    made.claimed_by = master_id{1};
    return made;
  }
  static records::buildrequest ended(records::buildrequest of, result_code how) {
    of.complete = true;
    of.results = how;
    return of;
  }
  static records::build build(std::int64_t id, std::int64_t number, std::int64_t of_request = 1,
                              std::int64_t on_worker = 2, std::int64_t builder = 1) {
    records::build made;
    made.id = build_id{id};
    made.number = number;
    made.builder = builder_id{builder};
    made.request = buildrequest_id{of_request};
    made.worker = worker_id{on_worker};
    return made;
  }
  template <class Record>
  static Record finished(Record of, result_code how) {
    of.complete_at = instant{std::chrono::seconds{9}};
    of.results = how;
    return of;
  }
  /// Has begun, and has its locks.
  static records::step step(std::int64_t id, std::string name, std::int64_t of_build = 1) {
    records::step made;
    made.id = step_id{id};
    made.name = std::move(name);
    made.build = build_id{of_build};
    made.started_at = made.locks_acquired_at = instant{std::chrono::seconds{1}};
    return made;
  }
  static records::log log(std::int64_t id, std::int64_t of_step, bool complete = false,
                          std::int64_t lines = 0) {
    records::log made;
    made.id = log_id{id};
    made.step = step_id{of_step};
    made.complete = complete;
    made.num_lines = lines;
    return made;
  }
  /// A worker's command begins: its tag.
  std::string command(const std::string& worker = "w1") {
    last = workers->draw_conduct(worker, "b1");
    return last.tag;
  }
  /// Lines `from` to `to` of a command, the last not included.
  static std::string lines(const std::string& tag, std::int64_t from, std::int64_t to) {
    std::string text;
    for (; from < to; ++from)
      text += "o" + tag + " " + std::to_string(from) + " xxx\n";
    return text;
  }

  sim::plan what;
  sim::network net{{}, 1};
  sim::sometimes seen;
  sim::printed_commands printed;
  std::vector<sim::violation> found;
  std::unique_ptr<sim::simulated_workers> workers;
  std::unique_ptr<sim::ledger> book;
  peers::conduct last; ///< Of the last command.
};

} // namespace troupe::testing
