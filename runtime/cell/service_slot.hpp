// What is in a cell: its specification, the service, and what a transaction over the tree is about
// to put in the service's place.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runtime/mail/outbox.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::runtime {

/// A cell's part in a transaction over the tree.
struct participation {
  enum class stage {
    waiting,  ///< Nothing was prepared: the cell is about to leave, its messages wait.
    prepared, ///< The successor, or the configuration to take in place, is at hand.
    rebuild,  ///< The state could not be taken over: the successor is built from the store.
    switched, ///< The successor is in the cell.
  };

  std::uint64_t transaction = 0;
  address coordinator;
  child_spec spec;
  stage at = stage::waiting;
  const service_kind* kind = nullptr;  ///< The successor's; once switched, the predecessor's.
  std::unique_ptr<service_base> other; ///< Likewise.
  std::uint64_t incarnation = 0;       ///< Of the service for which it was prepared.
  bool in_place = false;               ///< The service stays and takes a configuration.
  bool force = false;                  ///< A refusal leads to `rebuild`.
  std::string answer_owed; ///< Token of the command that is answered when the service is prepared.
  outbox held;             ///< What the successor said when it moved in.
};

/// Plain data, shared by the parts of one cell.
struct service_slot {
  child_spec spec;
  const service_kind* kind = nullptr; ///< Null: the program has no such kind.
  std::unique_ptr<service_base> service;
  std::uint64_t incarnation = 0; ///< Services built so far.
  std::optional<participation> in_transaction;

  /// Puts the successor of `one` in the cell and keeps the predecessor in its place, or back.
  void exchange(participation& one);
  /// The service is gone. If it was a successor, its predecessor is of no use either: what that one
  /// knew has failed.
  void drop();
  /// For everyone: kind, bound of the mailbox and specification.
  void show_specification(port& figures) const;
};

} // namespace troupe::runtime
