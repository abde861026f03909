// PB PLAYER: the end of a PB connection that logs in. What it says behind that is its heirs'.
#pragma once

#include "runtime/wire/pb_broker.hpp"
#include "tools/sim/peer.hpp"

namespace troupe::players {

class pb_player : public sim::peer {
public:
  void connected(span now) override;
  bool take(std::string_view came, span now) override;
  bytes& out() override { return out_; }

protected:
  /// `mind` is what it gives the master to call; none if nothing.
  pb_player(std::string user, std::string password, wire::jelly mind)
    : user_{std::move(user)}, password_{std::move(password)}, mind_{std::move(mind)} {}

  /// It is let in; false: it leaves.
  virtual bool admitted(const wire::jelly& perspective, span now) = 0;
  /// It is not, or what it asked for is refused.
  virtual void refused(const std::string& message, span now) = 0;
  virtual bool called(const wire::broker_call&, span) { return true; }
  /// To a call of its own, by the call's token.
  virtual bool answered(const std::string& token, const wire::jelly& value, span now) = 0;
  virtual bool failed(const std::string& token, const std::string& message, span now) = 0;

  /// False: nothing was sent, for the master has taken that object back.
  bool ask(std::int64_t object, std::string_view method, std::vector<wire::jelly> args,
           std::string token);

  wire::pb_broker broker_ = wire::pb_broker::connecting();
  bytes out_;

private:
  bool hear(wire::broker_event& event, span now);
  bool hear_answer(const wire::broker_answer& news, span now);

  std::string user_, password_;
  wire::jelly mind_;
};

} // namespace troupe::players
