// Sourcestamps by their content: the change manager finds or makes their ids.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/mail/address.hpp"
#include "storage/records/sourcestamp.hpp"

namespace troupe::change_svc {

inline constexpr std::string_view change_svc_path = "/change_svc";

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

} // namespace troupe::change_svc
