// Tells the coordinators of transactions over the tree how a cell does: that it is ready, and, for
// the settle period, that it has failed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/cell/cell_identity.hpp"
#include "runtime/cell/service_slot.hpp"
#include "runtime/mail/control.hpp"

namespace troupe::runtime {

class coordinator_watch {
public:
  explicit coordinator_watch(const cell_identity& self) : self_{self} {}

  /// A transaction has started this cell: its readiness is told, then the settle period begins.
  void await_ready(const address& coordinator, const watch_member& how);
  /// A transaction has put another service here: the settle period begins now.
  void settle(const address& coordinator, std::uint64_t transaction, span period);

  void tell_ready();
  /// Also to the coordinator of a transaction that goes on. An empty `doing` is left out.
  void tell_failed(std::string_view doing, const std::string& reason,
                   const std::optional<participation>& in_transaction);
  /// The answer to a command to prepare, if it waits for the service. An empty refusal is none.
  void answer_prepared(std::optional<participation>& in_transaction, std::string refusal);

private:
  struct watch {
    std::uint64_t transaction = 0;
    address coordinator;
    span period{};
    instant until;
    bool ready_owed = false;
  };

  void tell_failed(const address& coordinator, std::uint64_t transaction, std::string reason);

  const cell_identity& self_;
  std::optional<watch> watch_;
};

} // namespace troupe::runtime
