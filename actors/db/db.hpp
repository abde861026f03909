// DB: the one writer of the store.
//
// Owns:      every commit. All transactions that wait when it gets to work share one.
// Promises:  what a transaction says leaves after its commit, in the order of transactions; of a
//            transaction that cannot be committed nothing is said but its refusals, and its owner
//            is rebuilt from the store. The owner is fenced until it has been notified: what it
//            sends meanwhile is refused. After a failure of the store itself, the next commit waits
//            for a backoff.
// Restart:   permanent. The pending batch is committed, or refused, before the service goes.
#pragma once

#include "runtime/mail/control.hpp"
#include "runtime/service/kind.hpp"
#include "storage/field_history.hpp"

namespace troupe::db {

struct database_config {
  std::int64_t transactions_max = 512; ///< In one commit.
  std::int64_t bytes_max = 16 << 20;   ///< In one commit, roughly.
  TROUPE_FIELDS(transactions_max, bytes_max)
};

struct database_state {
  std::vector<runtime::any_message> pending_batch; ///< The next commit's, with barriers.
  std::vector<runtime::address> requesters;        ///< Of the barriers among them, in order.
  std::int64_t pending_bytes = 0;
  std::set<std::string> fenced; ///< Owners that have not been notified of an abort yet.
  bool backing_off = false;     ///< After the store's own failure, until it is tried again.
  std::int64_t commits = 0;
  std::int64_t transactions = 0;
  std::int64_t refusals = 0;
  std::int64_t slowest_commit_us = 0;
  std::deque<std::int64_t> recent_commits_us; ///< At most `commits_remembered`.
  std::string trouble; ///< Why the last commit failed; empty when it went through.
  TROUPE_FIELDS(pending_batch, requesters, pending_bytes, fenced, backing_off, commits,
                transactions, refusals, slowest_commit_us, recent_commits_us, trouble)
  static void troupe_history(field_history& past) {
    past.renamed("gathered", "pending_batch");
    past.renamed("gathered_bytes", "pending_bytes");
    past.renamed("distrusted", "fenced");
    past.renamed("resting", "backing_off");
  }
};

inline constexpr std::size_t commits_remembered = 200;

/// To itself: the store is tried again.
struct commit_again {
  TROUPE_FIELDS()
};

class database : public runtime::service<database, database_config, database_state> {
public:
  using hears = runtime::messages<runtime::transaction, runtime::store_barrier, commit_again>;
  static const runtime::service_kind& static_kind();

  void on(const runtime::transaction&);
  void on(const runtime::store_barrier&);
  void on(const commit_again&);
  void mailbox_drained() override;
  void flush() override { commit_pending(); }
  void terminate(const std::string&) override { commit_pending(); }
  bool shutdown_requested() override;

private:
  void add_to_batch(std::int64_t size);
  void commit_pending();
  void release(const runtime::any_message& what, std::size_t& barrier);
  void refuse(const runtime::transaction& work, const failure& why);
  void back_off(const failure& why);
  void tell_owners(const std::vector<const runtime::transaction*>& all,
                   const std::map<const runtime::transaction*, failure>& refused,
                   const std::set<const runtime::transaction*>& offenders);
};

} // namespace troupe::db
