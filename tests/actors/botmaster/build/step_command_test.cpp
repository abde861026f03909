#include "actors/botmaster/build/step_command.hpp"

#include <doctest/doctest.h>

#include "runtime/secrets/vault.hpp"

using namespace troupe;
using namespace troupe::botmaster;
using namespace std::chrono_literals;
using workers::datum;
using workers::transfer_method;

namespace {

/// A command of step 3 that has begun, with its logs.
struct command_case {
  instant now{std::chrono::seconds{1'700'000'000}};
  runtime::vault secrets;
  unsaved out;
  std::vector<growing_log> kept;
  step_command command;

  step_logs logs() { return {kept, step_id{3}, {}, handling{now, {}, {}, secrets, out}}; }
  workers::start_command begin(datum args, bool lazy = false) {
    steps::command_request what;
    what.name = "shell";
    what.args = std::move(args);
    what.collect_stdout = true;
    what.logfiles = {{"watched", "path"}};
    what.lazy_logfiles = lazy;
    auto order = command.begin("7.1", std::move(what), "b1", {}, now);
    auto open = logs();
    command.open_logs(open);
    return order;
  }
  void update(const std::string& key, const datum& value) {
    auto open = logs();
    command.update(key, value, now, open);
  }
};

} // namespace

TEST_SUITE("step commands") {

  TEST_CASE_FIXTURE(command_case, "the arguments leave with the order, their limits are kept") {
    auto args = datum::map({{"timeout", datum::integer(20)}, {"maxTime", datum::integer(0)}});
    auto order = begin(args);
    CHECK(order.args == args);
    CHECK(order.id == "7.1");
    CHECK(command.request.args == datum::none());
    CHECK(command.timeout == span{20s});
    CHECK_FALSE(command.max_time);
  }

  TEST_CASE_FIXTURE(command_case, "logs are opened at the beginning unless they are lazy") {
    begin({}, true);
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].record.name == "stdio");
    update("log", datum::list({datum::text("watched"), datum::text("line\n")}));
    REQUIRE(kept.size() == 2);
    CHECK(kept[1].lines == "oline\n");
  }

  TEST_CASE_FIXTURE(command_case, "output goes to its channel, and is collected if wanted") {
    begin({});
    update("stdout", datum::text("out\n"));
    update("stderr", datum::raw("err\n"));
    update("rc", datum::integer(2));
    CHECK(kept[0].lines == "oout\neerr\nhprogram finished with exit code 2\n");
    CHECK(command.outcome.out == "out\n");
    CHECK(command.outcome.err.empty());
    CHECK(command.outcome.rc == 2);
    CHECK(command.last_output == now);
  }

  TEST_CASE_FIXTURE(command_case, "an update of any other key is kept for the step") {
    begin({});
    update("files", datum::list({datum::text("a")}));
    CHECK(command.outcome.updates.at("files").items().size() == 1);
  }

  TEST_CASE_FIXTURE(command_case, "updates are acknowledged once") {
    CHECK_FALSE(command.acknowledge());
    command.updates = 2;
    CHECK(command.acknowledge()->calls == 2);
    CHECK_FALSE(command.acknowledge());
  }

  TEST_CASE_FIXTURE(command_case, "the worker is told once to end it") {
    CHECK(command.interrupt("why", now)->why == "why");
    CHECK_FALSE(command.interrupt("again", now));
    command.complete({command.id, true, "killed"});
    CHECK(command.outcome.interrupted);
    CHECK(command.outcome.failure == "killed");
  }

  TEST_CASE_FIXTURE(command_case, "each transfer is answered once") {
    command.calls = {{5, transfer_method::read}, {6, transfer_method::write}};
    CHECK(command.answer(5, datum::raw("data"))->value == datum::raw("data"));
    CHECK_FALSE(command.answer(5, datum::raw("data")));
    command.calls.emplace(7, transfer_method::read);
    auto rest = command.give_up_calls();
    REQUIRE(rest.size() == 2);
    CHECK(rest[0].value == datum::none());
    CHECK(rest[1].value == datum::raw({}));
    CHECK(command.give_up_calls().empty());
  }
}
