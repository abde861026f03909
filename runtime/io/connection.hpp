// One connection of the I/O loop: credit for reading, a bounded queue for writing. Runs on the I/O
// loop's thread only.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include "runtime/io/io_loop.hpp"
#include "runtime/mail/address.hpp"

namespace troupe::io {

using stream_socket = boost::asio::generic::stream_protocol::socket;

class connection {
public:
  /// What the I/O loop does with news of a connection.
  struct news {
    std::function<void(const runtime::address& to, runtime::any_message what)> send;
    std::function<void(std::int64_t number)> gone;
  };

  virtual ~connection() = default;
  /// For TLS: the handshake; `bytes_received` only follow it.
  virtual void begin() = 0;
  virtual void read_more() = 0;
  virtual void write(bytes data) = 0;
  /// After what waits was written.
  virtual void close() = 0;
  /// Adds what only it knows: what went through it.
  virtual void describe(open_connection& shown) const = 0;

  runtime::address owner;
  std::string listener; ///< The token of where it came in.
  std::string peer;
  std::chrono::steady_clock::time_point opened = std::chrono::steady_clock::now();
};

/// `secure` null: plain.
std::shared_ptr<connection> make_connection(std::int64_t number, stream_socket socket,
                                            boost::asio::ssl::context* secure,
                                            connection::news news);

} // namespace troupe::io
