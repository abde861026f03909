// SHELL CLIENT: sends one command to a master's shell, in its protocol (actors/debug/protocol.hpp),
// and leaves when that was answered.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "storage/json.hpp"
#include "tools/peers/peer.hpp"

namespace troupe::peers {

class shell_client final : public peer {
public:
  struct reply {
    bool ok = false;
    json content;
    std::string message; ///< Why not; empty: the connection was lost.
  };
  /// May be nothing.
  using listener = std::function<void(const reply&)>;

  shell_client(std::vector<std::string> command, listener report)
    : command_{std::move(command)}, report_{std::move(report)} {}

  void connected(span now) override;
  void lost(span) override { report({}); }
  bool take(std::string_view came, span now) override;
  bool wake(span) override { return true; }
  std::optional<span> wakes_at() const override { return std::nullopt; }
  bytes& out() override { return out_; }

private:
  void report(const reply& how);

  std::vector<std::string> command_; ///< Name and arguments.
  listener report_;
  bytes in_, out_;
};

} // namespace troupe::peers
