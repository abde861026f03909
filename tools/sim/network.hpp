// NETWORK: the master's I/O loop in the simulator, and the transport between it and its peers. It
// delays bytes, splits them, cuts connections at any byte, and lets them go half-open. Reading is
// on credit, as in the real I/O loop (runtime/io/io_loop.hpp).
//
// Within a connection bytes stay in order, in each direction; connections overtake each other.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "runtime/cell/system.hpp"
#include "runtime/io/io_loop.hpp"
#include "tools/peers/peer.hpp"

namespace troupe::sim {

using peers::peer;

/// The delay of a piece of bytes is a function of the seed, the connection and the piece's number.
struct network_conditions {
  std::int64_t delay_us = 200;  ///< Minimum.
  std::int64_t jitter_us = 0;   ///< Maximum on top of it.
  std::int64_t piece_bytes = 0; ///< Longest piece; 0: as the master's I/O loop reads.
  TROUPE_FIELDS(delay_us, jitter_us, piece_bytes)
};

class network final : public runtime::sink, public peers::transport {
public:
  network(network_conditions how, std::uint64_t seed) : how_{how}, seed_{seed} {}

  // -- the master's side (network.cpp) ------------------------------------------------------------
  /// Acts as the I/O loop of `sys` from now on. `elapsed` is the clock.
  void serve(runtime::system& sys, std::function<span()> elapsed);
  void deliver(runtime::envelope what) override;
  /// The process has died, and all connections with it.
  void died();
  /// The process gets a signal, if it watches for it.
  void signal(std::int64_t number);
  /// A digest of all bytes that went in and out, in order.
  std::uint64_t digest() const { return digest_; }
  std::int64_t bytes_carried() const { return carried_; }

  // -- the peers' side (network_peers.cpp) --------------------------------------------------------
  bool connect(peer& who, peers::port where) override;
  bool is_connected(const peer& who) const override { return numbers_.contains(&who); }
  /// The number of its connection; 0 if it has none.
  std::int64_t number_of(const peer& who) const;
  /// Sends what waits in `who.out()`.
  void pump(peer& who);
  void cut(peer& who) override { cut(who, "closed by the peer"); }
  /// The peer learns of it at once, the master after the bytes that are on their way to it.
  void cut(peer& who, const std::string& message);
  /// Cuts the connection after so many more bytes in that direction.
  void cut_after(peer& who, std::int64_t more_bytes, bool to_master);
  /// The connection goes half-open: bytes are lost from now on, and the master does not learn of
  /// it.
  void silence(peer& who);
  /// Cuts the half-open connections.
  void end_silences();

  // -- time ---------------------------------------------------------------------------------------
  std::optional<span> next_due() const;
  /// Runs all that is due by now.
  void run_due();

private:
  struct link {
    peer* who = nullptr;
    std::string token;
    runtime::address owner;
    bytes unread; ///< Arrived at the master and not read yet.
    std::int64_t credit = 1;
    bool silent = false;
    bool closing = false; ///< By the master; bytes written before still arrive.
    bool ended_behind =
        false; ///< The peer has closed; the master learns of it after the unread bytes.
    std::string end_words;
    span arrives_at_master{}, arrives_at_peer{}; ///< Of the bytes sent last.
    std::int64_t in_flight = 0;                  ///< Bytes to the master, not read yet.
    std::int64_t to_peer_waiting = 0;
    std::optional<std::int64_t> left_to_master, left_to_peer; ///< Bytes until it is cut.
    std::uint64_t pieces = 0;
    span wakes_at = span::max(); ///< When a wake is scheduled.
  };
  struct event {
    span at{};
    std::uint64_t order = 0;
    std::function<void()> what;
    bool operator<(const event& other) const {
      return std::tie(other.at, other.order) < std::tie(at, order);
    }
  };

  void obey(const runtime::any_message& what);
  void begin_listening(const io::listen& command);
  void list(const io::list_connections& question);
  void write(std::int64_t number, const bytes& data);
  void close(std::int64_t number);
  void arrive_at_peer(std::int64_t number, const bytes& data);
  void arrive_at_master(std::int64_t number, bytes data);
  void read(std::int64_t number);
  void schedule_wake(std::int64_t number);
  void drop(std::int64_t number, const std::string& message, bool tell_master, bool tell_peer);
  void send(const runtime::address& to, runtime::any_message what);
  span delay(link& on, std::int64_t number);
  void later(span at, std::function<void()> what);
  void mix(std::int64_t number, std::string_view data);

  network_conditions how_;
  std::uint64_t seed_;
  runtime::system* sys_ = nullptr;
  std::function<span()> elapsed_;
  std::map<std::string, std::pair<io::endpoint, runtime::address>> listeners_;
  runtime::address signals_owner_;
  std::map<std::int64_t, link> links_;
  std::map<const peer*, std::int64_t> numbers_;
  std::int64_t last_number_ = 0;
  std::priority_queue<event> events_;
  std::uint64_t events_made_ = 0;
  std::uint64_t digest_ = 0xcbf29ce484222325ULL;
  std::int64_t carried_ = 0;
};

} // namespace troupe::sim
