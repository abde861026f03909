// What the change manager hears of sources of changes and of schedulers, and what it tells them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actors/change_svc/stamp_messages.hpp"
#include "runtime/mail/address.hpp"
#include "storage/records/change.hpp"

namespace troupe::change_svc {

/// Take in `what`; its id, parent and sourcestamp are given here. Answered with `change_accepted`
/// or `change_refused`.
struct add_change {
  records::change what;
  std::string token;
  runtime::address requester;
  TROUPE_FIELDS(what, token, requester)
};
struct change_accepted {
  std::string token;
  change_id id;
  TROUPE_FIELDS(token, id)
};
struct change_refused {
  std::string token;
  std::string message;
  TROUPE_FIELDS(token, message)
};

/// `listener` hears `change_added` for each change after `after`, those stored first.
struct subscribe_changes {
  runtime::address listener;
  change_id after;
  TROUPE_FIELDS(listener, after)
};
struct unsubscribe_changes {
  runtime::address listener;
  TROUPE_FIELDS(listener)
};
/// `what` is stored for good.
struct change_added {
  records::change what;
  TROUPE_FIELDS(what)
};

/// To `/scheduler_manager`: listeners have been forgotten.
struct publisher_restarted {
  TROUPE_FIELDS()
};

} // namespace troupe::change_svc
