// INSPECTION: what a cell shows of itself, and what it keeps for that: its failures, its last
// messages, who talks to it, the size of its state.
#pragma once

#include <deque>
#include <string>

#include "runtime/cell/cell_identity.hpp"
#include "runtime/cell/cell_status.hpp"
#include "runtime/cell/service_context.hpp"
#include "runtime/cell/timer_table.hpp"
#include "runtime/mail/control.hpp"
#include "runtime/observation/failure_report.hpp"
#include "runtime/observation/link_table.hpp"
#include "runtime/supervision/supervisor.hpp"

namespace troupe::runtime {

class cell_inspector {
public:
  /// What it looks at; all of it outlives it.
  struct subjects {
    const cell_identity& self;
    const service_slot& slot;
    const cell_status& status;
    const timer_table& timers;
    const supervisor& nursery;
    const link_table& outgoing; ///< The peers to which the service talks.
    const std::deque<departed>& departed_children;
  };
  explicit cell_inspector(const subjects& of) : of_{of} {}

  // -- what it keeps --------------------------------------------------------------------------
  /// A message has come out of the mailbox.
  void arrived(const envelope& mail) { incoming_.count(mail.from); }
  /// The service has handled it.
  void handled(const envelope& mail, instant at);
  /// The service has failed and is still there. The message that it handled is in `event`.
  const failure_report& remember_failure(std::string_view doing, const std::string& reason,
                                         const running_event& event);
  /// Null: it has not failed.
  const failure_report* last_failure() const {
    return failures_.empty() ? nullptr : &failures_.back();
  }

  // -- what it shows ----------------------------------------------------------------------------
  /// All but the mailbox, which only the actor can look at.
  json show(std::string_view what) const;

private:
  json info() const;
  void measure_state();
  void read_state(failure_report& into) const;

  subjects of_;
  std::deque<failure_report> failures_;
  recent_mail recent_;
  std::uint64_t measure_at_ = 16; ///< Messages taken when the state's size is looked at next.
  link_table incoming_;
};

} // namespace troupe::runtime
