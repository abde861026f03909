#include <doctest/doctest.h>

#include "runtime/replay/replay.hpp"
#include "tests/support/counting_stage.hpp"
#include "tests/support/memory_journal.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;
using namespace troupe::testing::counting;
using namespace std::chrono_literals;

namespace {

struct chatter {
  std::string text;
  TROUPE_FIELDS(text)
};
struct tallier_config {
  bool refuse = false; ///< Another configuration.
  bool draws = false;
  TROUPE_FIELDS(refuse, draws)
};
struct tallier_state {
  std::int64_t sum = 0;
  std::int64_t luck = 0;
  std::int64_t changes = 0;
  std::vector<std::string> seen;
  TROUPE_FIELDS(sum, luck, changes, seen)
};

/// Hears totals, draws lots, looks at its children, takes configurations in place.
class tallier : public service<tallier, tallier_config, tallier_state> {
public:
  using hears = messages<total, add, have_child, remind_me, chatter>;
  static constexpr bool takes_configuration = true;
  const service_kind& kind() const override;
  void configuration_changed() override {
    if (config().refuse)
      throw std::runtime_error("not with this one");
  }
  void on(const total& x) {
    state().sum += x.value;
    if (config().draws)
      state().luck += static_cast<std::int64_t>(random() % 1000 + random() % 1000);
  }
  void on(const chatter& x) { state().sum += static_cast<std::int64_t>(x.text.size()); }
  void on(const add&) {
    state().seen = children();
    state().luck += outside("dice", [] { return std::int64_t{4}; });
  }
  void on(const have_child& x) { start_child(x.spec); }
  void on(const remind_me& x) {
    tell(at("/a"), add{1});
    remind("k", std::chrono::seconds{x.seconds}, add{7});
    tell(at("/a"), add{2});
  }
};

const service_kind tallier_kind = make_kind<tallier>("tallier", "adds totals up");
const service_kind& tallier::kind() const {
  return tallier_kind;
}

/// What a later program may have made of a counter.
enum class change { none, counts, says, says_more, fails, fails_otherwise, draws, starts };
change changed = change::none; // of the kind below; each test sets it

class other_counter : public service<other_counter, counter_config, counter_state> {
public:
  using hears = counter::hears;
  const service_kind& kind() const override;
  void started() override { tell(config().told, total{0, config().step}); }
  bool stopping() override {
    tell(config().told, total{-1, config().step});
    return !config().stays;
  }
  void on(const add& x) {
    state().sum += x.amount * config().step;
    if (changed == change::counts && x.amount == 7)
      state().sum++;
    if (changed == change::fails && x.amount == 7)
      throw std::runtime_error("seven");
    if (changed == change::draws && x.amount == 7)
      state().sum += static_cast<std::int64_t>(random() % 2);
  }
  void on(const break_down& x) {
    throw std::runtime_error(changed == change::fails_otherwise ? "otherwise" : x.why);
  }
  void on(const say_total& x) {
    tell(x.to, total{state().sum + (changed == change::says ? 1 : 0), config().step});
    if (changed == change::says_more)
      tell(x.to, total{});
  }
  void on(const remind_me& x) { remind("r", std::chrono::seconds{x.seconds}, reminded{}); }
  void on(const reminded&) { state().reminders++; }
  void on(const leave&) { finish({}); }
  void on(const have_child& x) {
    auto spec = x.spec;
    if (changed == change::starts)
      spec.mailbox_max++;
    start_child(spec);
  }
};

const service_kind other_counter_kind = make_kind<other_counter>("counter", "adds up otherwise");
const service_kind& other_counter::kind() const {
  return other_counter_kind;
}

struct replay_stage : counting_stage {
  replay_stage() {
    kinds.add(tallier_kind);
    prepare();
    sys().journal().record_to(sink);
    others.add(tallier_kind);
    others.add(other_counter_kind);
    changed = change::none;
  }
  static child_spec t_with(tallier_config config) { return child_of("t", "tallier", config); }
  /// "/a" counts, "/t" hears its totals.
  void begin(tallier_config config = {}) {
    start_with({t_with(config), counter_child("a", {.step = 2, .told = at("/t")})});
  }
  void say(std::string_view path, any_message what) {
    tell(path, std::move(what));
    run();
  }
  void say_all_sorts() {
    for (int i = 1; i < 300; ++i)
      say("/a", add{i % 11});
    say("/a", say_total{at("/t")});
    say("/t", add{1});
  }
  const std::vector<journal_frame>& frames() {
    sys().journal().flush();
    return sink->frames;
  }
  kept_record record(std::uint64_t order) {
    for (auto& one : records_of(frames()))
      if (one.order == order)
        return one;
    FAIL("no such record");
    return {};
  }
  /// Feeds all from this frame on: what differs first.
  std::optional<divergence> play(replay& again, std::size_t from = 0) {
    for (auto i = from; i < frames().size(); ++i)
      for (frame_reader reader{frames()[i]}; reader.next();)
        if (auto found = again.feed(reader.kind(), reader.head(), reader.body()))
          return found;
    return std::nullopt;
  }
  /// Plays it again with the same program: nothing differs, and the states are those at the end.
  void check_again() {
    replay again{kinds};
    auto found = play(again);
    CHECK_MESSAGE(!found, found->cell, " ", found->doing, ": ", found->what, ": ",
                  print(found->recorded), " / ", print(found->now));
    CHECK(again.known().size() >= 2);
    for (const auto& path : again.known())
      CHECK(again.find(path)->service()->state_json() == state_of(path));
    figures = again.count();
  }
  std::optional<divergence> play_otherwise(change how) {
    changed = how;
    replay again{others};
    return play(again);
  }

  kind_registry others;
  std::shared_ptr<memory_journal> sink = std::make_shared<memory_journal>();
  replay::figures figures;
};

} // namespace

TEST_SUITE("replay") {

TEST_CASE_FIXTURE(replay_stage, "what is played again is as it was recorded") {
  begin();
  say_all_sorts();
  check_again();
  CHECK(figures.turns > 300);
  CHECK(figures.messages >= 302);
  CHECK(figures.compared >= 2); // the totals that "/a" said
  CHECK(figures.digests > 0);
  CHECK(figures.passed_over == 0);
}

TEST_CASE_FIXTURE(replay_stage, "a service that does the same in another way is not told from it") {
  begin();
  say_all_sorts();
  CHECK(!play_otherwise(change::none));
}

TEST_CASE_FIXTURE(replay_stage, "another message is found where it is taken, with both sides") {
  begin();
  say_all_sorts();
  auto found = play_otherwise(change::says);
  REQUIRE(found);
  CHECK(found->cell == "/t");
  CHECK(found->doing == type_name<total>());
  CHECK(found->what.starts_with("what turn "));
  auto total_of_a = sum("/a");
  CHECK(found->recorded.at("fields").at("value").as_int64() == total_of_a);
  CHECK(found->now.at("fields").at("value").as_int64() == total_of_a + 1);
  auto taken = record(found->order);
  CHECK(taken.cell == "/t");
  CHECK(taken.at == found->at);
  CHECK(record(taken.cause.turn).doing == type_name<say_total>());
}

TEST_CASE_FIXTURE(replay_stage, "another state is found by its digest") {
  begin();
  say_all_sorts();
  auto found = play_otherwise(change::counts);
  REQUIRE(found);
  CHECK(found->cell == "/a");
  CHECK(found->what == "its state is another");
  CHECK(record(found->order).kind == record_kind::digest);
  CHECK(found->now.at("sum").as_int64() > 0);
  // The first digest behind the first seven.
  auto all = records_of(frames());
  std::uint64_t first = 0;
  bool seven = false;
  for (const auto& one : all) {
    if (one.cell == "/a" && one.doing == type_name<add>()) {
      auto turn = get_turn(one.body).value();
      seven = seven || decode<add>(turn.message.value().data).value().amount == 7;
    }
    if (seven && first == 0 && one.cell == "/a" && one.kind == record_kind::digest)
      first = one.order;
  }
  CHECK(found->order == first);
}

TEST_CASE_FIXTURE(replay_stage, "what a turn does otherwise is found in that turn") {
  begin();
  say("/a", add{3});
  say("/a", add{7});
  say("/a", say_total{at("/t")});
  say("/a", have_child{counter_child("c")});
  say("/a", break_down{"boom"});
  struct {
    change how;
    std::string_view doing, what, recorded, now;
  } cases[] = {
    {change::fails, type_name<add>(), "how it ended", "returned", "failed: seven"},
    {change::fails_otherwise, type_name<break_down>(), "how it ended", "failed: boom",
     "failed: otherwise"},
    {change::draws, type_name<add>(), "whether it draws from chance", "it does not", "it draws"},
    {change::says_more, type_name<say_total>(), "how many messages it says", "", ""},
    {change::starts, type_name<have_child>(), "what it does to the outside", "", ""},
  };
  for (const auto& one : cases) {
    CAPTURE(one.doing);
    auto found = play_otherwise(one.how);
    REQUIRE(found);
    CHECK(found->cell == "/a");
    CHECK(found->doing == one.doing);
    CHECK(found->what == one.what);
    auto record_found = record(found->order);
    CHECK(record_found.doing == one.doing);
    CHECK(record_found.cell == "/a");
    CHECK(found->recorded != found->now);
    if (!one.recorded.empty()) {
      CHECK(found->recorded.as_string() == one.recorded);
      CHECK(found->now.as_string() == one.now);
    }
    if (one.doing == type_name<add>()) {
      auto turn = get_turn(record_found.body).value();
      CHECK(decode<add>(turn.message.value().data).value().amount == 7);
    }
  }
}

TEST_CASE_FIXTURE(replay_stage, "without check what differs between services is carried on") {
  begin();
  say("/a", say_total{at("/t")});
  changed = change::says;
  replay again{others, false};
  CHECK(!play(again));
  CHECK(again.find("/t")->service()->state_json().at("sum").as_int64() == 1);
}

TEST_CASE_FIXTURE(replay_stage, "a service that fails and is built anew is played") {
  begin();
  say("/a", add{5});
  say("/a", break_down{"boom"});
  say("/a", add{6});
  say("/t", add{1});
  CHECK(at("/a").at()->restarts.load() == 1);
  CHECK(control("/a", crash_service{"on purpose", "k"}).ok);
  run();
  say("/a", add{1});
  CHECK(control("/a", restart_service{"k"}).ok);
  run();
  say("/a", add{2});
  say("/a", say_total{at("/t")});
  check_again();
}

TEST_CASE_FIXTURE(replay_stage, "a swap hands the state over in the replay, too") {
  begin();
  say("/a", add{5});
  CHECK(control("/a", swap_service{counter_child("a", {.step = 100, .told = at("/t")}), "k"}).ok);
  say("/a", add{5});
  say("/a", say_total{at("/t")});
  CHECK(sum("/a") == 510);
  check_again();
}

TEST_CASE_FIXTURE(replay_stage, "a swap that is undone leaves the predecessor") {
  begin();
  say("/a", add{5});
  auto refusing = counter_child("a", {.step = 9, .refuse_to_start = true, .told = at("/t")});
  CHECK(!control("/a", swap_service{refusing, "k"}).ok);
  say("/a", add{1});
  say("/a", say_total{at("/t")});
  CHECK(sum("/a") == 12);
  check_again();
}

TEST_CASE_FIXTURE(replay_stage, "a configuration that is taken in place is played") {
  begin();
  say("/a", say_total{at("/t")});
  CHECK(control("/t", swap_service{t_with({.draws = true}), "k"}).ok);
  say("/a", add{2});
  say("/a", say_total{at("/t")});
  CHECK(state_of("/t").at("luck").as_int64() > 0);
  // One that is refused, and one that is offered and never taken.
  CHECK(!control("/t", swap_service{t_with({.refuse = true}), "k"}).ok);
  say("/a", say_total{at("/t")});
  CHECK(control("/t", prepare_member{4, t_with({}), false, "k"}).ok);
  CHECK(control("/t", cancel_member{4, "k"}).ok);
  say("/a", say_total{at("/t")});
  check_again();
}

TEST_CASE_FIXTURE(replay_stage, "reminders come when they came") {
  begin();
  say("/a", remind_me{5});
  say("/a", add{1});
  advance(10s);
  say("/a", remind_me{3600});
  say("/a", remind_me{1});
  advance(2s);
  check_again();
  CHECK(state_of("/a").at("reminders").as_int64() == 2);
}

TEST_CASE_FIXTURE(replay_stage, "a reminder is found among what its turn said") {
  begin();
  say("/t", remind_me{5});
  advance(6s);
  CHECK(state_of("/t").at("luck").as_int64() == 4);
  check_again();
  std::vector<std::uint64_t> places;
  for (const auto& one : records_of(frames()))
    if (one.doing == type_name<add>())
      places.push_back(one.cause.place);
  CHECK(places == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(figures.compared >= 3);
}

TEST_CASE_FIXTURE(replay_stage, "a turn that draws no more is found, whoever drew before") {
  begin({.draws = true});
  say("/a", say_total{at("/t")});
  replay again{kinds};
  CHECK(!play(again));
  bytes turn;
  put_message(turn, encode(remind_me{1}), true);
  put_chance(turn, 5);
  put_said(turn, 3);
  auto found = again.feed(record_kind::turn, {1000, {}, "/t", type_name<remind_me>(), {}, {}},
                          turn);
  REQUIRE(found);
  CHECK(found->what == "whether it draws from chance");
  CHECK(found->recorded.as_string() == "it drew");
  CHECK(found->order == 1000);
}

TEST_CASE_FIXTURE(replay_stage, "a flood is left out, and its cell is known again behind it") {
  begin();
  std::string text(1 << 20, 'x');
  for (int i = 0; i < 20; ++i)
    say("/t", chatter{text});
  advance(1500ms);
  say("/t", add{1});
  say("/a", say_total{at("/t")});
  int left_out = 0, states = 0;
  for (const auto& one : records_of(frames())) {
    if (one.kind == record_kind::turn && get_turn(one.body).value().left_out)
      ++left_out;
    if (one.kind == record_kind::seat && one.doing == seats::state && one.cell == "/t" && left_out)
      ++states;
  }
  CHECK(left_out > 0);
  CHECK(left_out < 20);
  CHECK(states == 1);
  check_again();
  CHECK(figures.passed_over >= static_cast<std::uint64_t>(left_out));
}

TEST_CASE_FIXTURE(replay_stage, "chance falls as it fell") {
  begin({.draws = true});
  for (int i = 0; i < 20; ++i) {
    say("/a", add{i});
    say("/a", say_total{at("/t")});
  }
  CHECK(state_of("/t").at("luck").as_int64() > 0);
  check_again();
}

TEST_CASE_FIXTURE(replay_stage, "children and what is outside answer as they answered") {
  begin();
  say("/t", add{1});
  say("/t", have_child{counter_child("one")});
  say("/t", add{1});
  CHECK(state_of("/t").at("seen").as_array().size() == 1);
  CHECK(state_of("/t").at("luck").as_int64() == 8);
  check_again();
}

TEST_CASE_FIXTURE(replay_stage, "a cell that has ended is forgotten") {
  begin();
  auto passing = counter_child("one");
  passing.restart = restart_policy::temporary;
  say("/t", have_child{passing});
  say("/t/one", add{1});
  say("/t/one", leave{});
  CHECK(records_of(frames()).back().doing == seats::gone);
  replay again{kinds};
  CHECK(!play(again));
  CHECK(again.find("/t/one") == nullptr);
  CHECK(again.count().passed_over == 0);
  CHECK(again.find("/t") != nullptr);
}

TEST_CASE_FIXTURE(replay_stage, "a replay may begin at a later epoch") {
  begin({.draws = true});
  say("/a", remind_me{60});
  say_all_sorts();
  tell("/a", say_total{at("/t")});
  run_turns(1); // what was said before is taken behind it
  sink->verdicts = {frame_sink::verdict::begins_anew};
  auto frames_before = frames().size();
  REQUIRE(frames_before == 1);
  say("/a", add{8});
  advance(61s);
  say_all_sorts();
  REQUIRE(frames().size() == 2);
  check_again();

  replay later{kinds};
  auto found = play(later, 1);
  CHECK_MESSAGE(!found, found->cell, " ", found->doing, ": ", found->what);
  for (const char* path : {"/a", "/t"}) {
    REQUIRE(later.find(path));
    CHECK(later.find(path)->service()->state_json() == state_of(path));
  }
  CHECK(later.count().passed_over == 0);
  CHECK(later.count().turns > 300);
}

TEST_CASE_FIXTURE(replay_stage, "what was forgotten is passed over until its state comes again") {
  begin();
  say("/a", add{1});
  sink->verdicts = {frame_sink::verdict::begins_anew};
  frames();
  say("/a", add{2});
  replay again{kinds};
  auto passed = again.count().passed_over;
  CHECK(passed == 0);
  CHECK(!play(again, 1));
  again.forget();
  CHECK(again.known().empty());
  auto last = records_of(frames()).back();
  record_head head{last.order + 1, last.at, "/a", type_name<add>(), "/test", {}};
  bytes turn;
  put_message(turn, encode(add{1}), true);
  CHECK(!again.feed(record_kind::turn, head, turn));
  CHECK(again.count().passed_over == 1);
}

TEST_CASE_FIXTURE(replay_stage, "a turn that was left out makes its cell unknown") {
  begin();
  say("/a", add{1});
  replay again{kinds};
  CHECK(!play(again));
  REQUIRE(again.find("/a"));
  bytes turn;
  put_left_out(turn);
  CHECK(!again.feed(record_kind::turn, {1000, {}, "/a", type_name<add>(), {}, {}}, turn));
  CHECK(again.find("/a") == nullptr);
  CHECK(again.find("/t") != nullptr);
}

} // TEST_SUITE
