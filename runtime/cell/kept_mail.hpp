// The messages that a cell keeps: those that wait for its service, and those that were handled and
// whose outcome is not durable yet. A service that is built again takes the latter once more.
#pragma once

#include <atomic>
#include <deque>
#include <vector>

#include "runtime/mail/address.hpp"
#include "runtime/mail/transaction.hpp"

namespace troupe::runtime {

class kept_mail {
public:
  /// `depth` counts all messages that wait for the cell; what is redelivered is added to it.
  explicit kept_mail(std::atomic<std::int64_t>& depth) : depth_{depth} {}

  // -- messages that wait ---------------------------------------------------------------------
  /// Behind those that wait already.
  void park(const envelope& mail) { waiting_.push_back(mail); }
  bool waits() const noexcept { return !waiting_.empty(); }
  /// The next one; there must be one.
  envelope next();
  const std::deque<envelope>& waiting() const noexcept { return waiting_; }

  // -- messages that were handled ---------------------------------------------------------------
  /// The service has handled `mail` and holds its outcome back. Without a message: it still holds
  /// back what came of the former ones.
  void hold_back(const envelope* mail);
  /// The service holds nothing back any more.
  void flushed() { held_back_.clear(); }
  /// The service has sent `what`, which came of `taken`, if of a message, and of what it held back.
  void sent(const transaction& what, const envelope* taken);
  /// The outcome of transactions that were sent. What came of the refused ones will be redelivered,
  /// unless a requester hears of it or the transaction itself was at fault.
  void ended(const transactions_ended& news);

  // -- messages that are taken once more --------------------------------------------------------
  /// The service is gone with what it held back: those messages wait again.
  void return_held_back();
  /// Those whose transactions were refused wait again, before all others.
  void redeliver();

  void clear();

private:
  /// A transaction that was sent and has not ended.
  struct sent_transaction {
    std::vector<envelope> came_of;
    bool refusal_heard = false; ///< A requester is told if it is refused.
  };

  void add_redelivered(envelope& mail);

  std::atomic<std::int64_t>& depth_;
  std::deque<envelope> waiting_;
  std::vector<envelope> held_back_;
  std::deque<sent_transaction> in_store_;
  std::vector<envelope> redelivered_;
};

} // namespace troupe::runtime
