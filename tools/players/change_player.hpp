// CHANGE PLAYER: brings a recorded change, as `buildbot sendchange` does: logs in, says it, leaves
// when it was answered.
#pragma once

#include <functional>

#include "tools/players/pb_player.hpp"

namespace troupe::players {

class change_player final : public pb_player {
public:
  struct told {
    bool acknowledged = false;
    std::string message; ///< Why not; empty: the connection was lost.
  };
  using listener = std::function<void(const told&)>;

  change_player(std::string user, std::string password, wire::jelly what, listener report)
    : pb_player{std::move(user), std::move(password), wire::jelly::none()}, what_{std::move(what)},
      report_{std::move(report)} {}

  void lost(span) override { send({}); }
  bool wake(span) override { return true; }
  std::optional<span> wakes_at() const override { return std::nullopt; }

private:
  bool admitted(const wire::jelly& perspective, span now) override;
  void refused(const std::string& message, span) override { send({false, message}); }
  bool answered(const std::string& token, const wire::jelly& value, span now) override;
  bool failed(const std::string& token, const std::string& message, span now) override;
  void send(const told& how) {
    if (auto report = std::exchange(report_, nullptr))
      report(how);
  }

  wire::jelly what_;
  listener report_;
};

/// The change of a copy: its revision, if it has one, is "r~2" for the second.
wire::jelly copied_change(const wire::jelly& what, std::int64_t copy);

} // namespace troupe::players
