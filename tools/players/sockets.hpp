// SOCKETS: the venue of players that play to a live master: its PB port and its shell's Unix
// socket, without blocking, on the calling thread.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "tools/players/replay_clients.hpp"

namespace troupe::players {

class sockets final : public transport {
public:
  struct addresses {
    std::string pb; ///< As connect(2) wants them.
    std::string shell;
    int pb_family = 0, shell_family = 0;
  };
  explicit sockets(addresses at);
  ~sockets() override;

  bool connect(sim::peer& who, sim::door where) override;
  bool is_connected(const sim::peer& who) const override { return links_.contains(&who); }
  void cut(sim::peer& who) override;

  /// Waits until something comes or a peer's time has come, not longer than that.
  void run(span longest);
  /// Since it was made.
  span now() const;
  std::int64_t bytes_carried() const { return carried_; }
  /// Why the last connection was lost that the other end did not close.
  const std::string& trouble() const { return trouble_; }

private:
  struct link {
    sim::peer* who = nullptr;
    int socket = -1;
    std::uint64_t number = 0; ///< By which events name it: it may have ended when they are served.
    bool connecting = false;
    std::uint32_t events = 0; ///< That are waited for.
  };

  void serve(link& one, std::uint32_t events);
  bool read(link& one);
  void write(link& one);
  void want(link& one, std::uint32_t events);
  void drop(link& one, const char* why);
  void wake_due();

  addresses at_;
  int poll_ = -1;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::map<const sim::peer*, std::unique_ptr<link>> links_;
  std::uint64_t last_number_ = 0;
  std::int64_t carried_ = 0;
  std::string trouble_;
};

/// HOST:PORT and the socket in `folder`. Refused if the host is not known.
result<sockets::addresses> find_addresses(const std::string& host, std::int64_t port,
                                          const std::string& folder);

} // namespace troupe::players
