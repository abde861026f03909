#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/peer_stage.hpp"
#include "tools/players/faults.hpp"
#include "tools/players/recorded_responses.hpp"
#include "tools/players/timeline.hpp"

using namespace troupe;
using namespace troupe::players;
using namespace std::chrono_literals;
using wire::jelly;

namespace {

jelly command_line(std::initializer_list<const char*> all) {
  jelly::list_type items;
  for (auto one : all)
    items.push_back(jelly::text(one));
  auto args = jelly::dictionary();
  args.add("command", jelly::list(std::move(items)));
  args.add("workdir", jelly::text("build"));
  return args;
}

recorded_call says(span after, std::string text) {
  auto what = jelly::dictionary();
  what.add("stdout", jelly::text(std::move(text)));
  return {after, "", "update", {jelly::list({jelly::list({what, jelly::integer(0)})})}};
}

recorded_command worker_command(jelly args, std::string text) {
  recorded_command made;
  made.builder = "b";
  made.name = "shell";
  made.args = std::move(args);
  made.calls = {says(2s, std::move(text)), {4s, "", "complete", {jelly::none()}}};
  made.ended = true;
  return made;
}

std::string text_of(const recorded_command* x) {
  return *x->calls[0].args[0].items()[0].items()[0].find("stdout")->as_text();
}

struct replayed_worker {
  recording of;
  double speed = 1;
  recorded_responses responses{of};
  peers::worker_tally count;
  recorded_strategy strategy{jelly::none(), speed, responses, count};
  peers::worker worker{{"w1", "pass"}, strategy, count};
};

/// A replayed worker and its master.
struct dialogue : replayed_worker, testing::broker_master {
  explicit dialogue(recording from, double at_speed = 1)
    : replayed_worker{std::move(from), at_speed}, broker_master{worker} {
    worker.connected(0s);
  }
};

using names = std::vector<std::string>;

} // namespace

TEST_SUITE("players") {

  TEST_CASE(
      "a command is answered with recorded responses to the same arguments, in order, cyclically") {
    recording of;
    of.commands = {worker_command(command_line({"make", "all"}), "one"),
                   worker_command(command_line({"make", "check"}), "two"),
                   worker_command(command_line({"make", "all"}), "three")};
    recorded_responses responses{of};
    recorded_responses::positions mine, others;
    auto next = [&](jelly args, recorded_responses::positions& at) {
      return responses.next("b", "shell", args, at);
    };
    CHECK(text_of(next(command_line({"make", "all"}), mine).how) == "one");
    CHECK(text_of(next(command_line({"make", "all"}), mine).how) == "three");
    CHECK(text_of(next(command_line({"make", "all"}), mine).how) == "one");
    CHECK(text_of(next(command_line({"make", "all"}), others).how) == "one");
    CHECK(next(command_line({"make", "check"}), mine).why == fit::same);
    auto near = next(command_line({"make", "check", "REV=2"}), mine);
    CHECK(near.why == fit::nearest);
    CHECK(text_of(near.how) == "two");
    CHECK(responses.next("other", "shell", command_line({"make"}), mine).why == fit::none);
  }

  TEST_CASE("an interrupted command is replayed only if no other was recorded") {
    recording of;
    of.commands = {worker_command(command_line({"make"}), "stopped"),
                   worker_command(command_line({"make"}), "whole"),
                   worker_command(command_line({"wait"}), "alone")};
    of.commands[0].interrupted = of.commands[2].interrupted = true;
    recorded_responses responses{of};
    recorded_responses::positions at;
    for (int i = 0; i < 3; ++i)
      CHECK(text_of(responses.next("b", "shell", command_line({"make"}), at).how) == "whole");
    CHECK(text_of(responses.next("b", "shell", command_line({"wait"}), at).how) == "alone");
  }

  TEST_CASE("a replayed worker keeps a command's delays, divided by the speed") {
    recording of;
    of.commands = {worker_command(command_line({"make"}), "hello\n")};
    dialogue talk{of, 2};
    auto builder = talk.attach_builder();
    CHECK(talk.worker.is_attached());
    talk.start(builder, "shell", command_line({"make"}), 10s);
    CHECK(talk.calls.empty());
    CHECK(talk.worker.wakes_at() == span{11s});
    talk.wake(10999ms);
    CHECK(talk.calls.empty());
    talk.wake(11s);
    CHECK(talk.methods() == names{"update"});
    CHECK(talk.calls[0].args == of.commands[0].calls[0].args);
    talk.wake(12s);
    CHECK(talk.methods() == names{"update", "complete"});
    CHECK(!talk.worker.is_busy());
    talk.answer(talk.calls[1], jelly::none(), 12s);
    CHECK(talk.count.completed == 1);
  }

  TEST_CASE("a replayed command that is interrupted ends at once, as a killed one") {
    recording of;
    of.commands = {worker_command(command_line({"make"}), "hello\n")};
    dialogue talk{of};
    auto builder = talk.attach_builder();
    talk.start(builder, "shell", command_line({"make"}), 10s);
    talk.call(builder, "interruptCommand", {jelly::text("1"), jelly::text("stop")}, 11s);
    CHECK(talk.methods() == names{"update", "complete"});
    CHECK(talk.calls[0].args[0].items()[0].items()[0].find("rc")->as_int() == -1);
    CHECK(talk.count.interrupted == 1);
  }

  TEST_CASE("a replayed download reads to the end of the file, whatever the recorded length") {
    recorded_command down;
    down.builder = "b";
    down.name = "downloadFile";
    down.args = jelly::dictionary();
    auto read = [] { return recorded_call{0s, "reader", "read", {jelly::integer(100)}}; };
    down.calls = {
        read(), read(), {0s, "reader", "close", {}}, {0s, "", "complete", {jelly::none()}}};
    down.ended = true;
    recording of;
    of.commands = {down};
    for (int blocks : {0, 1, 5}) {
      dialogue talk{of};
      auto builder = talk.attach_builder();
      auto args = jelly::dictionary();
      args.add("reader", jelly::own("1/reader"));
      talk.start(builder, "downloadFile", args, 1s);
      for (int i = 0; i <= blocks; ++i) {
        REQUIRE(talk.calls.back().method == "read");
        talk.answer(talk.calls.back(), jelly::raw(i < blocks ? "block" : ""), 1s);
      }
      REQUIRE(talk.calls.back().method == "close");
      talk.answer(talk.calls.back(), jelly::none(), 1s);
      CHECK(talk.calls.back().method == "complete");
      CHECK(talk.calls.size() == static_cast<std::size_t>(blocks) + 3);
    }
  }

  TEST_CASE("a worker that is told to shut down disconnects") {
    dialogue talk{{}};
    auto bot = talk.attach();
    REQUIRE(talk.broker.call(bot, "shutdown", {}, {}, "t", talk.out));
    CHECK(talk.worker.take(talk.out, 1s)); // its answer is on its way
    talk.worker.out().clear();
    CHECK(!talk.worker.wake(1s));
    CHECK(talk.worker.was_shut_down());
    CHECK(!talk.worker.was_shut_down());
  }

  TEST_CASE("a timeline has each event once per copy, by time, and each reconfiguration once") {
    recording of;
    of.workers["w1"].presences = {{0s, {}}, {1s, 5s}, {8s, {}}};
    of.changes.resize(1);
    of.changes[0].at = 4s;
    of.settings.resize(2);
    of.settings[1].at = 6s;
    of.length = 10s;
    auto timeline = make_timeline(of, {.copies = 3, .speed = 2, .seed = 1});
    auto count = [&](event_kind what) {
      return std::count_if(timeline.begin(), timeline.end(),
                           [&](const scheduled_event& x) { return x.what == what; });
    };
    CHECK(count(event_kind::attach) == 6); // a worker that the master dropped reconnects by itself
    CHECK(count(event_kind::leave) == 3);
    CHECK(count(event_kind::change) == 3);
    CHECK(count(event_kind::reconfigure) == 1);
    CHECK(std::is_sorted(
        timeline.begin(), timeline.end(),
        [](const scheduled_event& a, const scheduled_event& b) { return a.at < b.at; }));
    auto original = std::find_if(timeline.begin(), timeline.end(), [](const scheduled_event& x) {
      return x.what == event_kind::change && x.copy == 1;
    });
    CHECK(original->at == 2s);
    auto other = make_timeline(of, {.copies = 3, .speed = 2, .seed = 2});
    CHECK(!std::equal(
        timeline.begin(), timeline.end(), other.begin(), other.end(),
        [](const scheduled_event& a, const scheduled_event& b) { return a.at == b.at; }));
  }

  TEST_CASE("copies have their own names and revisions") {
    model::master from;
    from.workers.resize(1);
    from.workers[0].set("name", "w1");
    from.builders.resize(1);
    from.builders[0].set("workernames", boost::json::array{"w1"});
    auto made = copied_setting(from, 3, "secret");
    CHECK(*made.builders[0].given("workernames") == to_json(names{"w1", "w1.2", "w1.3"}));
    CHECK(made.workers.size() == 3);
    CHECK(made.workers[2].text("password") == "secret");
    auto change = jelly::dictionary();
    change.add("revision", jelly::text("r"));
    CHECK(*copied_change(change, 2).find("revision")->as_text() == "r~2");
    CHECK(copied_change(change, 1) == change);
  }

  TEST_CASE("no more services fail than supervision tolerates") {
    faults all{{.kill = 1000}, 1, true, [](const std::string& path) {
                 return std::vector{path + "/1", path + "/2"};
               }};
    std::map<std::string, int> below;
    for (int i = 1; i <= 10'000; ++i) {
      all.messages(i);
      if (auto path = all.next_kill(1s))
        below[path->substr(0, path->rfind('/'))]++;
    }
    CHECK(below.at("") == 15); // of those right below the root
    CHECK(below.at("/change_svc") == 4);
    CHECK(below.at("/botmaster") == 4);
    CHECK(below.at("/botmaster/builders/1") > 100);
    CHECK(!all.admit("/change_svc/x", 20s));
    CHECK(all.admit("/change_svc/x", 40s));
    CHECK(!all.admit("/", 40s));
  }

} // TEST_SUITE
