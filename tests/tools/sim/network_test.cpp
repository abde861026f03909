#include "tests/support/network_stage.hpp"

using namespace troupe;
using namespace troupe::testing;
using namespace std::chrono_literals;
using sim::network_conditions;

namespace {

constexpr auto long_after = 10s;

/// Every byte differs from its neighbours.
bytes text_of(std::size_t size) {
  bytes text;
  for (std::size_t i = 0; i < size; ++i)
    text.push_back(static_cast<char>('a' + i % 26));
  return text;
}

struct slow : network_stage {
  slow() : network_stage{{.delay_us = 1000}} {}
};

} // namespace

TEST_SUITE("sim: network") {

  TEST_CASE_FIXTURE(slow,
                    "the simulated network delivers bytes after a delay, in both directions") {
    talker who;
    auto number = connect(who);
    REQUIRE(number > 0);
    CHECK(who.times_connected == 1);
    CHECK(net.is_connected(who));
    REQUIRE(owner->heard<io::connection_opened>().size() == 1);
    CHECK(owner->heard<io::connection_opened>()[0].token == "pb");
    say(who, "hello");
    write(number, "welcome");
    pass(999us);
    CHECK(received(number).empty());
    CHECK(who.heard.empty());
    pass(1us);
    CHECK(received(number) == "hello");
    CHECK(who.heard == "welcome");
  }

  TEST_CASE("the simulated network keeps the order of bytes in a connection under any delay") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      CAPTURE(seed);
      network_stage stage{{.delay_us = 10, .jitter_us = 100'000}, seed};
      talker who;
      auto number = stage.connect(who);
      for (auto c : text_of(26)) {
        stage.say(who, std::string(1, c));
        stage.write(number, std::string(1, c));
        stage.pass(100us);
      }
      stage.read_on(number, long_after);
      CHECK(stage.received(number) == text_of(26));
      CHECK(who.heard == text_of(26));
    }
  }

  TEST_CASE("connections overtake each other in the simulated network") {
    std::set<std::string> orders;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      network_stage stage{{.delay_us = 10, .jitter_us = 100'000}, seed};
      talker one, other;
      stage.connect(one);
      stage.connect(other);
      stage.say(one, "1");
      stage.say(other, "2");
      stage.pass(long_after);
      std::string order;
      for (const auto& came : stage.owner->heard<io::bytes_received>())
        order += came.data;
      orders.insert(order);
    }
    CHECK(orders == std::set<std::string>{"12", "21"});
  }

  TEST_CASE("the simulated network splits bytes into pieces of the configured size") {
    network_stage stage{{.delay_us = 10, .piece_bytes = 3}};
    talker who;
    auto number = stage.connect(who);
    stage.say(who, text_of(100));
    stage.read_on(number, long_after);
    CHECK(stage.received(number) == text_of(100));
    CHECK(stage.received_pieces(number).size() == 34);
    for (const auto& piece : stage.received_pieces(number))
      CHECK(piece.size() <= 3);
  }

  TEST_CASE_FIXTURE(
      slow, "the simulated network delivers on credit: the master reads before it gets more") {
    talker who;
    auto number = connect(who);
    say(who, "one");
    pass(2ms);
    say(who, "two");
    say(who, "three");
    pass(long_after);
    CHECK(received(number) == "one");
    order(io::read_more{number});
    CHECK(received(number) == "onetwothree");
    CHECK(received_pieces(number).size() == 2);
    say(who, "four");
    pass(long_after);
    CHECK(received(number) == "onetwothree");
    order(io::read_more{number});
    CHECK(received(number) == "onetwothreefour");
  }

  TEST_CASE_FIXTURE(slow, "a peer sends no more than a window until the master reads") {
    talker who;
    auto number = connect(who);
    constexpr std::size_t all = 2 << 20;
    say(who, bytes(all, 'x'));
    pass(long_after); // one piece was read on the first credit
    CHECK(who.to_say.size() > all - (1 << 20));
    CHECK(received(number).size() <= io::chunk_bytes_max);
    auto left = who.to_say.size();
    order(io::read_more{number});
    CHECK(who.to_say.size() < left);
    read_on(number, long_after);
    CHECK(who.to_say.empty());
    CHECK(received(number).size() == all);
  }

  TEST_CASE("the simulated network cuts a connection after any byte to the master") {
    constexpr std::size_t size = 12;
    for (std::size_t n = 1; n <= size + 1; ++n)
      for (bool in_one : {true, false}) {
        CAPTURE(n);
        CAPTURE(in_one);
        network_stage stage;
        talker who;
        auto number = stage.connect(who);
        stage.net.cut_after(who, static_cast<std::int64_t>(n), true);
        for (auto c : text_of(size))
          if (in_one)
            who.to_say += c;
          else
            stage.say(who, std::string(1, c));
        stage.net.pump(who);
        stage.read_on(number, long_after);
        bool cut = n <= size;
        CHECK(stage.received(number) == text_of(std::min(n, size)));
        CHECK(who.times_lost == cut);
        CHECK(stage.net.is_connected(who) == !cut);
        std::vector<std::string> told;
        if (cut)
          told.push_back("reset by the network");
        CHECK(stage.ends(number) == told);
      }
  }

  TEST_CASE("the simulated network cuts a connection after any byte to the peer") {
    constexpr std::size_t size = 12;
    for (std::size_t n = 1; n <= size + 1; ++n)
      for (bool in_one : {true, false}) {
        CAPTURE(n);
        CAPTURE(in_one);
        network_stage stage;
        talker who;
        auto number = stage.connect(who);
        stage.net.cut_after(who, static_cast<std::int64_t>(n), false);
        if (in_one)
          stage.write(number, text_of(size));
        else
          for (auto c : text_of(size))
            stage.write(number, std::string(1, c));
        stage.pass(long_after);
        bool cut = n <= size;
        CHECK(who.heard == text_of(std::min(n, size)));
        CHECK(who.times_lost == cut);
        CHECK(stage.ends(number).size() == cut);
      }
  }

  TEST_CASE_FIXTURE(slow,
                    "the master learns of a peer's end after the bytes that the peer sent before") {
    talker who;
    auto number = connect(who);
    say(who, "one");
    pass(5ms);
    say(who, "two");
    net.cut(who, "closed by the peer");
    CHECK(who.times_lost == 1);
    CHECK(who.lost_at == now);
    CHECK_FALSE(net.is_connected(who));
    pass(long_after);
    CHECK(received(number) == "one");
    CHECK(ends(number).empty()); // it does not look
    order(io::read_more{number});
    CHECK(received(number) == "onetwo");
    order(io::read_more{number});
    CHECK(ends(number) == std::vector<std::string>{"closed by the peer"});
    order(io::read_more{number});
    CHECK(ends(number).size() == 1);
  }

  TEST_CASE_FIXTURE(slow, "a master that writes to a closed connection learns that it is closed") {
    talker who;
    auto number = connect(who);
    say(who, "unread");
    pass(5ms);
    say(who, "more");
    net.cut(who, "closed by the peer");
    pass(5ms);
    write(number, "hello?");
    CHECK(ends(number) == std::vector<std::string>{"writing: Broken pipe"});
  }

  TEST_CASE_FIXTURE(slow, "a half-open connection is noticed by neither end until it times out") {
    talker who;
    auto number = connect(who);
    say(who, "heard");
    pass(5ms);
    order(io::read_more{number});
    write(number, "under way");
    net.silence(who);
    CHECK(who.times_lost == 1); // it gives up, and may come again
    CHECK_FALSE(net.is_connected(who));
    write(number, "to nobody");
    pass(1h);
    CHECK(who.heard.empty());
    CHECK(received(number) == "heard");
    CHECK(ends(number).empty());
    auto again = connect(who);
    CHECK(again != number);
    say(who, "again");
    pass(5ms);
    CHECK(received(again) == "again");
    net.end_silences();
    CHECK(ends(number) == std::vector<std::string>{"timed out"});
    CHECK(ends(again).empty());
    CHECK(who.times_lost == 1);
  }

  TEST_CASE_FIXTURE(slow, "a half-open connection is cut when too much is written to it") {
    talker who;
    auto number = connect(who);
    net.silence(who);
    auto megabyte = bytes(1 << 20, 'x');
    for (std::size_t i = 0; i < io::unwritten_bytes_max >> 20; ++i)
      write(number, megabyte);
    CHECK(ends(number).empty());
    write(number, "x");
    CHECK(ends(number) == std::vector<std::string>{"it takes nothing"});
  }

  TEST_CASE_FIXTURE(slow,
                    "bytes written before the master closes a connection arrive, and no others") {
    talker who;
    auto number = connect(who);
    who.answers = "I heard";
    write(number, "goodbye");
    order(io::close_connection{number});
    write(number, "too late");
    say(who, "wait");
    pass(999us);
    CHECK(who.times_lost == 0);
    pass(long_after);
    CHECK(who.heard == "goodbye");
    CHECK(who.times_lost == 1);
    CHECK(received(number).empty());
    CHECK(ends(number) == std::vector<std::string>{"closed by us"});
  }

  TEST_CASE_FIXTURE(slow, "a peer closes its connection") {
    talker who;
    who.stays = false;
    auto number = connect(who);
    write(number, "one");
    pass(long_after);
    CHECK(who.heard == "one");
    CHECK(who.times_lost == 1);
    CHECK(ends(number) == std::vector<std::string>{"closed by the peer"});
  }

  TEST_CASE_FIXTURE(slow, "the simulated network wakes a peer once, at the time it asked for") {
    talker who;
    who.wakes = 5s;
    connect(who);
    pass(5s - 1us);
    CHECK(who.woken == 0);
    pass(1us);
    CHECK(who.woken == 1);
    pass(1min);
    CHECK(who.woken == 1);
  }

  TEST_CASE_FIXTURE(slow, "all connections end with the master's process") {
    talker who, silent;
    auto number = connect(who), other = connect(silent);
    net.silence(silent);
    say(who, "under way");
    write(number, "likewise");
    net.died();
    CHECK(who.times_lost == 1);
    CHECK(silent.times_lost == 1);
    CHECK_FALSE(net.is_connected(who));
    CHECK(connect(who) == 0);
    order(io::write_bytes{number, "what a dying process says"});
    pass(long_after);
    CHECK(who.heard.empty());
    CHECK(owner->heard<io::bytes_received>().empty());
    CHECK(owner->heard<io::connection_closed>().empty());
    serve(); // the next process
    auto next = connect(who);
    CHECK(next > other);
    say(who, "here");
    pass(long_after);
    CHECK(received(next) == "here");
  }

  TEST_CASE_FIXTURE(
      slow, "an adopted connection has a new owner, and adopting a closed one reports its end") {
    talker who;
    auto number = connect(who);
    auto other = listen("/other");
    order(io::adopt_connection{number, address_of("/other")});
    say(who, "hello");
    pass(long_after);
    CHECK(other->heard<io::bytes_received>().size() == 1);
    CHECK(received(number).empty());
    order(io::adopt_connection{99, address_of("/other")});
    REQUIRE(other->heard<io::connection_closed>().size() == 1);
    CHECK(other->heard<io::connection_closed>()[0].connection == 99);
  }

  TEST_CASE_FIXTURE(slow, "peers connect to listeners only, and signals reach their watcher only") {
    talker who;
    CHECK_FALSE(net.connect(who, peers::port::shell));
    order(io::listen{"shell", {.family = "unix"}, address_of("/owner")});
    CHECK(net.connect(who, peers::port::shell));
    CHECK(owner->heard<io::connection_opened>()[0].token == "shell");
    talker other, third;
    order(io::stop_listening{"pb"});
    CHECK(connect(other) == 0);
    order(io::listen{"pb/1", {}, address_of("/owner")});
    order(io::listen{"pb/2", {}, address_of("/owner")});
    order(io::retain_listeners{"pb/", {"pb/2"}});
    CHECK(connect(third) > 0);
    CHECK(owner->heard<io::connection_opened>()[1].token == "pb/2");
    net.signal(15);
    CHECK(owner->heard<io::signal_received>().empty());
    order(io::watch_signals{{15}, address_of("/owner")});
    net.signal(15);
    CHECK(owner->heard<io::signal_received>().size() == 1);
  }

  TEST_CASE("the simulated network's digest tells which bytes went in which order") {
    auto digest = [](std::vector<std::string> sent, bool written) {
      network_stage stage{{.delay_us = 10, .jitter_us = 1000}, 3};
      talker who;
      auto number = stage.connect(who);
      for (const auto& one : sent) {
        written ? stage.write(number, one) : stage.say(who, one);
        stage.read_on(number, 1s);
      }
      return stage.net.digest();
    };
    auto first = digest({"a", "b"}, false);
    CHECK(digest({"a", "b"}, false) == first);
    CHECK(digest({"b", "a"}, false) != first);
    CHECK(digest({"a", "c"}, false) != first);
    CHECK(digest({"a", "b"}, true) != first);
  }
}
