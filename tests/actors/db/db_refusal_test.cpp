#include "tests/support/scribe_stage.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;
using namespace troupe::testing::scribing;
using namespace std::chrono_literals;
using ids = std::vector<std::int64_t>;

namespace {

/// Refuses the first commit of five notes, in commits of so many transactions, does `what` to `/db`
/// after so many turns, and lets everything go on.
template <class Command>
void interfere(std::int64_t turns, std::int64_t together, Command what) {
  CAPTURE(turns);
  CAPTURE(together);
  scribe_stage stage;
  stage.db_transactions_max = together;
  stage.begin();
  stage.gate.refuse_next = 1;
  for (std::int64_t id = 1; id <= 3; ++id)
    stage.tell_note(id);
  stage.run_until_tried(1);
  stage.tell_note(4);
  stage.tell_note(5);
  stage.run_turns(static_cast<std::size_t>(turns));
  CHECK(stage.control("/db", what).ok);
  stage.flush();
  CHECK(stage.written() == ids{1, 2, 3, 4, 5});
  CHECK(stage.known() == ids{1, 2, 3, 4, 5});
  CHECK(stage.state_of("/db").at("fenced").as_array().empty());
  CHECK_FALSE(stage.state_of("/db").at("backing_off").as_bool());
}

} // namespace

TEST_SUITE("db refusals") {

  TEST_CASE("owners survive refusals when /db is restarted") {
    for (std::int64_t turns = 0; turns < 10; ++turns)
      interfere(turns, 512, restart_service{});
  }

  TEST_CASE("owners survive refusals when /db fails") {
    for (std::int64_t turns = 0; turns < 10; ++turns)
      interfere(turns, 512, crash_service{"sabotage", {}});
  }

  // A /db that is built again does not know whom its predecessor fenced: what such an owner had
  // sent before it heard of its refusal, and waits in the mailbox, is stored without what it builds
  // on. It fails as long as that is so.
  TEST_CASE("owners survive refusals when /db fails while an owner's later transactions wait there"
            * doctest::should_fail()) {
    for (std::int64_t turns = 0; turns < 4; ++turns)
      for (std::int64_t together : {1, 2})
        interfere(turns, together, crash_service{"sabotage", {}});
  }

  TEST_CASE("owners survive refusals when /db is swapped") {
    for (std::int64_t turns = 0; turns < 10; ++turns)
      for (std::int64_t together : {1, 2, 512})
        interfere(turns, together, swap_service{});
  }

  TEST_CASE_FIXTURE(
      scribe_stage,
      "each owner hears of refusals once, however many of its transactions were refused") {
    begin({"other"});
    gate.refuse_next = 1;
    for (std::int64_t id = 1; id <= 3; ++id)
      tell_note(id);
    send("/other", note{4, false, false, {}});
    advance(1s);
    CHECK(restarts() == 1);
    CHECK(restarts("/other") == 1);
    CHECK(stored() == ids{1, 2, 3, 4});
  }

  // Its owner had asked for the store before the refusal, and begins again without another
  // question.
  TEST_CASE_FIXTURE(scribe_stage, "leave no owner fenced that begins again") {
    begin({"other"});
    gate.refuse_next = 2;
    send("/other", note{9, false, false, {}});
    run(); // the store backs off: what comes now is pending
    tell_note(1);
    send(path, tear_page{});
    send(path, note{2, false, false, address_of("/ear")});
    advance(1s);
    CHECK(refused().empty());
    CHECK(stored() == ids{1, 2, 9});
    auto all = handled();
    std::sort(all.begin(), all.end());
    CHECK(all == ids{1, 1, 2, 9, 9});
    CHECK(figure("refusals") == 2);
  }

  TEST_CASE_FIXTURE(scribe_stage, "of a store that fails are few: nobody spins") {
    begin({"other"});
    gate.refuses = true;
    tell_note(1);
    send("/other", note{2, false, false, {}});
    advance(60s);
    CHECK(gate.tried >= 60);
    CHECK(gate.tried <= 241); // every 250 ms
    auto handled_then = handled().size();
    CHECK(handled_then <= 2 * 242);
    gate.refuses = false;
    advance(250ms);
    CHECK(stored() == ids{1, 2});
    CHECK(written().size() == 2);
    advance(10s);
    CHECK(handled().size() <= handled_then + 2);
    auto complaints = std::count_if(log_lines.begin(), log_lines.end(), [](const auto& line) {
      return line.find("commit failed") != std::string::npos;
    });
    CHECK(complaints == 1);
    CHECK(logged("the store takes writes again"));
    CHECK(running("/db"));
  }

  TEST_CASE_FIXTURE(scribe_stage, "let the store rest for 250 ms, and what comes meanwhile waits") {
    begin({"other"});
    gate.refuse_next = 1;
    tell_note(1);
    run();
    send("/other", note{2, false, false, {}});
    run();
    advance(249ms);
    CHECK(gate.tried == 1);
    CHECK(stored().empty());
    CHECK(state_of("/db").at("backing_off").as_bool());
    advance(1ms);
    CHECK(gate.stored >= 1);
    advance(1ms);
    CHECK(stored() == ids{1, 2});
    CHECK(restarts("/other") == 0);
  }
}
