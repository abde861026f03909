// CHANGE CLIENT: sends one change, as `buildbot sendchange` does: logs in, calls addChange, leaves
// when that was answered.
#pragma once

#include <functional>

#include "tools/peers/pb_peer.hpp"

namespace troupe::peers {

class change_client final : public pb_peer {
public:
  struct reply {
    bool acknowledged = false;
    std::string message; ///< Why not; empty: the connection was lost.
  };
  using listener = std::function<void(const reply&)>;

  change_client(account who, wire::jelly change, listener report)
    : pb_peer{std::move(who), wire::jelly::none()}, change_{std::move(change)}, report_{std::move(
                                                                                    report)} {}

  void lost(span) override { report({}); }
  bool wake(span) override { return true; }
  std::optional<span> wakes_at() const override { return std::nullopt; }

private:
  bool admitted(const wire::jelly& perspective, span now) override;
  void refused(const std::string& message, span) override { report({false, message}); }
  bool answered(const std::string& token, const wire::jelly& value, span now) override;
  bool failed(const std::string& token, const std::string& message, span now) override;
  void report(const reply& how) {
    if (auto listener = std::exchange(report_, nullptr))
      listener(how);
  }

  wire::jelly change_;
  listener report_;
};

} // namespace troupe::peers
