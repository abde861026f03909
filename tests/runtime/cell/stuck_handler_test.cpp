// A handler that really does not return, on a system with real threads: what the watchdog says of
// it. The only waiting is for what must happen.
#include <future>

#include <doctest/doctest.h>

#include "runtime/cell/system.hpp"
#include "runtime/service/kind.hpp"

using namespace troupe;
using namespace troupe::runtime;

namespace {

/// What holds the handler; of the test that runs.
std::shared_future<void>* gate = nullptr;

struct hang {
  TROUPE_FIELDS()
};
struct hanging_config {
  TROUPE_FIELDS()
};
struct hanging_state {
  TROUPE_FIELDS()
};

class hanging : public service<hanging, hanging_config, hanging_state> {
public:
  using hears = messages<hang>;
  static const service_kind& static_kind();
  void on(const hang&) { gate->wait(); }
};

const service_kind& hanging_kind() {
  static const auto kind = make_kind<hanging>("hanging", "does not return until it may");
  return kind;
}
const service_kind& hanging::static_kind() {
  return hanging_kind();
}

/// Lines of a log, the first of which with certain words can be waited for.
class awaited_log {
public:
  explicit awaited_log(std::string message) : words_{std::move(message)} {}

  void write(std::string_view line) {
    std::lock_guard guard{lock_};
    if (line.find(words_) != std::string_view::npos && !std::exchange(there_, true))
      found_.set_value(std::string{line});
  }
  std::string wait() { return found_.get_future().get(); }

private:
  const std::string words_;
  std::mutex lock_;
  bool there_ = false;
  std::promise<std::string> found_;
};

} // namespace

TEST_SUITE("watchdog") {

  TEST_CASE("a handler that does not return is told with service and message while it hangs") {
    std::promise<void> open;
    auto wait = open.get_future().share();
    gate = &wait;
    awaited_log stuck{"is stuck"}, back{"has returned"};
    logger log{[&](std::string_view line) {
                 stuck.write(line);
                 back.write(line);
               },
               logger::form::text, level::info};
    kind_registry kinds;
    kinds.add(hanging_kind());
    std::promise<void> over;
    {
      system_options options;
      options.handler_patience = std::chrono::milliseconds{1};
      runtime::system sys{kinds, log, options};
      child_spec root = child_of("", "hanging", hanging_config{});
      std::promise<void> up;
      sys.when_up([&] { up.set_value(); });
      sys.start(root, [&](std::string) { over.set_value(); });
      up.get_future().wait();
      sys.send(sys.address_of("/"), any_message{hang{}});

      auto line = stuck.wait();
      CHECK(line.find(" / is stuck: it has been handling ") != std::string::npos);
      CHECK(line.find("hang for") != std::string::npos);
      auto found = sys.dog().stuck();
      REQUIRE(found.size() == 1);
      CHECK(found[0].path == "/");
      CHECK(found[0].handling.ends_with("hang"));
      CHECK(found[0].since >= options.handler_patience);

      open.set_value();
      CHECK(back.wait().find(" / has returned from ") != std::string::npos);
      CHECK(sys.dog().stuck().empty());
      sys.stop();
      over.get_future().wait();
    }
    gate = nullptr;
  }
}
