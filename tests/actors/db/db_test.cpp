#include "actors/db/db.hpp"

#include "actors/change_svc/messages.hpp"
#include "storage/tables/builders.hpp"
#include "storage/tables/changes.hpp"
#include "tests/support/actor_stage.hpp"

using namespace troupe;
using namespace troupe::runtime;
using change_svc::change_accepted;
using change_svc::change_refused;
using testing::actor_stage;

namespace {

records::change change_of(std::int64_t id, std::size_t size = 10) {
  records::change made;
  made.id = change_id{id};
  made.author = "ada";
  made.comments = std::string(size, 'x');
  return made;
}

/// Keeps what it hears and whether that was in the store at that moment.
class target : public sink {
public:
  explicit target(storage::store& at) : store_{at} {}
  void deliver(envelope mail) override {
    if (auto* news = mail.what.as<change_accepted>()) {
      ids.push_back(news->id.value);
      true_when_heard = true_when_heard && storage::find_change(store_.read(), news->id);
    }
  }
  std::vector<std::int64_t> ids;
  bool true_when_heard = true;

private:
  storage::store& store_;
};

struct db_stage : actor_stage {
  void begin() {
    start_with({testing::branch_of("owner", {}), testing::branch_of("other", {})});
    ear = listen("/ear");
    test_ear = listen("/test");
    seen = std::make_shared<target>(store());
    address_of("/target").at()->bind(seen);
  }
  /// Has two lines in a log, and gives others for the middle of them: at fault for themselves.
  storage::batch bad_lines() {
    storage::batch there, more;
    there.append_log(log_id{1}, instant{}, 0, "one\ntwo\n");
    put(there);
    more.append_log(log_id{1}, instant{}, 1, "three\n");
    return more;
  }
  transaction storing(std::int64_t id, std::size_t size = 10) {
    transaction work;
    work.work.put(change_of(id, size));
    work.send(address_of("/target"), change_accepted{"", change_id{id}});
    work.refuse(address_of("/ear"), change_refused{std::to_string(id), "refused"});
    work.owner = address_of("/owner");
    return work;
  }
  using actor_stage::send;
  void send(transaction work) { send("/db", std::move(work)); }
  std::int64_t figure(std::string_view name) { return state_of("/db").at(name).as_int64(); }
  std::uint32_t restarts(std::string_view path) { return address_of(path).at()->restarts.load(); }

  std::shared_ptr<testing::listener> ear, test_ear;
  std::shared_ptr<target> seen;
};

} // namespace

TEST_SUITE("db") {

  TEST_CASE_FIXTURE(db_stage,
                    "/db says what a transaction says only after its commit, and in order") {
    begin();
    for (std::int64_t i = 1; i <= 5; ++i)
      send(storing(i));
    run();
    CHECK(seen->ids == std::vector<std::int64_t>{1, 2, 3, 4, 5});
    CHECK(seen->true_when_heard);
  }

  TEST_CASE_FIXTURE(db_stage, "/db makes one commit of all that waits") {
    begin();
    for (std::int64_t i = 1; i <= 20; ++i)
      send(storing(i));
    run();
    CHECK(figure("commits") == 1);
    CHECK(figure("transactions") == 20);
  }

  TEST_CASE_FIXTURE(db_stage, "commits before everything has come when the pending batch is full") {
    db_transactions_max = 4;
    begin();
    for (std::int64_t i = 1; i <= 10; ++i)
      send(storing(i));
    run();
    CHECK(figure("commits") == 3);
    CHECK(seen->ids.size() == 10);
  }

  TEST_CASE_FIXTURE(db_stage, "/db refuses in the place of what would have been said") {
    begin();
    for (std::int64_t i = 1; i <= 3; ++i) {
      auto work = storing(i);
      if (i == 2)
        work.work.add(bad_lines());
      if (i == 3)
        work.owner = address_of("/other"); // what the same owner sent would fall with it
      work.on_commit[0].first = address_of("/ear");
      send(work);
    }
    run();
    std::vector<std::string> heard;
    for (const auto& one : ear->mail)
      heard.emplace_back(one.what.name());
    CHECK(heard
          == std::vector<std::string>{"change_svc::change_accepted", "change_svc::change_refused",
                                      "change_svc::change_accepted"});
  }

  TEST_CASE_FIXTURE(db_stage,
                    "/db says what a transaction without anything to store says, in its place") {
    begin();
    send(storing(1));
    transaction message;
    message.send(address_of("/target"), change_accepted{"", change_id{1}});
    send(message);
    send(storing(2));
    run();
    CHECK(seen->ids == std::vector<std::int64_t>{1, 1, 2});
  }

  TEST_CASE_FIXTURE(db_stage,
                    "/db refuses a transaction at fault alone and has its owner rebuilt") {
    begin();
    auto bad = storing(2);
    bad.work.add(bad_lines());
    bad.owner = address_of("/other");
    send(storing(1));
    send(bad);
    send(storing(3));
    run();
    CHECK(seen->ids == std::vector<std::int64_t>{1, 3});
    CHECK_FALSE(storage::find_change(read(), change_id{2}));
    REQUIRE(ear->heard<change_refused>().size() == 1);
    CHECK(ear->heard<change_refused>()[0].token == "2");
    CHECK(restarts("/other") == 1);
    CHECK(restarts("/owner") == 0);
    CHECK(figure("refusals") == 1);
  }

  TEST_CASE_FIXTURE(db_stage,
                    "/db refuses everything of a commit when the store is full, and recovers") {
    disk->reopen(
        {.records_bytes_max = 1 << 20, .log_period_bytes_max = 16 << 20, .readers_max = 16});
    begin();
    send(storing(1));
    run();
    send(storing(2, 2 << 20));
    send(storing(3));
    run();
    CHECK(seen->ids == std::vector<std::int64_t>{1});
    CHECK(ear->heard<change_refused>().size() == 2);
    CHECK(restarts("/owner") == 1); // told of both at once
    CHECK(state_of("/db").at("trouble").as_string().size() > 0);
    auto next = storing(4);
    next.owner = address_of("/other");
    send(next);
    run();
    CHECK(seen->ids == std::vector<std::int64_t>{1}); // the store backs off
    advance(std::chrono::milliseconds{251});
    CHECK(seen->ids == std::vector<std::int64_t>{1, 4});
    CHECK(state_of("/db").at("trouble").as_string().empty());
    CHECK(logged("the store takes writes again"));
    CHECK(running("/db"));
  }

  TEST_CASE_FIXTURE(db_stage,
                    "/db answers a barrier between what came before it and what came after") {
    begin();
    auto before = storing(1), after = storing(2);
    before.on_commit = {{address_of("/test"), any_message{change_accepted{"before", {}}}}};
    after.on_commit = {{address_of("/test"), any_message{change_accepted{"after", {}}}}};
    send(before);
    send("/db", store_barrier{7});
    send(after);
    run();
    REQUIRE(test_ear->mail.size() == 3);
    REQUIRE(test_ear->mail[0].what.as<change_accepted>());
    CHECK(test_ear->mail[0].what.as<change_accepted>()->token == "before");
    REQUIRE(test_ear->mail[1].what.as<barrier_reached>());
    CHECK(test_ear->mail[1].what.as<barrier_reached>()->token == 7);
    REQUIRE(test_ear->mail[2].what.as<change_accepted>());
    CHECK(test_ear->mail[2].what.as<change_accepted>()->token == "after");
  }

  TEST_CASE_FIXTURE(db_stage, "/db answers a barrier also if what came before it was refused") {
    begin();
    auto bad = storing(2);
    bad.work.add(bad_lines());
    send(bad);
    send("/db", store_barrier{1});
    send("/db", store_barrier{2});
    run();
    REQUIRE(test_ear->heard<barrier_reached>().size() == 2);
    CHECK(test_ear->heard<barrier_reached>()[1].token == 2);
    CHECK(ear->heard<change_refused>().size() == 1);
  }

  TEST_CASE("db: loses and repeats nothing wherever it fails") {
    for (std::int64_t turns = 0; turns < 12; ++turns) {
      CAPTURE(turns);
      db_stage stage;
      stage.begin();
      stage.fail("/db", turns);
      for (std::int64_t i = 1; i <= 8; ++i)
        stage.send(stage.storing(i));
      stage.flush();
      CHECK(stage.seen->ids == std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8});
      CHECK(stage.seen->true_when_heard);
      CHECK(stage.restarts("/db") == 1);
    }
  }

  TEST_CASE_FIXTURE(db_stage, "commits the pending batch when it stops") {
    begin();
    send(storing(1));
    CHECK(control("/", remove_child{"db", "t"}).ok);
    run();
    CHECK(storage::find_change(read(), change_id{1}));
  }
}
