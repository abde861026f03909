#include "runtime/cell/stepper.hpp"

#include "tests/support/counting_stage.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing::counting;
using namespace std::chrono_literals;
using troupe::testing::counting_stage;

namespace {

struct stepped : counting_stage {
  stepped() {
    start_with({counter_child("a"), counter_child("b"), counter_child("c")});
    ear = listen("/ear");
    advance(5min); // the patience with those that start
  }
  /// Each of the three is to say its sum; who goes first is said by the order of their steps.
  std::string order_of(std::vector<std::size_t> choices) {
    for (auto path : {"/a", "/b", "/c"})
      send(path, say_total{address_of("/ear")});
    stepper steps{sys()};
    for (auto which : choices)
      CHECK(steps.step(which));
    std::string who;
    for (const auto& one : ear->mail)
      who += one.from.path().substr(1);
    return who;
  }
  std::shared_ptr<troupe::testing::listener> ear;
};

} // namespace

TEST_SUITE("stepper") {

  TEST_CASE_FIXTURE(
      stepped, "the stepper counts who has something to do, and takes a message of one of them") {
    stepper steps{sys()};
    CHECK(steps.ready() == 0);
    CHECK_FALSE(steps.step());
    send("/a", add{1});
    send("/a", add{2});
    send("/b", add{4});
    CHECK(steps.ready() == 2);
    CHECK(steps.step());
    CHECK(address_of("/a").at()->depth + address_of("/b").at()->depth == 2);
    steps.run();
    CHECK(steps.ready() == 0);
    CHECK(sum("/a") == 3);
    CHECK(sum("/b") == 4);
  }

  TEST_CASE_FIXTURE(stepped, "the stepper goes in order of arrival if nobody chooses") {
    CHECK(order_of({0, 0, 0}) == "abc");
  }

  TEST_CASE_FIXTURE(stepped, "the stepper lets the caller choose who goes next") {
    CHECK(order_of({2}) == "c");
    stepper{sys()}.run();
    CHECK(ear->mail.size() == 3);
  }

  TEST_CASE_FIXTURE(stepped, "the stepper takes the first if there are not so many") {
    CHECK(order_of({7}) == "a");
    CHECK(order_of({}).size() == 1);
  }

  // The clock of a stage has parts of a microsecond, and due times are rounded up.
  TEST_CASE_FIXTURE(
      stepped, "the stepper tells when the next timer is due, and passing until then is enough") {
    stepper steps{sys()};
    CHECK_FALSE(steps.next_due());
    auto began = steps.elapsed();
    send("/a", remind_me{60});
    send("/b", remind_me{30});
    steps.run();
    REQUIRE(steps.next_due());
    auto first = *steps.next_due() - began;
    CHECK(first >= span{30s});
    CHECK(first <= span{30s + 1us});
    steps.pass(first - 2us);
    CHECK(steps.ready() == 0);
    steps.pass(2us);
    CHECK(steps.elapsed() - began == first);
    CHECK(steps.ready() == 1);
    steps.run();
    CHECK(state_of("/b").at("reminders").as_int64() == 1);
    CHECK(state_of("/a").at("reminders").as_int64() == 0);
    CHECK(*steps.next_due() - began >= span{60s});
    CHECK(*steps.next_due() - began <= span{60s + 1us});
  }

  TEST_CASE_FIXTURE(stepped,
                    "the stepper runs nobody while time passes, and time does not go back") {
    stepper steps{sys()};
    send("/a", remind_me{1});
    steps.run();
    auto taken = address_of("/a").at()->taken.load();
    steps.pass(5s);
    CHECK(address_of("/a").at()->taken.load() == taken);
    auto now = steps.elapsed();
    steps.pass(-3s);
    CHECK(steps.elapsed() == now);
    steps.run();
    CHECK(address_of("/a").at()->taken.load() == taken + 1);
  }

  TEST_CASE_FIXTURE(stepped, "the stepper has a time that the wall clock does not change") {
    stepper steps{sys()};
    auto elapsed = steps.elapsed();
    auto wall = sys().now();
    sys().set_clock(-1h);
    CHECK(steps.elapsed() == elapsed);
    CHECK(sys().now() == wall - span{1h});
    steps.pass(2s);
    CHECK(steps.elapsed() == elapsed + span{2s});
    CHECK(sys().now() == wall - span{1h} + span{2s});
  }
}
