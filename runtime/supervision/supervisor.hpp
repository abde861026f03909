// SUPERVISOR: keeps the children of one cell as their specifications say.
//
// A state machine without actors in it: the cell gives it what happens to the children and carries
// out what it orders. Guarantees are Erlang/OTP's (supervisor(3), design principles, "Supervisor
// Behaviour"), one test each in tests/runtime/supervision. Two things differ: a restart that is not
// the first within the period waits for a growing pause, and a child that ended for good is
// forgotten, for the children of a builder are many.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/supervision/child_orders.hpp"
#include "runtime/supervision/restart_group.hpp"
#include "runtime/supervision/restart_window.hpp"

namespace troupe::runtime {

class supervisor {
public:
  using host = supervisor_host;

  /// `cell` outlives it.
  supervisor(host& cell, const supervision& policy)
    : host_{cell}, window_{policy}, orders_{cell}, group_{children_, orders_, cell} {}

  // -- what the cell wants ---------------------------------------------------------------------
  /// Starts `specs` in order; then `children_started`. One that cannot start makes it give up.
  void start_all(const std::vector<child_spec>& specs);
  /// Stops all children in reverse; then `children_stopped`.
  void stop_all();

  /// Another policy from now on; restarts made so far count.
  void govern(const supervision& policy);

  // -- commands; each returns why it is refused, or nothing ---------------------------------------
  /// A child of that name that is being stopped is awaited.
  std::string add(child_spec spec);
  /// Stops a child and forgets it.
  std::string remove(const std::string& name);
  /// Stops a child and keeps its specification, unless it is temporary.
  std::string terminate(const std::string& name);
  /// Starts a terminated child again.
  std::string restart_child(const std::string& name);
  /// Forgets a terminated child.
  std::string forget(const std::string& name);
  /// The child took over a new specification; a cell made again will get it too.
  void respecify(child_spec spec);

  // -- what happens to children -------------------------------------------------------------------
  void ready(const std::string& name);
  void failed(const std::string& name, const std::string& reason);
  void reset_done(const std::string& name);
  /// The cell itself is gone; an empty reason is an orderly end.
  void ended(const std::string& name, const std::string& reason);
  void woken(const std::string& key);

  bool empty() const noexcept { return children_.empty(); }
  bool stopping() const noexcept { return mode_ == mode::stopping || mode_ == mode::giving_up; }
  std::vector<std::string> names() const { return children_.names(); }
  const child_spec* find(const std::string& name) const;
  /// It has been told to stop and has not ended yet.
  bool leaves(const std::string& name) const;
  child_counts counts() const { return children_.counts(); }

private:
  enum class mode { idle, starting, running, stopping, giving_up };

  supervised_child& append(child_spec spec);
  void start_next();
  void stop_next();
  void restart(supervised_child& one, const std::string& reason);
  void after_group(bool group_is_up);
  void gone(supervised_child& one);
  void significant_ended(const std::string& name);
  void give_up(std::string reason);

  host& host_;
  restart_window window_;
  child_table children_;
  child_orders orders_;
  restart_group group_; ///< That is being taken down and up together.
  mode mode_ = mode::idle;
  std::size_t next_start_ = 0; ///< Before it all were started; while `mode_` is starting.
  std::string gave_up_;
};

} // namespace troupe::runtime
