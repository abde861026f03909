#include "storage/effect_log.hpp"

#include <deque>
#include <functional>

#include <doctest/doctest.h>

#include "storage/store_access.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/changes.hpp"
#include "storage/tables/operations.hpp"
#include "storage/tables/state.hpp"
#include "tests/support/temp_store.hpp"

using namespace troupe;
using namespace troupe::storage;
using namespace troupe::records;
using troupe::test::temp_store;

namespace {

/// Keeps answers; played, gives them back as the effect log of a replayed cell does.
class memory_tape final : public effect_log {
public:
  bool plays() const noexcept override { return playing; }
  void keep(std::string_view question, bytes answer) override {
    REQUIRE(!playing);
    kept.emplace_back(question, std::move(answer));
  }
  bytes recall(std::string_view question) override {
    if (kept.empty() || kept.front().first != question)
      throw failed{{errc::conflict, "not asked then: " + std::string{question}}};
    auto answer = std::move(kept.front().second);
    kept.pop_front();
    return answer;
  }

  bool playing = false;
  std::deque<std::pair<std::string, bytes>> kept;
};

template <class Record>
Record record_with_id(std::int64_t number) {
  Record out;
  out.id = decltype(out.id){number};
  return out;
}

template <class Record>
Record named(std::int64_t number) {
  auto out = record_with_id<Record>(number);
  out.name = "name " + std::to_string(number);
  return out;
}

void fill_with_one_of_each(temp_store& store) {
  batch work;
  for (std::int64_t i = 1; i <= 5; ++i) {
    work.put(named<builder>(i)).put(named<worker>(i)).put(named<master>(i));
    auto who = record_with_id<user>(i);
    who.identifier = "ada " + std::to_string(i);
    auto what = record_with_id<change>(i);
    what.author = who.identifier;
    what.sourcestamp = sourcestamp_id{1 + i % 2};
    work.put(named<scheduler>(i)).put(who).put(what).put(record_with_id<patch>(i));
    work.put(scheduler_change{scheduler_id{1 + i % 2}, change_id{i}, i % 3 == 0});
    auto stamp = record_with_id<sourcestamp>(i);
    stamp.branch = "branch " + std::to_string(i);
    auto set = record_with_id<buildset>(i);
    set.complete = i == 2;
    set.parent_buildid = build_id{1 + i % 2};
    auto request = record_with_id<buildrequest>(i);
    request.buildset = buildset_id{1 + i % 2};
    request.builder = builder_id{1 + i % 2};
    request.complete = i == 3;
    work.put(stamp).put(set).put(request);
    auto made = record_with_id<build>(i);
    made.builder = builder_id{1};
    made.number = i;
    made.request = buildrequest_id{1 + i % 2};
    made.worker = worker_id{1};
    if (i < 4)
      made.complete_at = instant{span{i}};
    auto part = record_with_id<step>(i);
    part.build = build_id{1};
    part.number = 5 - i;
    auto text = record_with_id<records::log>(i);
    text.step = step_id{1};
    text.slug = "log " + std::to_string(i);
    work.put(made).put(part).put(text);
    work.put(record_with_id<reconfiguration>(i)).put(record_with_id<act>(i));
    work.put(object_state{"class", "object", "value " + std::to_string(i), json(i)});
    work.put_state("/a/" + std::to_string(i), "kind", std::string("\0\xff", 2));
  }
  auto outcome = store->apply(work);
  REQUIRE_MESSAGE(outcome, outcome.done.error().message);
}

using question = std::function<bytes(const snapshot&)>;

template <class Ask>
question ask(Ask how) {
  return [how](const snapshot& from) { return encode(how(from)); };
}

/// One of each that has an index or a list of its own, with answers and without.
std::vector<question> questions() {
  using s = const snapshot&;
  auto stamp = record_with_id<sourcestamp>(0);
  stamp.branch = "branch 3";
  auto other = stamp;
  other.branch = "none";
  return {
      ask([](s from) { return find_builder(from, builder_id{2}); }),
      ask([](s from) { return find_builder(from, builder_id{9}); }),
      ask([](s from) { return find_builder(from, "name 3"); }),
      ask([](s from) { return find_builder(from, "nobody"); }),
      ask([](s from) { return all_builders(from); }),
      ask([](s from) { return max_builder_id(from); }),
      ask([](s from) { return find_worker(from, "name 1"); }),
      ask([](s from) { return all_workers(from); }),
      ask([](s from) { return max_worker_id(from); }),
      ask([](s from) { return find_master(from, "name 5"); }),
      ask([](s from) { return all_masters(from); }),
      ask([](s from) { return find_user(from, "ada 4"); }),
      ask([](s from) { return all_users(from); }),
      ask([](s from) { return find_scheduler(from, "name 2"); }),
      ask([](s from) { return all_schedulers(from); }),
      ask([](s from) { return changes_of_scheduler(from, scheduler_id{1}); }),
      ask([](s from) { return find_build(from, build_id{1}); }),
      ask([](s from) { return find_build(from, builder_id{1}, 4); }),
      ask([](s from) { return incomplete_builds(from); }),
      ask([](s from) { return newest_builds(from, 3); }),
      ask([](s from) { return newest_builds(from, 3, build_id{3}); }),
      ask([](s from) { return builds_of_builder(from, builder_id{1}, 2); }),
      ask([](s from) { return builds_of_builder(from, builder_id{1}, 9, 3); }),
      ask([](s from) { return builds_of_request(from, buildrequest_id{2}); }),
      ask([](s from) { return builds_of_worker(from, worker_id{1}, 9); }),
      ask([](s from) { return max_build_number(from, builder_id{1}); }),
      ask([](s from) { return max_build_number(from, builder_id{7}); }),
      ask([](s from) { return find_step(from, build_id{1}, 2); }),
      ask([](s from) { return steps_of_build(from, build_id{1}); }),
      ask([](s from) { return find_log(from, step_id{1}, "log 2"); }),
      ask([](s from) { return logs_of_step(from, step_id{1}); }),
      ask([](s from) { return find_buildset(from, buildset_id{1}); }),
      ask([](s from) { return incomplete_buildsets(from); }),
      ask([](s from) { return newest_buildsets(from, 2); }),
      ask([](s from) { return buildsets_of_parent(from, build_id{1}); }),
      ask([](s from) { return find_buildrequest(from, buildrequest_id{1}); }),
      ask([](s from) { return requests_of_buildset(from, buildset_id{1}); }),
      ask([](s from) { return open_requests(from); }),
      ask([](s from) { return open_requests_of_builder(from, builder_id{2}); }),
      ask([](s from) { return newest_requests(from, 2, buildrequest_id{4}); }),
      ask([](s from) { return newest_requests_of_builder(from, builder_id{1}, 9); }),
      ask([](s from) { return find_change(from, change_id{5}); }),
      ask([](s from) { return newest_changes(from, 2); }),
      ask([](s from) { return changes_after(from, change_id{2}, 2); }),
      ask([](s from) { return changes_of_sourcestamp(from, sourcestamp_id{1}); }),
      ask([](s from) { return find_parent_change(from, change{}); }),
      ask([](s from) { return find_sourcestamp(from, sourcestamp_id{1}); }),
      ask([stamp](s from) { return find_equal_sourcestamp(from, stamp); }),
      ask([other](s from) { return find_equal_sourcestamp(from, other); }),
      ask([](s from) { return find_patch(from, patch_id{1}); }),
      ask([](s from) { return newest_reconfigurations(from, 2); }),
      ask([](s from) { return newest_acts(from, 2); }),
      ask([](s from) { return max_act_id(from); }),
      ask([](s from) { return find_object_state(from, "class", "object", "value 1"); }),
      ask([](s from) { return object_states(from, "class", "object"); }),
      ask([](s from) { return find_service_state(from, "/a/3"); }),
      ask([](s from) { return service_states(from, "/a/"); }),
  };
}

} // namespace

TEST_SUITE("effect_log") {

  TEST_CASE("what was answered is answered again, and nobody is asked") {
    memory_tape on;
    int asked = 0;
    auto question = [&](std::string_view text, int number) {
      return answered(&on, text, [&] {
        ++asked;
        return std::vector<std::int64_t>{number};
      });
    };
    CHECK(question("one", 1).at(0) == 1);
    CHECK(question("two", 2).at(0) == 2);
    CHECK(asked == 2);
    on.playing = true;
    CHECK(question("one", 7).at(0) == 1);
    CHECK_THROWS_AS(question("three", 7), failed);
    CHECK(question("two", 7).at(0) == 2);
    CHECK_THROWS_AS(question("two", 7), failed);
    CHECK(asked == 2);
    CHECK(answered(nullptr, "one", [] { return std::int64_t{5}; }) == 5);
  }

  TEST_CASE("every question to the store is answered from the effect log as by the store") {
    temp_store store;
    for (bool filled : {false, true}) {
      CAPTURE(filled);
      if (filled)
        fill_with_one_of_each(store);
      memory_tape on;
      std::vector<bytes> plain, recorded, played;
      auto all = questions();
      {
        auto without = store->read();
        auto with = store->read(&on);
        for (const auto& one : all) {
          plain.push_back(one(without));
          auto before = on.kept.size();
          recorded.push_back(one(with));
          CHECK(on.kept.size() > before); // none goes past the effect log
        }
      }
      on.playing = true;
      snapshot from{on};
      for (const auto& one : all)
        played.push_back(one(from));
      for (std::size_t i = 0; i < all.size(); ++i) {
        CAPTURE(i);
        CHECK(recorded[i] == plain[i]);
        CHECK(played[i] == plain[i]);
      }
      CHECK(on.kept.empty());
    }
  }

  TEST_CASE("values from an effect log stay valid as long as their snapshot") {
    temp_store store;
    fill_with_one_of_each(store);
    memory_tape on;
    auto get = [](const snapshot& from, std::int64_t id) {
      return from.get(table_number::builders, key_of(builder_id{id}));
    };
    std::vector<bytes> expected;
    {
      auto with = store->read(&on);
      for (std::int64_t id = 1; id <= 5; ++id)
        expected.emplace_back(get(with, id).value());
      CHECK(!get(with, 6));
    }
    on.playing = true;
    snapshot from{on};
    std::vector<std::string_view> found;
    for (std::int64_t id = 1; id <= 5; ++id)
      found.push_back(get(from, id).value());
    CHECK(!get(from, 6));
    for (std::size_t i = 0; i < 5; ++i)
      CHECK(found[i] == expected[i]);
  }

  TEST_CASE("a question that was not asked then is refused") {
    temp_store store;
    fill_with_one_of_each(store);
    memory_tape on;
    find_builder(store->read(&on), builder_id{1});
    on.playing = true;
    snapshot from{on};
    CHECK_THROWS_AS(find_builder(from, builder_id{2}), failed); // another key
    CHECK_THROWS_AS(find_worker(from, worker_id{1}), failed);   // another table
    CHECK_THROWS_AS(all_builders(from), failed);                // another way
    CHECK(find_builder(from, builder_id{1})->name == "name 1");
    CHECK_THROWS_AS(find_builder(from, builder_id{1}), failed); // once more
  }

  TEST_CASE("a transaction is not made again, and its outcome is what it was") {
    temp_store store;
    memory_tape on;
    batch good, bad;
    good.put(named<builder>(1));
    bad.put(named<builder>(2));
    bad.operations[0].value = "garbage";
    const batch* both[] = {&good, &bad};
    const batch* one[] = {&good};
    apply_outcome refused, done;
    {
      store_access access{&*store, &on};
      refused = access.apply(both);
      done = access.apply(one);
    }
    REQUIRE(!refused);
    REQUIRE(done);
    CHECK(refused.culprit == 1);
    on.playing = true;
    store_access again{nullptr, &on};
    auto replayed = again.apply(both);
    REQUIRE(!replayed);
    CHECK(replayed.done.error().code == refused.done.error().code);
    CHECK(replayed.done.error().message == refused.done.error().message);
    CHECK(replayed.culprit == refused.culprit);
    CHECK(replayed.took == refused.took);
    replayed = again.apply(one);
    CHECK(replayed);
    CHECK(!replayed.culprit);
    CHECK_THROWS_AS(again.apply(one), failed);
    CHECK_THROWS_AS(find_builder(again.read(), builder_id{1}), failed);
  }

} // TEST_SUITE
