#include <doctest/doctest.h>

#include "runtime/wire/pb_login.hpp"
#include "tools/peers/printed_response.hpp"
#include "tools/peers/worker.hpp"

using namespace troupe;
using namespace troupe::peers;
using namespace std::chrono_literals;
using wire::jelly;

namespace {

struct fixed_strategy : strategy, print_listener {
  explicit fixed_strategy(conduct all) : how{std::move(all)} {}
  std::unique_ptr<response> respond(const command& what, const jelly&) override {
    return std::make_unique<printed_response>(what, how, *this);
  }
  conduct how;
};

/// The master is a broker without a master: the test makes its calls.
struct conversation {
  explicit conversation(conduct how = {}) : strategy{how} { peer.connected(1s); }

  void pass() {
    while (!out.empty() || !peer.out().empty()) {
      REQUIRE(peer.take(std::exchange(out, {}), 2s));
      for (auto& event : master.take(std::exchange(peer.out(), {}), out))
        heard.push_back(std::move(event));
      peer.wake(2s);
    }
  }
  template <class Event>
  std::vector<Event> take() {
    std::vector<Event> found;
    for (auto& one : heard)
      if (auto* event = std::get_if<Event>(&one))
        found.push_back(*event);
    heard.clear();
    return found;
  }
  /// Logs in with `password`; answers the worker's bot if it was let in.
  std::int64_t attach(const std::string& password) {
    pass();
    auto login = take<wire::broker_call>().at(0);
    REQUIRE(login.method == "login");
    REQUIRE(master.answer(login.request,
                          jelly::tuple({jelly::raw("challenge"), jelly::own("challenger")}), out));
    pass();
    auto respond = take<wire::broker_call>().at(0);
    REQUIRE(wire::proves_password(password, "challenge", *respond.args.at(0).as_text()));
    REQUIRE(master.answer(respond.request, jelly::own("perspective"), out));
    pass();
    return *respond.args.at(1).as_remote();
  }
  jelly call(std::int64_t object, const char* method, std::vector<jelly> args = {}) {
    REQUIRE(master.call(object, method, std::move(args), {}, "t", out));
    heard.clear();
    pass();
    for (auto& one : heard)
      if (auto* answer = std::get_if<wire::broker_answer>(&one))
        return answer->value;
    FAIL("no answer");
    return {};
  }

  fixed_strategy strategy;
  worker_tally count;
  wire::pb_broker master = wire::pb_broker::listening();
  bytes out = master.greeting();
  worker peer{{"w0", "pass"}, strategy, count};
  std::vector<wire::broker_event> heard;
};

} // namespace

TEST_SUITE("peers: worker") {

  TEST_CASE("a worker logs in, tells its information and serves builders") {
    conversation talk;
    auto bot = talk.attach("pass");
    CHECK(talk.peer.is_attached());
    CHECK(talk.count.attached == 1);
    auto info = talk.call(bot, "getWorkerInfo");
    CHECK(info.find("worker_commands")->find("shell"));
    auto builders =
        talk.call(bot, "setBuilderList",
                  {jelly::list({jelly::tuple({jelly::text("a b"), jelly::text("a_b")})})});
    REQUIRE(builders.find("a b"));
    CHECK(builders.find("a b")->as_remote());
  }

  TEST_CASE("a worker answers a command with its lines, its exit code and its end") {
    conversation talk{{.lines = 2000, .line_bytes = 80, .rc = 3}};
    auto bot = talk.attach("pass");
    auto builders = talk.call(bot, "setBuilderList",
                              {jelly::list({jelly::tuple({jelly::text("b"), jelly::text("b")})})});
    auto builder = *builders.find("b")->as_remote();
    talk.call(builder, "startCommand",
              {jelly::own("command"), jelly::text("7"), jelly::text("shell"), jelly::dictionary()});
    std::size_t lines = 0;
    std::int64_t rc = -1;
    bool complete = false;
    for (const auto& call : talk.take<wire::broker_call>()) {
      complete = complete || call.method == "complete";
      if (call.method != "update")
        continue;
      const auto& what = call.args.at(0).items().at(0).items().at(0);
      if (auto* text = what.find("stdout"))
        lines += static_cast<std::size_t>(
            std::count(text->as_text()->begin(), text->as_text()->end(), '\n'));
      if (auto* code = what.find("rc"))
        rc = *code->as_int();
    }
    CHECK(lines == 2000);
    CHECK(rc == 3);
    CHECK(complete);
  }
}
