// Services whose events are recorded and played again, another program's version of one of them,
// and a stage that records into memory: what tests of the replay are made of.
#pragma once

#include <functional>

#include "runtime/replay/replay.hpp"
#include "tests/support/counting_stage.hpp"
#include "tests/support/memory_journal.hpp"

namespace troupe::testing {

namespace counting {

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
  std::vector<std::string> seen;
  TROUPE_FIELDS(sum, luck, seen)
};

/// What happens elsewhere while a tallier passes something on.
inline std::function<void()> meanwhile;

/// Hears totals, draws lots, looks at its children, takes configurations in place.
class tallier : public service<tallier, tallier_config, tallier_state> {
public:
  using hears = messages<total, add, have_child, remind_me, chatter>;
  static constexpr bool takes_configuration = true;
  static const service_kind& static_kind();
  void config_changed() override {
    if (config().refuse)
      throw std::runtime_error("not with this one");
  }
  void on(const total& x) {
    state().sum += x.value;
    if (config().draws)
      state().luck += static_cast<std::int64_t>(random() % 1000 + random() % 1000);
  }
  void on(const chatter& x) {
    state().sum += static_cast<std::int64_t>(x.text.size());
    if (x.text != "pass it on")
      return;
    if (meanwhile)
      meanwhile();
    send(address_of("/u"), chatter{std::string(2 * by_value_bytes_max, 'u')});
  }
  void on(const add&) {
    state().seen = children();
    state().luck += outside("dice", [] { return std::int64_t{4}; });
  }
  void on(const have_child& x) { start_child(x.spec); }
  void terminate(const std::string& reason) override { send(address_of("/u"), chatter{reason}); }
  void on(const remind_me& x) {
    send(address_of("/a"), add{1});
    start_timer("k", std::chrono::seconds{x.seconds}, add{7});
    send(address_of("/a"), add{2});
  }
};

const service_kind& tallier_kind();

/// What a later program may have made of a counter.
enum class change { none, counts, says, says_more, fails, fails_otherwise, draws, starts };
/// Of the kind below; each test sets it.
inline change changed = change::none;

class other_counter : public service<other_counter, counter_config, counter_state> {
public:
  using hears = counter::hears;
  static const service_kind& static_kind();
  void init() override { send(config().told, total{0, config().step}); }
  bool shutdown_requested() override {
    send(config().told, total{-1, config().step});
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
    send(x.to, total{state().sum + (changed == change::says ? 1 : 0), config().step});
    if (changed == change::says_more)
      send(x.to, total{});
  }
  void on(const remind_me& x) { start_timer("r", std::chrono::seconds{x.seconds}, reminded{}); }
  void on(const reminded&) { state().reminders++; }
  void on(const leave&) { finish({}); }
  void on(const have_child& x) {
    auto spec = x.spec;
    if (changed == change::starts)
      spec.mailbox_max++;
    start_child(spec);
  }
};

const service_kind& other_counter_kind();

} // namespace counting

struct replay_stage : counting_stage {
  replay_stage() {
    kinds.add(counting::tallier_kind());
    prepare();
    sys().journal().record_to(sink);
    others.add(counting::tallier_kind());
    others.add(counting::other_counter_kind());
    counting::changed = counting::change::none;
    counting::meanwhile = nullptr;
  }
  static runtime::child_spec t_with(counting::tallier_config config) {
    return runtime::child_of("t", "tallier", config);
  }
  /// "/a" counts, "/t" hears its totals.
  void begin(counting::tallier_config config = {}) {
    start_with(
        {t_with(config), counting::counter_child("a", {.step = 2, .told = address_of("/t")})});
  }
  void say(std::string_view path, runtime::any_message what) {
    send(path, std::move(what));
    run();
  }
  void say_all_sorts() {
    for (int i = 1; i < 300; ++i)
      say("/a", counting::add{i % 11});
    say("/a", counting::say_total{address_of("/t")});
    say("/t", counting::add{1});
  }
  const std::vector<runtime::journal_frame>& frames() {
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
  std::optional<runtime::divergence> play(runtime::replay& again, std::size_t from = 0) {
    for (auto i = from; i < frames().size(); ++i)
      for (runtime::frame_reader reader{frames()[i]}; reader.next();)
        if (auto found = again.feed(reader.kind(), reader.head(), reader.body()))
          return found;
    return std::nullopt;
  }
  /// Plays it again with the same program: nothing differs, and the states are those at the end.
  void check_again() {
    runtime::replay again{kinds};
    auto found = play(again);
    CHECK_MESSAGE(!found, found->cell, " ", found->doing, ": ", found->what, ": ",
                  print(found->recorded), " / ", print(found->now));
    CHECK(again.known().size() >= 2);
    for (const auto& path : again.known())
      CHECK(again.find(path)->service()->state_json() == state_of(path));
    figures = again.count();
  }
  std::optional<runtime::divergence> play_otherwise(counting::change how) {
    counting::changed = how;
    runtime::replay again{others};
    return play(again);
  }

  runtime::kind_registry others;
  std::shared_ptr<memory_journal> sink = std::make_shared<memory_journal>();
  runtime::replay::figures figures;
};

} // namespace troupe::testing
