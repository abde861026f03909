// Requests, buildsets, and builds as such: a right commit violates nothing, a wrong one the
// invariant in question and no other.
#include "tests/support/ledger_stage.hpp"

#include "tests/support/temp_store.hpp"

using namespace troupe;
using namespace troupe::testing;
using records::result_code;

namespace {

struct built : ledger_stage {
  /// `b1` builds request 1 in its build 1.
  built() {
    begin();
    REQUIRE(commit(storage::batch{}.put(build(1, 1))) == "");
  }
  verdict put_all(std::initializer_list<storage::batch> all) {
    return commit(std::vector<storage::batch>{all});
  }
  /// The plan's steps, which went so.
  storage::batch steps(result_code compile, result_code test, std::int64_t of = 1) {
    return storage::batch{}
        .put(finished(step(of * 10, "compile", of), compile))
        .put(finished(step(of * 10 + 1, "test", of), test));
  }
  /// The build with its steps, which end with `how`.
  storage::batch whole(result_code how) {
    auto all = steps(success, how);
    return all.put(finished(build(1, 1), how));
  }
};

struct collapsing : ledger_stage {
  /// Request 1 of the first buildset is collapsed into request 3, which is of another with a
  /// sourcestamp of this branch.
  verdict collapse(const std::string& branch, std::int64_t builder = 1) {
    what.configured.builders[0].collapse = true;
    ledger_stage::begin();
    auto older = set(), newer = set();
    older.sourcestamps = {stamp(1, "main").id};
    newer.id = buildset_id{2};
    newer.sourcestamps = {stamp(2, branch).id};
    auto into = request(3, builder);
    into.buildset = newer.id;
    REQUIRE(commit(storage::batch{}.put(stamp(1, "main")).put(older)) == "");
    auto collapsed = ended(request(1), skipped);
    collapsed.collapsed_into = into.id;
    return commit(storage::batch{}.put(stamp(2, branch)).put(newer).put(into).put(collapsed));
  }
  static records::sourcestamp stamp(std::int64_t id, const std::string& branch) {
    records::sourcestamp made;
    made.id = sourcestamp_id{id};
    made.branch = branch;
    return made;
  }
};

} // namespace

TEST_SUITE("sim: ledger") {

  // claimed_by_one_build

  TEST_CASE_FIXTURE(ledger_stage, "a build begins for a request that is claimed") {
    begin();
    CHECK(commit(storage::batch{}.put(build(1, 1))) == "");
    auto unclaimed = request(3);
    unclaimed.claimed_by.reset();
    CHECK(commit(storage::batch{}.put(unclaimed)) == "");
    CHECK(commit(storage::batch{}.put(build(2, 2, 3))) == "claimed_by_one_build");
    CHECK(commit(storage::batch{}.put(build(3, 3, 99, 1))) == "claimed_by_one_build");
  }

  TEST_CASE_FIXTURE(built, "a request has one build at a time") {
    CHECK(commit(storage::batch{}.put(build(2, 2))) == "claimed_by_one_build");
  }

  TEST_CASE_FIXTURE(built, "a request may have one build after the other") {
    CHECK(commit(storage::batch{}.put(finished(build(1, 1), retry))) == "");
    CHECK(commit(storage::batch{}.put(build(2, 2))) == "");
    CHECK(seen.count(sim::situation::build_is_retried) == 1);
  }

  TEST_CASE_FIXTURE(built, "a complete request is not built again") {
    CHECK(put_all({whole(success), storage::batch{}.put(ended(request(1), success))}) == "");
    CHECK(commit(storage::batch{}.put(build(2, 2))) == "claimed_by_one_build");
  }

  // completes_once

  TEST_CASE_FIXTURE(built, "a complete build keeps its result") {
    CHECK(commit(whole(failure)) == "");
    CHECK(commit(storage::batch{}.put(finished(build(1, 1), failure))) == "");
    CHECK(commit(storage::batch{}.put(finished(build(1, 1), success))) == "completes_once");
  }

  TEST_CASE_FIXTURE(built, "a complete build does not run again") {
    CHECK(commit(whole(failure)) == "");
    CHECK(commit(storage::batch{}.put(build(1, 1))) == "completes_once");
  }

  TEST_CASE_FIXTURE(built, "a complete step keeps its result") {
    auto done = finished(step(10, "compile"), success);
    CHECK(commit(storage::batch{}.put(step(10, "compile"))) == "");
    CHECK(commit(storage::batch{}.put(done)) == "");
    CHECK(commit(storage::batch{}.put(done)) == "");
    CHECK(commit(storage::batch{}.put(finished(done, failure))) == "completes_once");
    CHECK(commit(storage::batch{}.put(step(10, "compile"))) == "completes_once");
  }

  TEST_CASE_FIXTURE(built, "a complete request keeps its result") {
    auto done = ended(request(1), success);
    CHECK(put_all({whole(success), storage::batch{}.put(done)}) == "");
    CHECK(commit(storage::batch{}.put(done)) == "");
    CHECK(commit(storage::batch{}.put(ended(request(1), failure))) == "completes_once");
  }

  TEST_CASE_FIXTURE(built, "a complete request is not reopened") {
    CHECK(put_all({whole(success), storage::batch{}.put(ended(request(1), success))}) == "");
    CHECK(commit(storage::batch{}.put(request(1))) == "completes_once");
  }

  TEST_CASE_FIXTURE(ledger_stage, "a complete buildset keeps its result") {
    begin();
    storage::batch all;
    all.put(ended(request(1), cancelled)).put(ended(request(2), cancelled));
    CHECK(commit(all.put(ended(set(), cancelled))) == "");
    CHECK(commit(storage::batch{}.put(ended(set(), cancelled))) == "");
    CHECK(commit(storage::batch{}.put(ended(set(), success))) == "completes_once");
    CHECK(commit(storage::batch{}.put(set())) == "completes_once");
  }

  TEST_CASE_FIXTURE(built, "a complete log stays complete") {
    CHECK(commit(storage::batch{}.put(step(10, "compile")).put(log(1, 10))) == "");
    CHECK(commit(storage::batch{}.put(log(1, 10, true))) == "");
    CHECK(commit(storage::batch{}.put(log(1, 10, true))) == "");
    CHECK(commit(storage::batch{}.put(log(1, 10, false))) == "completes_once");
  }

  // request_ends_as_its_build

  TEST_CASE_FIXTURE(built, "a request ends with the result of its build, whichever comes first") {
    CHECK(put_all({storage::batch{}.put(ended(request(1), failure)), whole(failure)}) == "");
  }

  TEST_CASE_FIXTURE(built, "a request does not end with another result than its build") {
    CHECK(put_all({whole(failure), storage::batch{}.put(ended(request(1), success))})
          == "request_ends_as_its_build");
  }

  TEST_CASE_FIXTURE(built, "a request does not end while its build runs") {
    CHECK(commit(storage::batch{}.put(ended(request(1), success))) == "request_ends_as_its_build");
  }

  TEST_CASE_FIXTURE(built, "a request does not end, not even cancelled, while its build runs") {
    CHECK(commit(storage::batch{}.put(ended(request(1), cancelled)))
          == "request_ends_as_its_build");
  }

  TEST_CASE_FIXTURE(built, "a request ends as the last of its builds") {
    CHECK(commit(storage::batch{}.put(finished(build(1, 1), retry))) == "");
    CHECK(commit(storage::batch{}.put(build(2, 2))) == "");
    auto all = steps(success, success, 2);
    all.put(finished(build(2, 2), success));
    CHECK(commit(all.put(ended(request(1), retry))) == "request_ends_as_its_build");
  }

  TEST_CASE_FIXTURE(built, "a request can be cancelled between a build and the next") {
    CHECK(commit(storage::batch{}.put(finished(build(1, 1), retry))) == "");
    CHECK(commit(storage::batch{}.put(ended(request(1), cancelled))) == "");
  }

  TEST_CASE_FIXTURE(ledger_stage, "a request without a build ends only cancelled or collapsed") {
    begin();
    CHECK(commit(storage::batch{}.put(ended(request(1), cancelled))) == "");
    CHECK(seen.count(sim::situation::request_is_cancelled) == 1);
    auto collapsed = ended(request(2), skipped);
    collapsed.collapsed_into = buildrequest_id{3};
    CHECK(commit(storage::batch{}.put(collapsed).put(request(3))) == "");
    CHECK(seen.count(sim::situation::request_is_collapsed) == 1);
    CHECK(commit(storage::batch{}.put(request(3))) == "");
    CHECK(commit(storage::batch{}.put(ended(request(3), success))) == "request_ends_as_its_build");
  }

  // collapses_into_the_same

  TEST_CASE_FIXTURE(collapsing, "a request is collapsed into a newer one of its branch") {
    CHECK(collapse("main") == "");
  }

  TEST_CASE_FIXTURE(collapsing, "a request is not collapsed into one of another branch") {
    CHECK(collapse("topic") == "collapses_into_the_same");
  }

  TEST_CASE_FIXTURE(collapsing, "a request is not collapsed into one of another builder") {
    CHECK(collapse("main", 2) == "collapses_into_the_same");
  }

  TEST_CASE_FIXTURE(ledger_stage, "a request is not collapsed into an older one") {
    begin();
    auto collapsed = ended(request(2), skipped);
    collapsed.collapsed_into = buildrequest_id{1};
    CHECK(commit(storage::batch{}.put(collapsed)) == "collapses_into_the_same");
  }

  // buildset_ends_with_its_requests

  TEST_CASE_FIXTURE(built, "a buildset ends with the worst of its requests' results") {
    CHECK(put_all({whole(failure), storage::batch{}.put(ended(request(1), failure))}) == "");
    CHECK(put_all({storage::batch{}.put(ended(set(), cancelled)),
                   storage::batch{}.put(ended(request(2), cancelled))})
          == "");
  }

  TEST_CASE_FIXTURE(built, "a buildset does not end with another result") {
    CHECK(put_all({whole(failure), storage::batch{}.put(ended(request(1), failure))}) == "");
    CHECK(put_all({storage::batch{}.put(ended(request(2), cancelled)),
                   storage::batch{}.put(ended(set(), failure))})
          == "buildset_ends_with_its_requests");
  }

  TEST_CASE_FIXTURE(ledger_stage, "a buildset does not end before its requests") {
    begin();
    storage::batch all;
    all.put(ended(request(1), cancelled));
    CHECK(commit(all.put(ended(set(), cancelled))) == "buildset_ends_with_its_requests");
  }

  // builds_are_numbered, max_builds, right_worker

  TEST_CASE_FIXTURE(built, "a builder gives a number once") {
    CHECK(commit(storage::batch{}.put(build(2, 2, 2))) == "");
    CHECK(commit(storage::batch{}.put(request(3, 2))) == "");
    CHECK(commit(storage::batch{}.put(finished(build(1, 1), retry))) == "");
    CHECK(commit(storage::batch{}.put(build(3, 1, 3, 2, 2))) == ""); // another builder's first
    CHECK(commit(storage::batch{}.put(finished(build(3, 1, 3, 2, 2), retry))) == "");
    CHECK(commit(storage::batch{}.put(build(4, 2, 1))) == "builds_are_numbered");
  }

  TEST_CASE_FIXTURE(ledger_stage, "a worker runs no more builds than its max_builds") {
    begin();
    CHECK(commit(storage::batch{}.put(request(3))) == "");
    CHECK(commit(storage::batch{}.put(build(1, 1, 1))) == "");
    CHECK(commit(storage::batch{}.put(build(2, 2, 2))) == "");
    CHECK(seen.count(sim::situation::two_builds_at_once) == 1);
    CHECK(commit(storage::batch{}.put(build(3, 3, 3))) == "max_builds");
  }

  TEST_CASE_FIXTURE(ledger_stage, "a worker has room again when its build ends") {
    begin();
    CHECK(commit(storage::batch{}.put(build(1, 1, 1, 1))) == "");
    CHECK(commit(storage::batch{}.put(finished(build(1, 1, 1, 1), retry))) == "");
    CHECK(commit(storage::batch{}.put(build(2, 2, 2, 1))) == "");
    CHECK(commit(storage::batch{}.put(build(3, 3, 1, 1))) == "max_builds");
  }

  TEST_CASE_FIXTURE(ledger_stage, "a former setting's max_builds may explain a worker's builds") {
    begin();
    auto other = what.configured;
    other.workers[0].max_builds = 2;
    book->run_with(other);
    CHECK(commit(storage::batch{}.put(build(1, 1, 1, 1))) == "");
    CHECK(commit(storage::batch{}.put(build(2, 2, 2, 1))) == "");
  }

  TEST_CASE_FIXTURE(ledger_stage, "a build runs on a worker of its builder") {
    begin();
    CHECK(commit(storage::batch{}.put(request(3, 2)).put(request(4, 2))) == "");
    CHECK(commit(storage::batch{}.put(build(1, 1, 3, 2, 2))) == "");
    CHECK(commit(storage::batch{}.put(build(2, 2, 4, 1, 2))) == "right_worker");
  }

  // store_agrees

  TEST_CASE_FIXTURE(built, "committed records are there after a crash") {
    records::change change;
    change.id = change_id{1};
    storage::batch all;
    all.put(change).put(set()).put(request(1)).put(request(2)).put(build(1, 1));
    CHECK(commit(all) == "");
    auto names = [&](const storage::batch& kept) {
      test::temp_store here;
      CHECK(here->apply(kept));
      found.clear();
      book->reload(here->read(), true);
      std::string message;
      for (const auto& one : found) {
        CHECK(one.what == sim::invariant::store_agrees);
        message += one.message.substr(0, one.message.find(' ')) + ";";
      }
      return message;
    };
    CHECK(names(all) == "");
    for (std::size_t i = 0; i < all.operations.size(); ++i) {
      auto less = all;
      less.operations.erase(less.operations.begin() + static_cast<std::ptrdiff_t>(i));
      CHECK(
          names(less)
          == std::vector<std::string>{"change;", "buildset;", "request;", "request;", "build;"}[i]);
    }
  }

  TEST_CASE_FIXTURE(
      built, "complete records stay complete after a crash, and recovery decides on the rest") {
    storage::batch all;
    all.put(ended(request(2), cancelled));
    CHECK(commit(all) == "");
    test::temp_store store;
    auto freed = request(1);
    freed.claimed_by.reset();
    storage::batch kept;
    kept.put(set()).put(request(2)).put(freed).put(finished(build(1, 1), retry));
    CHECK(store->apply(kept));
    book->reload(store->read(), true);
    REQUIRE(found.size() == 1); // request 2 was complete
    CHECK(found[0].message.starts_with("request 2 "));
    CHECK(book->running_builds() == 0);
    CHECK(book->builds().at(1).results == retry);
    CHECK_FALSE(book->requests().at(1).claimed_by);
    CHECK(commit(storage::batch{}.put(request(1))) == "");
    CHECK(commit(storage::batch{}.put(build(2, 2))) == "");
  }

  TEST_CASE_FIXTURE(ledger_stage, "open requests are those of builders that the plan has") {
    begin();
    CHECK(book->open_requests() == std::vector<std::int64_t>{1, 2});
    CHECK(commit(storage::batch{}.put(request(3, 77))) == "");
    CHECK(book->open_requests() == std::vector<std::int64_t>{1, 2});
    CHECK(commit(storage::batch{}.put(ended(request(1), cancelled))) == "");
    CHECK(book->open_requests() == std::vector<std::int64_t>{2});
  }
}
