// SOCKET LOOP: the transport to a master that runs: its PB port and its shell's Unix socket,
// without blocking, on the calling thread.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <unordered_map>

#include "storage/result.hpp"
#include "tools/peers/peer.hpp"

namespace troupe::peers {

class socket_loop final : public transport {
public:
  /// As connect(2) wants it.
  struct address {
    std::string bytes;
    int family = 0;
  };
  struct addresses {
    address pb, shell;
  };
  explicit socket_loop(addresses at);
  ~socket_loop() override;

  bool connect(peer& who, port where) override;
  bool is_connected(const peer& who) const override { return numbers_.contains(&who); }
  void cut(peer& who) override;

  /// Waits until bytes arrive or a peer is due, `longest` at most.
  void run(span longest);
  /// Of the monotonic clock.
  static span now();
  std::int64_t bytes_in() const { return bytes_in_; }
  std::int64_t bytes_out() const { return bytes_out_; }
  /// Why the last connection was lost that neither end has closed.
  const std::string& trouble() const { return trouble_; }

private:
  struct link {
    peer* who = nullptr;
    int socket = -1;
    std::uint64_t number = 0; ///< By which events name it: it may have ended when they are served.
    bool connecting = false;
    std::uint32_t events = 0; ///< That are waited for.
    std::optional<span> due;  ///< As in `due_`.
  };

  link* find(std::uint64_t number);
  void serve(link& one, std::uint32_t events);
  bool read(link& one);
  void write(link& one);
  void want(link& one, std::uint32_t events);
  void schedule(link& one, std::optional<span> due);
  void drop(link& one, const char* why);
  void wake_due();

  addresses at_;
  int poll_ = -1;
  std::unordered_map<std::uint64_t, std::unique_ptr<link>> links_; ///< By number.
  std::unordered_map<const peer*, std::uint64_t> numbers_;
  std::set<std::pair<span, std::uint64_t>> due_; ///< Links whose peers want to be woken.
  std::uint64_t last_number_ = 0;
  std::int64_t bytes_in_ = 0, bytes_out_ = 0;
  std::string trouble_;
};

/// The first address of HOST:PORT; refused if the host is not known.
result<socket_loop::address> find_port(const std::string& host, const std::string& port);
/// The socket of the shell in a master's folder.
result<socket_loop::address> find_shell(const std::string& folder);

} // namespace troupe::peers
