// Writes to the store, with the messages that leave once they are durable: one value, given to the
// writer of the store. If it is aborted, nothing is stored, the messages in `on_abort` leave
// instead of those in `on_commit`, and the owner is rebuilt from the store.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "runtime/mail/address.hpp"
#include "storage/batch.hpp"
#include "storage/codec.hpp"

namespace troupe::runtime {

/// The path of the writer in every tree.
inline constexpr std::string_view store_path = "/db";

struct transaction {
  storage::batch work;
  std::vector<std::pair<address, any_message>> on_commit;
  std::vector<std::pair<address, any_message>> on_abort;
  address owner;

  template <described Message>
  void send(const address& to, Message what) {
    on_commit.emplace_back(to, any_message{std::move(what)});
  }
  template <described Message>
  void refuse(const address& to, Message what) {
    on_abort.emplace_back(to, any_message{std::move(what)});
  }
  bool empty() const noexcept { return work.empty() && on_commit.empty(); }

  TROUPE_FIELDS(work, on_commit, on_abort, owner)
};

/// From the writer to the cell of an owner. Of its transactions whose outcome it does not know yet,
/// the first `stored` are durable, the next `refused` were aborted. If any was aborted, the service
/// begins again from the store, and the messages that they came of are redelivered, unless a
/// requester was told of the refusal, or the transaction itself was at fault.
struct transactions_ended {
  std::int64_t stored = 0;
  std::int64_t refused = 0;
  bool own_fault = false; ///< Of the first that was refused: it could never be stored.
  std::string message;    ///< Why they were refused.
  TROUPE_FIELDS(stored, refused, own_fault, message)
};

/// To the writer: answered with `barrier_reached` after everything sent before it was committed or
/// has failed. A cell asks this before it rebuilds a service from the store.
struct store_barrier {
  std::uint64_t token = 0;
  TROUPE_FIELDS(token)
};
struct barrier_reached {
  std::uint64_t token = 0;
  TROUPE_FIELDS(token)
};

} // namespace troupe::runtime
