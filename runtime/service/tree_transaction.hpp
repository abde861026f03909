// A reconfiguration as a transaction over the tree (design.md §3): prepare, switch, release, start,
// stop, settle. A state machine without actors in it: a coordinator gives it what the cells answer
// and carries out what it orders.
//
// prepare  every successor is built and given a copy of the state it will take over
// switch   cells let messages wait, successors move in; what they say is held back. Up to here any
//          trouble is undone by `cancel`, and nobody noticed.
// release  all at once the switch is final; what waited and what was held back goes on
// start    new children, by parents, in order; each is awaited until it is ready
// stop     what is no longer wanted; it has taken no message since the switch
// settle   for a while. A failure of any of them from the release on makes the whole fail: the
//          coordinator then runs `reverse()`, with `force`.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "runtime/mail/control.hpp"
#include "runtime/service/reconcile.hpp"

namespace troupe::runtime {

enum class transaction_stage : int {
  idle,
  preparing,
  switching,
  releasing,
  starting,
  stopping,
  starting_again, ///< What was stopped as one kind, as another.
  settling,
  cancelling,
};
constexpr auto names_of(transaction_stage) {
  return std::array<std::string_view, 9>{"mailbox_drained", "preparing", "switching",
                                         "releasing",       "starting",  "shutdown_requested",
                                         "starting_again",  "settling",  "cancelling"};
}

enum class transaction_verdict : int {
  pending,
  done,
  refused, ///< Before the release: everything is as it was.
  failed,  ///< After it: it has to be rolled back.
};
constexpr auto names_of(transaction_verdict) {
  return std::array<std::string_view, 4>{"pending", "done", "refused", "failed"};
}

struct transaction_order {
  std::string path;
  any_message command;
};

struct tree_transaction {
  std::uint64_t id = 0;
  tree_plan plan;
  span settle{};
  bool force = false; ///< Go on whatever happens: there is nothing to go back to.
  transaction_stage stage = transaction_stage::idle;
  transaction_verdict verdict = transaction_verdict::pending;
  std::set<std::string> awaited;     ///< Paths whose answer is due in this stage.
  std::set<std::string> begun;       ///< Paths that were started,
  std::set<std::string> gone;        ///< and that were stopped.
  std::int64_t next_change = 0;      ///< Of those to start.
  std::vector<std::string> troubles; ///< The first is the reason of the verdict.
  TROUPE_FIELDS(id, plan, settle, force, stage, verdict, awaited, begun, gone, next_change,
                troubles)

  using orders = std::vector<transaction_order>;

  /// What is to be started must be of a known kind with a configuration that it can read.
  orders begin(const kind_registry& kinds);
  orders answered(const cell_answer& news);
  orders ready(const std::string& path);
  orders failed(const std::string& path, const std::string& reason);
  /// No more answers of this stage are waited for.
  orders overdue(span patience);
  /// The time to settle is over.
  void settled();
  /// Undoes everything up to the release, all at once.
  orders cancel();

  bool running() const noexcept {
    return stage != transaction_stage::idle && verdict == transaction_verdict::pending;
  }
  bool released() const noexcept {
    return stage >= transaction_stage::releasing && stage != transaction_stage::cancelling;
  }
  /// What brings back the tree as it was, after a failure.
  tree_plan reverse() const;

private:
  bool is_member(const tree_change& one) const;
  bool starts_again(const tree_change& one) const;
  std::string token(const std::string& path) const;
  void go_on(orders& out);
  void enter(transaction_stage next, orders& out);
  void enter_start(orders& out, bool again);
  void trouble(const std::string& path, const std::string& message, orders& out);
  void conclude(transaction_verdict how);
};

std::string parent_path(std::string_view path);

} // namespace troupe::runtime
