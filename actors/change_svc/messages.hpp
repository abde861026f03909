// What the change manager hears of sources of changes and of schedulers, and what it tells them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/mail/address.hpp"
#include "storage/records/change.hpp"
#include "storage/records/sourcestamp.hpp"

namespace troupe::change_svc {

inline constexpr std::string_view change_svc_path = "/change_svc";

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

/// A sourcestamp by its content; `patch` makes it one of its own.
struct stamp_content {
  records::sourcestamp stamp;
  std::optional<records::patch> patch;
  TROUPE_FIELDS(stamp, patch)
};
/// Find or make the ids of `stamps`; answered with `stamps_resolved` once they are stored. `along`
/// comes back with the answer, so that the requester need not remember for what it asked.
struct resolve_stamps {
  std::vector<stamp_content> stamps;
  std::string token;
  runtime::address requester;
  runtime::any_message along;
  TROUPE_FIELDS(stamps, token, requester, along)
};
struct stamps_resolved {
  std::string token;
  std::vector<sourcestamp_id> ids; ///< In the order asked; empty if it could not be done.
  std::string message;             ///< Why not.
  runtime::any_message along;      ///< As it was given.
  TROUPE_FIELDS(token, ids, message, along)
};

/// To `/scheduler_manager`: listeners have been forgotten.
struct publisher_restarted {
  TROUPE_FIELDS()
};

} // namespace troupe::change_svc
