// PB PEER: the connecting end of a PB connection. It logs in; its heirs decide what follows.
#pragma once

#include "runtime/wire/pb_broker.hpp"
#include "tools/peers/peer.hpp"

namespace troupe::peers {

struct account {
  std::string user, password;
};

class pb_peer : public peer {
public:
  void connected(span now) override;
  bool take(std::string_view came, span now) override;
  bytes& out() override { return out_; }

  /// False: nothing was sent, because the master has taken that object back.
  bool call(std::int64_t object, std::string_view method, std::vector<wire::jelly> args,
            std::string token);
  void give_back(std::int64_t object) { broker_.give_back(object, out_); }

protected:
  /// `mind` is the object that the master may call; none if it has nothing to call.
  pb_peer(account who, wire::jelly mind) : account_{std::move(who)}, mind_{std::move(mind)} {}

  const account& who() const { return account_; }

  /// The login succeeded. False: the peer closes the connection.
  virtual bool admitted(const wire::jelly& perspective, span now) = 0;
  /// The login failed, or the other end does not speak PB.
  virtual void refused(const std::string& message, span now) = 0;
  virtual bool called(const wire::broker_call&, span) { return true; }
  /// A call of this peer was answered, or failed; `token` is the call's.
  virtual bool answered(const std::string& token, const wire::jelly& value, span now) = 0;
  virtual bool failed(const std::string& token, const std::string& message, span now) = 0;

  wire::pb_broker broker_ = wire::pb_broker::connecting();
  bytes out_;

private:
  bool handle(wire::broker_event& event, span now);
  bool handle_answer(const wire::broker_answer& answer, span now);

  account account_;
  wire::jelly mind_;
};

} // namespace troupe::peers
