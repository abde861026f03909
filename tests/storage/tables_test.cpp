#include <doctest/doctest.h>

#include "storage/tables/builders.hpp"
#include "storage/tables/builds.hpp"
#include "storage/tables/buildsets.hpp"
#include "storage/tables/changes.hpp"
#include "storage/tables/state.hpp"
#include "tests/support/temp_store.hpp"

using namespace troupe;
using namespace troupe::storage;
using namespace troupe::records;
using troupe::test::temp_store;

namespace {

template <class Record>
std::vector<std::int64_t> ids(const std::vector<Record>& records) {
  std::vector<std::int64_t> out;
  for (const auto& x : records)
    out.push_back(x.id.value);
  return out;
}

using list = std::vector<std::int64_t>;

template <class Record>
Record with_id(std::int64_t number) {
  Record out;
  out.id = decltype(out.id){number};
  return out;
}

void apply(temp_store& store, const batch& work) {
  auto outcome = store->apply(work);
  REQUIRE_MESSAGE(outcome, outcome.done.error().message);
}

build a_build(std::int64_t id, std::int64_t builder, std::int64_t number, bool complete) {
  auto out = with_id<build>(id);
  out.builder = builder_id{builder};
  out.number = number;
  out.request = buildrequest_id{id / 2};
  out.worker = worker_id{id % 2 + 1};
  if (complete) {
    out.complete_at = instant{span{id}};
    out.results = result_code::warnings;
  }
  return out;
}

} // namespace

TEST_SUITE("tables") {

  TEST_CASE("an empty store has nobody and no highest ids") {
    temp_store store;
    auto s = store->read();
    CHECK_FALSE(max_change_id(s));
    CHECK_FALSE(max_sourcestamp_id(s));
    CHECK_FALSE(max_patch_id(s));
    CHECK_FALSE(max_buildset_id(s));
    CHECK_FALSE(max_buildrequest_id(s));
    CHECK_FALSE(max_build_id(s));
    CHECK_FALSE(max_step_id(s));
    CHECK_FALSE(max_log_id(s));
    CHECK_FALSE(max_builder_id(s));
    CHECK_FALSE(max_worker_id(s));
    CHECK_FALSE(max_master_id(s));
    CHECK_FALSE(max_user_id(s));
    CHECK_FALSE(max_scheduler_id(s));
    CHECK(max_build_number(s, builder_id{1}) == 0);
    CHECK(newest_changes(s, 10).empty());
    CHECK(open_requests(s).empty());
    CHECK(service_states(s).empty());
  }

  TEST_CASE("changes are listed from either end and found by sourcestamp and parent") {
    temp_store store;
    batch work;
    for (std::int64_t i = 1; i <= 300; ++i) {
      auto x = with_id<change>(i);
      x.sourcestamp = sourcestamp_id{i % 3 + 1};
      if (i % 2 == 0)
        x.branch = "main";
      work.put(x);
    }
    apply(store, work);
    auto s = store->read();
    CHECK(ids(newest_changes(s, 3)) == list{300, 299, 298});
    CHECK(ids(newest_changes(s, 3, change_id{258})) == list{257, 256, 255});
    CHECK(ids(newest_changes(s, 3, change_id{2})) == list{1});
    CHECK(ids(newest_changes(s, 0)) == list{});
    CHECK(ids(changes_after(s, change_id{0}, 2)) == list{1, 2});
    CHECK(ids(changes_after(s, change_id{255}, 2)) == list{256, 257});
    CHECK(ids(changes_after(s, change_id{299}, 10)) == list{300});
    CHECK(changes_of_sourcestamp(s, sourcestamp_id{2}).size() == 100);
    CHECK(max_change_id(s) == change_id{300});
    change x;
    CHECK(find_parent_change(s, x) == change_id{299});
    x.branch = "main";
    CHECK(find_parent_change(s, x) == change_id{300});
    x.id = change_id{300};
    CHECK(find_parent_change(s, x) == change_id{298});
    x.codebase = "other";
    CHECK_FALSE(find_parent_change(s, x));
  }

  TEST_CASE("equal sourcestamps are found by content; patched ones are nobody's equal") {
    temp_store store;
    auto plain = with_id<sourcestamp>(1);
    plain.branch = "main";
    plain.repository = "git://r";
    auto trunk = plain;
    trunk.id = sourcestamp_id{2};
    trunk.branch.reset();
    auto patched = plain;
    patched.id = sourcestamp_id{3};
    patched.patch = patch_id{1};
    auto a_patch = with_id<patch>(1);
    a_patch.body = std::string("\0\xff", 2);
    batch work;
    work.put(plain).put(trunk).put(patched).put(a_patch);
    apply(store, work);
    auto s = store->read();
    auto wanted = plain;
    wanted.id = {};
    wanted.created_at = instant{span{5}};
    CHECK(find_equal_sourcestamp(s, wanted) == plain);
    wanted.branch = "";
    CHECK_FALSE(find_equal_sourcestamp(s, wanted));
    wanted.branch.reset();
    CHECK(find_equal_sourcestamp(s, wanted) == trunk);
    CHECK_FALSE(find_equal_sourcestamp(s, patched));
    CHECK(find_patch(s, patch_id{1}) == a_patch);
  }

  TEST_CASE("requests leave the open ones when they complete and come back when they do not") {
    temp_store store;
    batch work;
    for (std::int64_t i = 1; i <= 6; ++i) {
      auto x = with_id<buildrequest>(i);
      x.buildset = buildset_id{i / 4 + 1};
      x.builder = builder_id{i % 2 + 1};
      work.put(x);
    }
    apply(store, work);
    CHECK(ids(open_requests(store->read())) == list{2, 4, 6, 1, 3, 5});
    CHECK(ids(requests_of_buildset(store->read(), buildset_id{1})) == list{1, 2, 3});
    auto x = *find_buildrequest(store->read(), buildrequest_id{4});
    x.complete = true;
    x.results = result_code::success;
    work = {};
    apply(store, work.put(x));
    CHECK(ids(open_requests(store->read())) == list{2, 6, 1, 3, 5});
    CHECK(ids(open_requests_of_builder(store->read(), builder_id{1})) == list{2, 6});
    CHECK(ids(newest_requests_of_builder(store->read(), builder_id{1}, 9)) == list{6, 4, 2});
    CHECK(ids(newest_requests_of_builder(store->read(), builder_id{1}, 9, buildrequest_id{6}))
          == list{4, 2});
    x.complete = false;
    x.builder = builder_id{2};
    work = {};
    apply(store, work.put(x).erase<buildrequest>({buildrequest_id{1}}));
    CHECK(ids(open_requests(store->read())) == list{2, 6, 3, 4, 5});
    CHECK(ids(requests_of_buildset(store->read(), buildset_id{1})) == list{2, 3});
    CHECK(ids(newest_requests(store->read(), 2)) == list{6, 5});
  }

  TEST_CASE("buildsets are found incomplete and by parent") {
    temp_store store;
    batch work;
    for (std::int64_t i = 1; i <= 4; ++i) {
      auto x = with_id<buildset>(i);
      x.complete = i == 2;
      if (i > 2)
        x.parent_buildid = build_id{7};
      work.put(x);
    }
    apply(store, work);
    CHECK(ids(incomplete_buildsets(store->read())) == list{1, 3, 4});
    CHECK(ids(buildsets_of_parent(store->read(), build_id{7})) == list{3, 4});
    CHECK(ids(newest_buildsets(store->read(), 2)) == list{4, 3});
  }

  TEST_CASE("builds are found by builder and number, request, worker, and while they run") {
    temp_store store;
    batch work;
    for (std::int64_t i = 1; i <= 8; ++i)
      work.put(a_build(i, i <= 5 ? 1 : 2, i <= 5 ? i : i - 5, i % 4 != 0));
    apply(store, work);
    auto s = store->read();
    CHECK(find_build(s, builder_id{1}, 3)->id == build_id{3});
    CHECK(find_build(s, builder_id{2}, 3)->id == build_id{8});
    CHECK_FALSE(find_build(s, builder_id{2}, 4));
    CHECK(ids(incomplete_builds(s)) == list{4, 8});
    CHECK(ids(newest_builds(s, 2)) == list{8, 7});
    CHECK(ids(builds_of_builder(s, builder_id{1}, 2)) == list{5, 4});
    CHECK(ids(builds_of_builder(s, builder_id{1}, 2, 4)) == list{3, 2});
    CHECK(ids(builds_of_builder(s, builder_id{1}, 9, 1)) == list{});
    CHECK(ids(builds_of_request(s, buildrequest_id{2})) == list{4, 5});
    CHECK(ids(builds_of_worker(s, worker_id{1}, 9)) == list{8, 6, 4, 2});
    CHECK(max_build_number(s, builder_id{1}) == 5);
    CHECK(max_build_number(s, builder_id{2}) == 3);
    CHECK(max_build_number(s, builder_id{3}) == 0);
    work = {};
    apply(store, work.put(a_build(4, 1, 4, true)));
    CHECK(ids(incomplete_builds(store->read())) == list{8});
  }

  TEST_CASE("steps come by number, logs by step and slug") {
    temp_store store;
    batch work;
    for (std::int64_t i = 1; i <= 3; ++i) {
      auto x = with_id<step>(i);
      x.build = build_id{1};
      x.number = 3 - i;
      work.put(x);
      auto l = with_id<troupe::records::log>(i);
      l.step = step_id{1};
      l.slug = "log_" + std::to_string(i);
      l.type = log_type::html;
      work.put(l);
    }
    apply(store, work);
    auto s = store->read();
    CHECK(ids(steps_of_build(s, build_id{1})) == list{3, 2, 1});
    CHECK(find_step(s, build_id{1}, 2)->id == step_id{1});
    CHECK(ids(logs_of_step(s, step_id{1})) == list{1, 2, 3});
    CHECK(find_log(s, step_id{1}, "log_2")->type == log_type::html);
    CHECK_FALSE(find_log(s, step_id{1}, "log"));
  }

  TEST_CASE("the participants are found by name, exactly, also when renamed or long-named") {
    temp_store store;
    auto named = [](auto record, std::string name) {
      record.name = std::move(name);
      return record;
    };
    std::string long_name(700, 'n');
    batch work;
    work.put(named(with_id<builder>(1), "linux"));
    work.put(named(with_id<builder>(2), "linux2"));
    work.put(named(with_id<builder>(3), long_name + "a"));
    work.put(named(with_id<builder>(4), long_name + "b"));
    work.put(named(with_id<worker>(1), "w"));
    work.put(named(with_id<master>(1), "host:/dir"));
    work.put(named(with_id<scheduler>(1), "all"));
    auto ada = with_id<user>(1);
    ada.identifier = "ada";
    work.put(ada);
    apply(store, work);
    auto s = store->read();
    CHECK(find_builder(s, "linux")->id == builder_id{1});
    CHECK(find_builder(s, long_name + "b")->id == builder_id{4});
    CHECK_FALSE(find_builder(s, long_name));
    CHECK_FALSE(find_builder(s, "linu"));
    CHECK(find_worker(s, "w")->id == worker_id{1});
    CHECK(find_master(s, "host:/dir")->id == master_id{1});
    CHECK(find_scheduler(s, "all")->enabled);
    CHECK(find_user(s, "ada") == ada);
    CHECK(ids(all_builders(s)) == list{1, 2, 3, 4});
    work = {};
    apply(store, work.put(named(with_id<builder>(1), "bsd")));
    CHECK_FALSE(find_builder(store->read(), "linux"));
    CHECK(find_builder(store->read(), "bsd"));
  }

  TEST_CASE("states are kept by path and listed below one; objects keep named values") {
    temp_store store;
    batch work;
    std::string deep = "/botmaster/" + std::string(300, 'd');
    for (std::string path : {"/botmaster/builders/a/1", "/botmaster/builders/a/2", "/workers/w"})
      work.put_state(path, "build", "state of " + path);
    work.put_state(deep + "/1", "deep", "1").put_state(deep + "/2", "deep", "2");
    work.put(object_state{"Nightly", "n", "last_build", json(7)});
    work.put(object_state{"Nightly", "n", "other", json("x")});
    work.put(object_state{"Nightly", "nn", "last_build", json(8)});
    work.put(scheduler_change{scheduler_id{1}, change_id{9}, true});
    work.put(scheduler_change{scheduler_id{1}, change_id{2}, false});
    work.put(scheduler_change{scheduler_id{2}, change_id{1}, false});
    apply(store, work);
    auto s = store->read();
    CHECK(service_states(s).size() == 5);
    CHECK(service_states(s, "/botmaster/builders/").size() == 2);
    CHECK(service_states(s, deep + "/").size() == 2);
    CHECK(find_service_state(s, deep + "/2")->state == "2");
    CHECK(find_service_state(s, "/workers/w")->kind == "build");
    CHECK(find_object_state(s, "Nightly", "n", "last_build") == json(7));
    CHECK_FALSE(find_object_state(s, "Nightly", "n", "last"));
    CHECK(object_states(s, "Nightly", "n").size() == 2);
    auto waiting = changes_of_scheduler(s, scheduler_id{1});
    REQUIRE(waiting.size() == 2);
    CHECK(waiting[0] == scheduler_change{scheduler_id{1}, change_id{2}, false});
    work = {};
    apply(store, work.erase_state("/botmaster/builders/a/1"));
    CHECK(service_states(store->read(), "/botmaster/builders/").size() == 1);
  }

  TEST_CASE("what is stored can be shown without knowing its type") {
    temp_store store;
    batch work;
    apply(store, work.put(a_build(3, 1, 1, true)));
    auto s = store->read();
    auto value = s.get(table_number::builds, key_of(build_id{3}));
    REQUIRE(value);
    auto shown = find_table(std::uint16_t(table_number::builds))->show(*value);
    CHECK(shown.at("results") == json("warnings"));
  }
}
