// A simulated network without a master: the test acts for the master, and talkers are the peers.
#pragma once

#include "tests/support/stage.hpp"
#include "tools/sim/network.hpp"

namespace troupe::testing {

/// Sends what it is given, remembers what it receives.
class talker : public peers::peer {
public:
  bool stays = true; ///< Whether it keeps the connection after what it takes.
  bytes heard, to_say;
  std::vector<bytes> pieces;
  std::int64_t times_connected = 0, times_lost = 0;
  std::optional<span> lost_at, wakes;
  std::int64_t woken = 0;
  bytes answers; ///< Sent when bytes arrive.

  void connected(span) override { times_connected++; }
  void lost(span now) override {
    times_lost++;
    lost_at = now;
    to_say.clear();
  }
  bool take(std::string_view came, span) override {
    heard += came;
    pieces.emplace_back(came);
    to_say += std::exchange(answers, {});
    return stays;
  }
  bool wake(span) override {
    woken++;
    wakes.reset();
    return stays;
  }
  std::optional<span> wakes_at() const override { return wakes; }
  bytes& out() override { return to_say; }
};

struct network_stage : stage {
  explicit network_stage(sim::network_conditions how = {}, std::uint64_t seed = 1)
    : net{how, seed} {
    prepare();
    serve();
  }
  ~network_stage() { address_of(io::io_loop_path).at()->unbind(); }

  void serve() {
    class end : public runtime::sink {
    public:
      explicit end(sim::network& to) : to_{to} {}
      void deliver(runtime::envelope what) override { to_.deliver(std::move(what)); }

    private:
      sim::network& to_;
    };
    net.serve(sys(), [this] { return now; });
    address_of(io::io_loop_path).at()->bind(std::make_shared<end>(net));
    owner = listen("/owner");
    order(io::listen{"pb", {}, address_of("/owner")});
  }
  template <class Command>
  void order(Command what) {
    send(io::io_loop_path, runtime::any_message{std::move(what)});
  }
  std::int64_t connect(talker& who) {
    net.connect(who, peers::port::pb);
    return net.number_of(who);
  }
  void say(talker& who, std::string_view what) {
    who.to_say += what;
    net.pump(who);
  }
  void write(std::int64_t number, std::string_view what) {
    order(io::write_bytes{number, bytes{what}});
  }
  /// Runs what is due by then, each event at its time.
  void pass(span time) {
    auto end = now + time;
    for (auto due = net.next_due(); due && *due <= end; due = net.next_due()) {
      now = std::max(now, *due);
      net.run_due();
    }
    now = end;
  }
  /// The master reads all that arrives.
  void read_on(std::int64_t number, span time) {
    auto end = now + time;
    for (std::size_t seen = 0;;) {
      for (; seen < received_pieces(number).size(); ++seen)
        order(io::read_more{number});
      auto due = net.next_due();
      if (!due || *due > end)
        break;
      pass(std::max(span{0}, *due - now));
    }
    now = end;
  }
  std::vector<bytes> received_pieces(std::int64_t number) const {
    std::vector<bytes> all;
    for (const auto& one : owner->heard<io::bytes_received>())
      if (one.connection == number)
        all.push_back(one.data);
    return all;
  }
  bytes received(std::int64_t number) const {
    bytes all;
    for (const auto& one : received_pieces(number))
      all += one;
    return all;
  }
  std::vector<std::string> ends(std::int64_t number) const {
    std::vector<std::string> all;
    for (const auto& one : owner->heard<io::connection_closed>())
      if (one.connection == number)
        all.push_back(one.message);
    return all;
  }

  sim::network net;
  span now{};
  std::shared_ptr<listener> owner;
};

} // namespace troupe::testing
