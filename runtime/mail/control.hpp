// Commands to a cell, whatever service is in it. They overtake what waits in its mailbox. Each is
// answered with `cell_answer` to the address that sent it.
#pragma once

#include <string>

#include "runtime/mail/address.hpp"
#include "runtime/supervision/child_spec.hpp"

namespace troupe::runtime {

/// Puts a service with the configuration (and kind) of `spec` in the place of the present one,
/// which hands over its state. If the successor refuses, the predecessor goes on.
struct swap_service {
  std::optional<child_spec> spec; ///< Nothing: as it is.
  std::string token;
  TROUPE_FIELDS(spec, token)
};

/// Messages wait from now on, until `resume_service`. The service is not touched.
struct suspend_service {
  std::string token;
  TROUPE_FIELDS(token)
};
struct resume_service {
  std::string token;
  TROUPE_FIELDS(token)
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

/// A cell that is started by a transaction over the tree tells its coordinator (who sent the
/// command) when it is ready, once, and then for a while whether it fails.
struct watch_member {
  std::uint64_t transaction = 0;
  span settle{};
  TROUPE_FIELDS(transaction, settle)
};

/// A child of that name that is being stopped is awaited. One that stays and is of the same kind
/// takes `spec` over, as by `swap_service`.
struct add_child {
  child_spec spec;
  std::string token;
  std::optional<watch_member> watch; ///< For the child.
  TROUPE_FIELDS(spec, token, watch)
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

/// A cell at rest writes a checkpoint, if the journal needs one (journal/journal.hpp). Not
/// answered.
struct record_state {
  TROUPE_FIELDS()
};

/// What a cell tells of itself: "state", "config", "info", "mailbox", "crashes" or "links".
struct show_cell {
  std::string what;
  std::string token;
  std::int64_t limit = 100; ///< Rows, where there may be many.
  TROUPE_FIELDS(what, token, limit)
};

struct cell_answer {
  std::string token;
  std::string path;
  bool ok = false;
  std::string message; ///< Why not.
  json content;
  TROUPE_FIELDS(token, path, ok, message, content)
};

// -- a cell's part in a transaction over the tree (tree_transaction.hpp) ------------------------
// Its coordinator sends prepare, switch, release; or cancel, which leaves everything as it was. A
// release for another transaction than the cell's own is refused.

/// Build a successor for `spec` and give it a copy of the state; or, if the kind takes it in place,
/// read its configuration. Nothing changes yet.
struct prepare_member {
  std::uint64_t transaction = 0;
  child_spec spec;
  bool force = false; ///< A successor that refuses the state is built from the store instead.
  std::string token;
  TROUPE_FIELDS(transaction, spec, force, token)
};
/// Let messages wait, hand the last state over, let the successor move in. What it says is held
/// back. Of a cell that was not prepared: it is about to leave and only waits.
struct switch_member {
  std::uint64_t transaction = 0;
  std::string token;
  TROUPE_FIELDS(transaction, token)
};
/// The switch is final; work goes on. Failures within `settle` are told to the coordinator.
struct release_member {
  std::uint64_t transaction = 0;
  span settle{};
  std::string token;
  TROUPE_FIELDS(transaction, settle, token)
};
/// The predecessor goes on where it was.
struct cancel_member {
  std::uint64_t transaction = 0;
  std::string token;
  TROUPE_FIELDS(transaction, token)
};
/// To the coordinator.
struct member_ready {
  std::uint64_t transaction = 0;
  std::string path;
  TROUPE_FIELDS(transaction, path)
};
struct member_failed {
  std::uint64_t transaction = 0;
  std::string path;
  std::string reason; ///< With what it was doing.
  TROUPE_FIELDS(transaction, path, reason)
};

/// To a sender that hears it: `what` was not taken, the mailbox of `to` is full.
struct mail_refused {
  address to;
  any_message what;
  TROUPE_FIELDS(to, what)
};

/// Hands `command` to the cell at `to`; false if there is none.
bool deliver_control(const address& to, any_message command, const address& from);

/// The answer to a command for a path at which there is no cell.
inline cell_answer nobody_there(std::string token, std::string path) {
  return {std::move(token), path, false, "nobody is at " + path, nullptr};
}

} // namespace troupe::runtime
