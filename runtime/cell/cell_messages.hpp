// Messages between the cells themselves, parents and children: they do not pass through services.
#pragma once

#include <memory>
#include <string>

#include <caf/allowed_unsafe_message_type.hpp>

#include "runtime/mail/address.hpp"
#include "runtime/observation/failure_report.hpp"
#include "runtime/supervision/supervisor.hpp"

namespace troupe::runtime {

/// From parent to child, ahead of all other mail.
struct parent_order {
  child_order what = child_order::start;
};

/// From child to parent, ahead of all other mail.
struct child_note {
  enum class kind { ready, failed, reset, ended, respecified } what = kind::ready;
  std::string name; ///< Of the child; empty: of the cell's own service.
  std::string reason;
  std::shared_ptr<const child_spec> spec;
  std::shared_ptr<const failure_report>
      message; ///< Of a child that failed and will not be rebuilt.
};

/// A control message (control.hpp) with its sender.
struct control_mail {
  any_message what;
  runtime::address from;
};

/// A timer may be due.
struct timer_wake {};
/// Messages still wait for the service.
struct drain_more {};

} // namespace troupe::runtime

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::runtime::envelope)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::runtime::parent_order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::runtime::child_note)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::runtime::control_mail)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::runtime::timer_wake)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::runtime::drain_more)
