// Sends what a service has said: messages, commands to cells, timers.
#pragma once

#include "runtime/cell/cell_identity.hpp"
#include "runtime/cell/kept_mail.hpp"
#include "runtime/cell/service_context.hpp"
#include "runtime/cell/timer_table.hpp"
#include "runtime/observation/link_table.hpp"

namespace troupe::runtime {

class outbox_dispatcher {
public:
  /// All of them outlive it.
  outbox_dispatcher(const cell_identity& self, const service_slot& slot, service_context& context,
                    kept_mail& mail, timer_table& timers)
    : self_{self}, slot_{slot}, context_{context}, mail_{mail}, timers_{timers} {}

  /// In the order in which it was said, per kind of effect. Takes these parts out of `out`.
  void dispatch(outbox& out);

  /// The peers to which the service talks.
  const link_table& outgoing() const noexcept { return outgoing_; }

private:
  void send(const address& to, any_message message, const origin& cause);
  void refuse(const address& to, any_message message);
  void command(const std::string& path, any_message command);

  const cell_identity& self_;
  const service_slot& slot_;
  service_context& context_;
  kept_mail& mail_;
  timer_table& timers_;
  link_table outgoing_;
};

} // namespace troupe::runtime
