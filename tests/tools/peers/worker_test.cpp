#include "tools/peers/worker.hpp"

#include <algorithm>

#include "tests/support/peer_stage.hpp"
#include "tools/peers/printed_response.hpp"

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

struct worker_stage {
  explicit worker_stage(conduct how = {}) : strategy{std::move(how)} { peer.connected(1s); }

  fixed_strategy strategy;
  worker_tally count;
  worker peer{{"w0", "pass"}, strategy, count};
  testing::broker_master master{peer};
};

} // namespace

TEST_SUITE("peers: worker") {

  TEST_CASE("a worker logs in, tells its information and serves builders") {
    worker_stage stage;
    auto bot = stage.master.attach(2s);
    CHECK(stage.peer.is_attached());
    CHECK(stage.count.attached == 1);
    auto info = stage.master.call(bot, "getWorkerInfo", {}, 2s);
    CHECK(info.find("worker_commands")->find("shell"));
    auto builders =
        stage.master.call(bot, "setBuilderList",
                          {jelly::list({jelly::tuple({jelly::text("a b"), jelly::text("a_b")})})});
    REQUIRE(builders.find("a b"));
    CHECK(builders.find("a b")->as_remote());
  }

  TEST_CASE("a worker answers a command with its lines, its exit code and its end") {
    worker_stage stage{{.lines = 2000, .line_bytes = 80, .rc = 3}};
    auto builder = stage.master.attach_builder(2s);
    stage.master.start(builder, "shell", jelly::dictionary(), 2s);
    stage.master.wake(2s);
    std::size_t lines = 0;
    std::int64_t rc = -1;
    bool complete = false;
    for (const auto& call : stage.master.calls) {
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
