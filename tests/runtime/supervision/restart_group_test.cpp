#include "runtime/supervision/restart_group.hpp"

#include <doctest/doctest.h>

#include "tests/support/nursery.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace std::chrono_literals;
using troupe::testing::child;
using texts = std::vector<std::string>;

namespace {

/// Writes down what is ordered.
class order_book final : public supervisor_host {
public:
  void spawn_child(const child_spec&) override {}
  void order_child(const std::string& name, child_order what) override {
    constexpr std::array<std::string_view, 5> verbs{"start", "restart", "reset", "stop", "kill"};
    lines_.push_back(std::string{verbs[static_cast<std::size_t>(what)]} + " " + name);
  }
  instant child_time() const override { return {}; }
  std::uint64_t prng() override { return 0; }
  void wake_supervisor(std::string key, span) override { lines_.push_back("wake " + key); }
  void note(level, std::string) override {}
  void children_started() override {}
  void children_stopped() override {}
  void children_gave_up(std::string) override {}
  void children_shut_down(std::string) override {}
  void child_gone(const std::string&) override {}

  texts take() { return std::exchange(lines_, {}); }

private:
  texts lines_;
};

/// Three children that are up, and a group of them.
struct three_children {
  three_children() {
    for (const auto* name : {"a", "b", "c"}) {
      auto spec = child(name);
      spec.start_patience = unlimited;
      spec.stop_patience = unlimited;
      children.append(std::move(spec)).at = child_phase::up;
    }
  }
  supervised_child& named(const std::string& name) { return *children.find(name); }

  order_book host;
  child_table children;
  child_orders orders{host};
  restart_group group{children, orders, host};
};

} // namespace

TEST_SUITE("restart group") {

  TEST_CASE_FIXTURE(three_children, "a group goes down in reverse and comes up in order") {
    named("b").at = child_phase::down; // it has failed
    CHECK_FALSE(group.begin(0, span{0}));
    CHECK(group.falling());
    CHECK(host.take() == texts{"reset c"});
    named("c").at = child_phase::down;
    CHECK_FALSE(group.proceed());
    CHECK(host.take() == texts{"reset a"});
    named("a").at = child_phase::down;
    CHECK_FALSE(group.proceed());
    CHECK(group.rising());
    CHECK(host.take() == texts{"restart a"});
    for (const auto* name : {"a", "b"}) {
      named(name).at = child_phase::up;
      CHECK_FALSE(group.proceed());
    }
    CHECK(host.take() == texts{"restart b", "restart c"});
    named("c").at = child_phase::up;
    CHECK(group.proceed());
    CHECK_FALSE(group.active());
  }

  TEST_CASE_FIXTURE(three_children, "those before the first one and halted ones are not in it") {
    named("b").at = child_phase::down;
    named("c").at = child_phase::halted;
    CHECK_FALSE(group.begin(1, span{0}));
    CHECK(host.take() == texts{"restart b"});
    CHECK_FALSE(group.contains("a"));
    CHECK(group.contains("b"));
    CHECK_FALSE(group.contains("c"));
  }

  TEST_CASE_FIXTURE(three_children, "temporary children go for good") {
    named("a").at = child_phase::down;
    named("c").spec.restart = restart_policy::temporary;
    CHECK_FALSE(group.begin(0, span{0}));
    CHECK(host.take() == texts{"stop c"});
    children.erase(2);
    CHECK_FALSE(group.proceed());
    CHECK(host.take() == texts{"reset b"});
  }

  TEST_CASE_FIXTURE(three_children, "the pause is between the fall and the rise") {
    for (const auto* name : {"a", "b", "c"})
      named(name).at = child_phase::down;
    CHECK_FALSE(group.begin(0, 1s));
    CHECK(host.take() == texts{"wake rise:"});
    CHECK_FALSE(group.proceed());
    CHECK(host.take().empty());
    CHECK_FALSE(group.pause_over());
    CHECK(host.take() == texts{"restart a"});
  }

  TEST_CASE_FIXTURE(three_children, "failures that wait outlast a rise that is broken off") {
    group.defer("a");
    group.defer("b");
    group.clear();
    CHECK(group.take_deferred() == "a");
    group.abandon();
    CHECK_FALSE(group.take_deferred());
  }
}
