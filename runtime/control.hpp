// Commands to a cell, whatever service is in it. They overtake what waits in its mailbox. Each is
// answered with `cell_answer` to the address that sent it.
#pragma once

#include <string>

#include "runtime/address.hpp"
#include "runtime/child_spec.hpp"

namespace troupe::runtime {

/// Puts a service with the configuration (and kind) of `spec` in the place of the present one,
/// which hands over its state. If the successor refuses, the predecessor goes on.
struct swap_service {
  child_spec spec;
  std::string token;
  TROUPE_FIELDS(spec, token)
};

/// Makes the service fail, as if a handler had thrown `reason`.
struct crash_service {
  std::string reason;
  std::string token;
  TROUPE_FIELDS(reason, token)
};

/// Drops the service and builds a new one from what is stored; not counted as a failure.
struct restart_service {
  std::string token;
  TROUPE_FIELDS(token)
};

/// A child of that name that is being stopped is awaited. One that stays and is of the same kind
/// takes `spec` over, as by `swap_service`.
struct add_child {
  child_spec spec;
  std::string token;
  TROUPE_FIELDS(spec, token)
};

struct remove_child {
  std::string name;
  std::string token;
  std::optional<bytes> if_config; ///< Only as long as this is its configuration.
  TROUPE_FIELDS(name, token, if_config)
};

/// Stops a child and keeps its specification (unless it is temporary), for `restart_child` or
/// `remove_child`.
struct terminate_child {
  std::string name;
  std::string token;
  TROUPE_FIELDS(name, token)
};

struct restart_child {
  std::string name;
  std::string token;
  TROUPE_FIELDS(name, token)
};

/// What a cell tells of itself: "state", "config", "info", "mailbox" or "crashes".
struct show_cell {
  std::string what;
  std::string token;
  TROUPE_FIELDS(what, token)
};

struct cell_answer {
  std::string token;
  std::string path;
  bool ok = false;
  std::string words; ///< Why not.
  json content;
  TROUPE_FIELDS(token, path, ok, words, content)
};

/// To a sender that hears it: `what` was not taken, the mailbox of `to` is full.
struct mail_refused {
  address to;
  any_message what;
  TROUPE_FIELDS(to, what)
};

/// Hands `command` to the cell at `to`; false if there is none.
bool deliver_control(const address& to, any_message command, const address& from);

/// To whoever controls a path at which nobody is.
inline cell_answer nobody_there(std::string token, std::string path) {
  return {std::move(token), path, false, "nobody is at " + path, nullptr};
}

} // namespace troupe::runtime
