#include "actors/change_svc/change_manager.hpp"

#include "storage/tables/changes.hpp"
#include "tests/support/actor_stage.hpp"

using namespace troupe;
using namespace troupe::change_svc;
using runtime::child_of;
using testing::actor_stage;
using testing::named;

namespace {

records::change change_on(std::optional<std::string> branch, std::string revision,
                          std::size_t size = 10) {
  records::change made;
  made.author = "ada";
  made.branch = std::move(branch);
  made.revision = std::move(revision);
  made.repository = "https://example.org/r.git";
  made.comments = std::string(size, 'x');
  return made;
}

/// In the place of a scheduler: subscribes again from where it stands when it is told to.
class follower : public runtime::sink {
public:
  explicit follower(actor_stage& on) : stage_{on} {}
  void deliver(runtime::envelope mail) override {
    if (mail.what.as<publisher_restarted>())
      subscribe();
    else if (auto* news = mail.what.as<change_added>()) {
      ids.push_back(news->what.id.value);
      all_stored = all_stored && storage::find_change(stage_.read(), news->what.id);
    }
  }
  void subscribe() {
    stage_.send("/change_svc", subscribe_changes{stage_.address_of("/scheduler_manager"),
                                                 change_id{ids.empty() ? 0 : ids.back()}});
  }
  std::vector<std::int64_t> ids;
  bool all_stored = true;

private:
  actor_stage& stage_;
};

struct changes_stage : actor_stage {
  using actor_stage::actor_stage;
  void begin() {
    kinds.add(change_manager::static_kind());
    change_manager_config config;
    config.listeners_parent = named("/scheduler_manager");
    start_with({child_of("change_svc", "change_svc", config)});
    requester = listen("/asker");
    follows = std::make_shared<follower>(*this);
    address_of("/scheduler_manager").at()->bind(follows);
    follows->subscribe();
    run();
  }
  void add(records::change what) {
    send("/change_svc", add_change{std::move(what), std::to_string(++asked), address_of("/asker")});
  }
  records::change stored(std::int64_t id) {
    auto found = storage::find_change(read(), change_id{id});
    REQUIRE(found);
    return *found;
  }
  std::shared_ptr<testing::listener> requester;
  std::shared_ptr<follower> follows;
  int asked = 0;
};

stamp_content plain_stamp(std::string revision) {
  stamp_content made;
  made.stamp.revision = std::move(revision);
  return made;
}

} // namespace

TEST_SUITE("change_svc") {

  TEST_CASE_FIXTURE(changes_stage, "accepts a change when it is stored, with the id it has there") {
    begin();
    add(change_on("main", "1"));
    run();
    auto heard = requester->heard<change_accepted>();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].token == "1");
    CHECK(stored(heard[0].id.value).author == "ada");
    CHECK(follows->ids == std::vector<std::int64_t>{1});
    CHECK(follows->all_stored);
  }

  TEST_CASE_FIXTURE(
      changes_stage,
      "the change manager gives ids without gaps and goes on with them after a restart") {
    begin();
    add(change_on("main", "1"));
    add(change_on("main", "2"));
    run();
    fail("/change_svc", 0);
    flush();
    add(change_on("main", "3"));
    run();
    CHECK(follows->ids == std::vector<std::int64_t>{1, 2, 3});
    CHECK(address_of("/change_svc").at()->restarts.load() == 1);
  }

  TEST_CASE_FIXTURE(
      changes_stage,
      "the change manager gives a change the newest earlier one of its line as parent") {
    begin();
    add(change_on("main", "1"));
    add(change_on("stable", "2"));
    add(change_on("main", "3"));
    auto elsewhere = change_on("main", "4");
    elsewhere.codebase = "docs";
    add(elsewhere);
    run();
    fail("/change_svc", 0);
    flush();
    add(change_on("stable", "5"));
    add(change_on({}, "6"));
    run();
    CHECK(stored(1).parent == change_id{});
    CHECK(stored(2).parent == change_id{});
    CHECK(stored(3).parent == change_id{1});
    CHECK(stored(4).parent == change_id{});
    CHECK(stored(5).parent == change_id{2});
    CHECK(stored(6).parent == change_id{});
  }

  TEST_CASE_FIXTURE(changes_stage, "dates a change that has no time, or one to come, with now") {
    begin();
    auto past = change_on("main", "1"), future = change_on("main", "2");
    past.when = sys().now() - std::chrono::hours{1};
    future.when = sys().now() + std::chrono::hours{1};
    add(past);
    add(future);
    add(change_on("main", "3"));
    run();
    CHECK(stored(1).when == past.when);
    CHECK(stored(2).when == sys().now());
    CHECK(stored(3).when == sys().now());
  }

  TEST_CASE_FIXTURE(changes_stage, "shares sourcestamps of equal content, stored or about to be") {
    begin();
    add(change_on("main", "1"));
    add(change_on("main", "1"));
    add(change_on("main", "2"));
    run();
    fail("/change_svc", 0);
    flush();
    add(change_on("main", "1"));
    run();
    CHECK(stored(1).sourcestamp == stored(2).sourcestamp);
    CHECK(stored(1).sourcestamp == stored(4).sourcestamp);
    CHECK_FALSE(stored(1).sourcestamp == stored(3).sourcestamp);
    CHECK(storage::max_sourcestamp_id(read()).value == 2);
  }

  TEST_CASE_FIXTURE(changes_stage,
                    "resolves stamps in the order asked and never shares a patched one") {
    begin();
    auto patched = plain_stamp("1");
    patched.patch = records::patch{};
    patched.patch->body = "diff";
    for (auto token : {"a", "b"})
      send("/change_svc", resolve_stamps{{plain_stamp("1"), patched, plain_stamp("1")},
                                         token,
                                         address_of("/asker")});
    run();
    auto heard = requester->heard<stamps_resolved>();
    REQUIRE(heard.size() == 2);
    REQUIRE(heard[0].ids.size() == 3);
    REQUIRE(heard[1].ids.size() == 3);
    CHECK(heard[0].ids[0] == heard[0].ids[2]);
    CHECK(heard[0].ids[0] == heard[1].ids[0]);
    CHECK_FALSE(heard[0].ids[1] == heard[0].ids[0]);
    CHECK_FALSE(heard[0].ids[1] == heard[1].ids[1]);
    auto stamp = storage::find_sourcestamp(read(), heard[1].ids[1]);
    REQUIRE(stamp);
    REQUIRE(stamp->patch);
    CHECK(storage::find_patch(read(), *stamp->patch)->body == "diff");
  }

  TEST_CASE_FIXTURE(
      changes_stage,
      "the change manager tells who subscribes late what was stored before, then the rest") {
    begin();
    for (auto revision : {"1", "2", "3"})
      add(change_on("main", revision));
    run();
    auto late = listen("/late");
    send("/change_svc", subscribe_changes{address_of("/late"), change_id{1}});
    add(change_on("main", "4"));
    run();
    std::vector<std::int64_t> ids;
    for (const auto& one : late->heard<change_added>())
      ids.push_back(one.what.id.value);
    CHECK(ids == std::vector<std::int64_t>{2, 3, 4});
  }

  TEST_CASE_FIXTURE(changes_stage,
                    "the change manager tells a listener nothing more once it has unsubscribed") {
    begin();
    add(change_on("main", "1"));
    run();
    send("/change_svc", unsubscribe_changes{address_of("/scheduler_manager")});
    add(change_on("main", "2"));
    run();
    CHECK(follows->ids == std::vector<std::int64_t>{1});
  }

  TEST_CASE("change_svc: a subscription amid changes in flight hears each once, in order") {
    // The subscription comes when some are stored, some on their way and some not yet added.
    for (int before = 0; before <= 6; ++before) {
      CAPTURE(before);
      changes_stage stage;
      stage.begin();
      auto late = stage.listen("/late");
      for (int n = 0; n < 6; ++n) {
        if (n == before)
          stage.send("/change_svc", subscribe_changes{stage.address_of("/late"), change_id{}});
        stage.add(change_on("main", std::to_string(n)));
      }
      if (before == 6)
        stage.send("/change_svc", subscribe_changes{stage.address_of("/late"), change_id{}});
      stage.run();
      std::vector<std::int64_t> ids;
      for (const auto& one : late->heard<change_added>())
        ids.push_back(one.what.id.value);
      CHECK(ids == std::vector<std::int64_t>{1, 2, 3, 4, 5, 6});
    }
  }

  TEST_CASE_FIXTURE(changes_stage, "reports what its caches did, and keeps them to their sizes") {
    kinds.add(caches::cache_manager::static_kind());
    begin();
    CHECK(control("/", runtime::add_child{child_of("caches", "caches",
                                                   caches::caches_config{{{"SourceStamps", 2}}}),
                                          "c"})
              .ok);
    for (auto revision : {"1", "1", "2", "3", "4", "1"})
      add(change_on("main", revision));
    run();
    advance(std::chrono::seconds{10});
    auto figures = state_of("/caches").at("figures");
    CHECK(figures.at("SourceStamps").at("hits") == 2);
    CHECK(figures.at("SourceStamps").at("misses") == 4);
    CHECK(figures.at("SourceStamps").at("entries_max") == 2);
    CHECK(figures.at("Changes").at("hits") == 5);
    CHECK(figures.at("Changes").at("entries") == 1);
    CHECK(state_of("/change_svc").at("fresh_stamps").as_object().empty());
    add(change_on("main", "1"));
    run();
    CHECK(stored(7).sourcestamp == stored(1).sourcestamp);
  }

  TEST_CASE("change_svc: loses and repeats no change wherever it fails") {
    for (std::string path : {"/change_svc", "/db"})
      for (std::int64_t turns = 0; turns < 16; ++turns) {
        CAPTURE(path);
        CAPTURE(turns);
        changes_stage stage;
        stage.begin();
        stage.fail(path, turns);
        for (auto revision : {"1", "2", "3", "4"})
          stage.add(change_on("main", revision));
        stage.flush();
        CHECK(stage.requester->heard<change_accepted>().size() == 4);
        CHECK(stage.follows->ids == std::vector<std::int64_t>{1, 2, 3, 4});
        CHECK(stage.follows->all_stored);
      }
  }

  TEST_CASE_FIXTURE(
      changes_stage,
      "the change manager refuses a change that cannot be stored and gives its id to the next") {
    disk->reopen(
        {.records_bytes_max = 1 << 20, .log_period_bytes_max = 16 << 20, .readers_max = 16});
    begin();
    add(change_on("main", "1"));
    run();
    add(change_on("main", "2", 2 << 20));
    flush();
    REQUIRE(requester->heard<change_refused>().size() == 1);
    CHECK(requester->heard<change_refused>()[0].token == "2");
    add(change_on("main", "3"));
    flush();
    CHECK(follows->ids == std::vector<std::int64_t>{1, 2});
    CHECK(stored(2).revision == "3");
  }

  TEST_CASE("change_svc: begins where the former process ended") {
    auto disk = std::make_shared<test::temp_store>();
    {
      changes_stage former{disk};
      former.begin();
      former.add(change_on("main", "1"));
      former.run();
    }
    changes_stage stage{disk};
    stage.begin();
    stage.add(change_on("main", "2"));
    stage.run();
    CHECK(stage.follows->ids == std::vector<std::int64_t>{1, 2});
    CHECK(stage.stored(2).parent == change_id{1});
  }
}
