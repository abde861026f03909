// PEER: the far end of a connection to a master: a worker, a client, a shell. Pure: bytes in, bytes
// out, time given. A transport carries the bytes: the simulated network, or sockets.
#pragma once

#include <optional>
#include <string_view>

#include "storage/codec.hpp"

namespace troupe::peers {

/// Which listener of the master a peer connects to.
enum class port : int { pb, shell };

class peer {
public:
  virtual ~peer() = default;
  virtual void connected(span now) = 0;
  /// The connection has ended, by either end.
  virtual void lost(span now) = 0;
  /// Bytes arrived. False: the peer closes the connection.
  virtual bool take(std::string_view came, span now) = 0;
  /// `wakes_at` has passed. False as above.
  virtual bool wake(span now) = 0;
  virtual std::optional<span> wakes_at() const = 0;
  /// Bytes to send; the transport takes from the front as there is room.
  virtual bytes& out() = 0;
};

class transport {
public:
  virtual ~transport() = default;
  /// False: nothing listens there.
  virtual bool connect(peer& who, port where) = 0;
  virtual bool is_connected(const peer& who) const = 0;
  virtual void cut(peer& who) = 0;
};

} // namespace troupe::peers
