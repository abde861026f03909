// The other end of a simulated connection: a worker, a client, a shell. Bytes in, bytes out; what
// is between it and the master is the network's business.
#pragma once

#include <optional>
#include <string_view>

#include "storage/codec.hpp"

namespace troupe::sim {

/// Who connects where: a listener's family, as `io::endpoint` names it.
enum class door : int { pb, shell };

class peer {
public:
  virtual ~peer() = default;
  virtual void connected(span now) = 0;
  /// The connection is gone, whoever ended it.
  virtual void lost(span now) = 0;
  /// False: it drops the connection.
  virtual bool take(std::string_view came, span now) = 0;
  /// It has waited until `wakes_at`; false as above.
  virtual bool wake(span now) = 0;
  virtual std::optional<span> wakes_at() const = 0;
  /// What it wants to send; the network takes from the front as there is room.
  virtual bytes& out() = 0;
};

} // namespace troupe::sim
