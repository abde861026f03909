// CLIENTS of a simulated master: whoever brings a change, whoever types a line into the shell. One
// connection each, one question; what they were told is what the invariants hold the master to.
#pragma once

#include <functional>
#include <string>

#include "runtime/wire/pb_broker.hpp"
#include "tools/sim/peer.hpp"

namespace troupe::sim {

/// As Buildbot's sendchange: logs in, says its change, leaves when it was answered.
class change_client final : public peer {
public:
  struct told {
    bool acknowledged = false;
    std::string message; ///< Why not; empty: the connection was lost.
  };
  using listener = std::function<void(const told&)>;

  change_client(std::string branch, std::string revision, listener report)
    : branch_{std::move(branch)}, revision_{std::move(revision)}, report_{std::move(report)} {}

  void connected(span now) override;
  void lost(span now) override;
  bool take(std::string_view came, span now) override;
  bool wake(span) override { return true; }
  std::optional<span> wakes_at() const override { return std::nullopt; }
  bytes& out() override { return out_; }

private:
  void ask(std::int64_t object, std::string_view method, std::vector<wire::jelly> args,
           std::string token);
  bool answered(const wire::broker_answer& news);
  void send(told what);

  std::string branch_, revision_;
  listener report_;
  wire::pb_broker broker_ = wire::pb_broker::connecting();
  bytes out_;
};

/// One line for the shell, in its protocol (actors/debug/protocol.hpp).
class shell_client final : public peer {
public:
  struct told {
    bool ok = false;
    json content;
    std::string message; ///< Why not; empty: the connection was lost.
  };
  using listener = std::function<void(const told&)>;

  shell_client(std::vector<std::string> arguments, listener report)
    : words_{std::move(arguments)}, report_{std::move(report)} {}

  void connected(span now) override;
  void lost(span now) override;
  bool take(std::string_view came, span now) override;
  bool wake(span) override { return true; }
  std::optional<span> wakes_at() const override { return std::nullopt; }
  bytes& out() override { return out_; }

private:
  void send(told what);

  std::vector<std::string> words_;
  listener report_;
  bytes in_, out_;
};

} // namespace troupe::sim
