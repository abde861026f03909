// THE I/O LOOP: listeners, connections and signals on one thread of its own. It turns bytes into
// messages and back and does not know their meaning. Commands are messages to `io_loop_path`;
// events go to the owner of a listener or connection.
//
// Reading is on credit: after each `bytes_received` nothing more is read from that connection until
// `read_more`, so that a peer that sends faster than we store is slowed by TCP itself.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/mail/address.hpp"

namespace troupe::runtime {
class system;
}

namespace troupe::io {

/// Where services find the I/O loop. Outside of the tree: it has no cell.
inline constexpr std::string_view io_loop_path = "//io";

/// Most bytes in one `bytes_received`.
inline constexpr std::size_t chunk_bytes_max = 256 * 1024;
/// Bytes that may wait to be written to one connection; a peer that takes nothing is cut off.
inline constexpr std::size_t unwritten_bytes_max = 64 * 1024 * 1024;

/// Where to listen: "unix" with a path, or "tcp" with interface and port; TLS if a certificate is
/// given. Port 0 takes any free one.
struct endpoint {
  std::string family = "tcp";
  std::string host = "0.0.0.0";
  std::int64_t port = 0;
  std::string path;
  std::string certificate_file; ///< PEM, with its chain.
  std::string key_file;         ///< PEM.
  TROUPE_FIELDS(family, host, port, path, certificate_file, key_file)
};

// -- commands -------------------------------------------------------------------------------------

/// Answered to `owner` with `listening` or `listen_failed`; then it hears `connection_opened`.
/// Again for a `token` that listens already: the owner is replaced, the rest left alone.
struct listen {
  std::string token;
  endpoint where;
  runtime::address owner;
  TROUPE_FIELDS(token, where, owner)
};
struct stop_listening {
  std::string token;
  TROUPE_FIELDS(token)
};
/// Stops all listeners whose tokens begin with `prefix`, but for those in `tokens`: an owner that
/// begins again may have forgotten some.
struct retain_listeners {
  std::string prefix;
  std::vector<std::string> tokens;
  TROUPE_FIELDS(prefix, tokens)
};
/// From now on `owner` hears of the connection; at once of its end if it is gone.
struct adopt_connection {
  std::int64_t connection = 0;
  runtime::address owner;
  TROUPE_FIELDS(connection, owner)
};
struct read_more {
  std::int64_t connection = 0;
  TROUPE_FIELDS(connection)
};
struct write_bytes {
  std::int64_t connection = 0;
  bytes data;
  TROUPE_FIELDS(connection, data)
};
/// Writes what waits, then closes. The owner hears `connection_closed`.
struct close_connection {
  std::int64_t connection = 0;
  TROUPE_FIELDS(connection)
};
/// Answered with `connections_listed`.
struct list_connections {
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(token, requester)
};
/// `owner` hears `signal_received` for these.
struct watch_signals {
  std::vector<std::int64_t> numbers;
  runtime::address owner;
  TROUPE_FIELDS(numbers, owner)
};

// -- events ---------------------------------------------------------------------------------------

struct open_connection {
  std::int64_t connection = 0;
  std::string listener; ///< The token of where it came in.
  std::string peer;
  runtime::address owner;
  span age{};
  std::int64_t bytes_received = 0;
  std::int64_t bytes_sent = 0;
  std::int64_t bytes_unwritten = 0;
  bool reading = false; ///< Its owner wants to hear more.
  TROUPE_FIELDS(connection, listener, peer, owner, age, bytes_received, bytes_sent, bytes_unwritten,
                reading)
};
struct connections_listed {
  std::string token;
  std::vector<open_connection> connections;
  std::map<std::string, std::int64_t> listeners; ///< Tokens, with their ports.
  TROUPE_FIELDS(token, connections, listeners)
};
struct listening {
  std::string token;
  std::int64_t port = 0;
  TROUPE_FIELDS(token, port)
};
struct listen_failed {
  std::string token;
  std::string message;
  TROUPE_FIELDS(token, message)
};
struct connection_opened {
  std::string token; ///< Of the listener.
  std::int64_t connection = 0;
  std::string peer; ///< "127.0.0.1:41234", or the name of a Unix socket's user.
  std::int64_t peer_uid = -1;
  TROUPE_FIELDS(token, connection, peer, peer_uid)
};
struct bytes_received {
  std::int64_t connection = 0;
  bytes data;
  TROUPE_FIELDS(connection, data)
};
/// It is gone; `words` say why. Nothing more is heard of it.
struct connection_closed {
  std::int64_t connection = 0;
  std::string message;
  TROUPE_FIELDS(connection, message)
};
struct signal_received {
  std::int64_t number = 0;
  TROUPE_FIELDS(number)
};

/// The real I/O loop. Bound to `io_loop_path` of `sys` while it lives; must end before `sys` does.
class io_loop {
public:
  explicit io_loop(runtime::system& sys);
  ~io_loop();
  io_loop(const io_loop&) = delete;
  io_loop& operator=(const io_loop&) = delete;

private:
  std::shared_ptr<class rim_loop> loop_;
};

} // namespace troupe::io
