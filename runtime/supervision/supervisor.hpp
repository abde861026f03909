// SUPERVISOR: keeps the children of one cell as their specifications say.
//
// A state machine without actors in it: the cell gives it what happens to the children and carries
// out what it orders. Guarantees are Erlang/OTP's (supervisor(3), design principles, "Supervisor
// Behaviour"), one test each in tests/runtime/supervisor_*test.cpp. Two things differ: a restart
// that is not the first within the period waits for a growing pause, and a child that ended for
// good is forgotten, for the children of a builder are many.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/log.hpp"
#include "runtime/supervision/child_spec.hpp"
#include "runtime/supervision/restart_window.hpp"

namespace troupe::runtime {

/// What a supervisor tells the cell of a child. `restart` builds a new service where one failed,
/// `reset` takes the service down and waits, `stop` asks it to end, `kill` does not ask.
enum class child_order : int { start, restart, reset, stop, kill };

/// Children by what they do, as OTP's count_children.
struct child_counts {
  std::int64_t specified = 0;
  std::int64_t active = 0;   ///< Ready.
  std::int64_t starting = 0; ///< On the way up, or waiting for their restart.
  std::int64_t halted = 0;   ///< Terminated by command, kept for `restart_child`.
  TROUPE_FIELDS(specified, active, starting, halted)
};

/// Keys of a supervisor's wake-ups: the name of the child follows, but for a group's.
namespace wake_keys {
inline constexpr std::string_view start_patience = "start:", pause = "pause:",
                                  stop_patience = "stop:", group_pause = "rise:";
} // namespace wake_keys

class supervisor {
public:
  class host {
  public:
    virtual void spawn_child(const child_spec& spec) = 0;
    virtual void order_child(const std::string& name, child_order what) = 0;
    virtual instant child_time() const = 0;
    virtual std::uint64_t prng() = 0;
    virtual void wake_supervisor(std::string key, span after) = 0;
    virtual void note(level severity, std::string message) = 0;
    virtual void children_started() = 0;
    virtual void children_stopped() = 0;
    virtual void children_gave_up(std::string reason) = 0;
    /// A significant child has ended: the parent is to stop its children and end in good order.
    virtual void children_shut_down(std::string reason) = 0;
    virtual void child_gone(const std::string& name) = 0;

  protected:
    ~host() = default;
  };

  supervisor(host& cell, const supervision& policy)
    : host_{cell}, policy_{policy}, window_{policy} {}

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
  std::vector<std::string> names() const;
  const child_spec* find(const std::string& name) const;
  /// It has been told to stop and has not ended yet.
  bool leaves(const std::string& name) const;
  child_counts counts() const;

private:
  enum class phase { down, starting, up, waiting, resetting, stopping, halted };
  enum class group_phase { none, falling, waiting, rising };
  enum class mode { idle, starting, running, stopping, giving_up };
  struct child {
    child_spec spec;
    phase at = phase::down;
    std::string reason;               ///< Of the last failure.
    bool keep = false;                ///< Terminated, not removed.
    std::unique_ptr<child_spec> next; ///< To begin under this name when the present one is gone.
  };

  child* child_named(const std::string& name) const;
  std::size_t index_of(const child& one) const;
  child& append(child_spec spec);
  void start_next();
  void stop_next();
  void begin(child& one, child_order how);
  void order_stop(child& one);
  void gone(child& one);
  void significant_ended(const std::string& name);
  void give_up(std::string reason);

  // supervisor_restart.cpp: restarts, alone and in groups
  void restart(child& one, const std::string& reason);
  void begin_group(child& one, span pause);
  void group_down();
  void group_up();
  void clear_group();
  bool in_group(const std::string& name) const;

  host& host_;
  supervision policy_;
  restart_window window_;
  mode mode_ = mode::idle;
  std::vector<std::unique_ptr<child>> children_; // in start order
  std::unordered_map<std::string, child*> by_name_;
  std::size_t next_start_ = 0;              // before it all were started; while `mode_` is starting
  std::deque<std::string> failed_in_group_; // failures that came while a group was restarted
  std::vector<std::string> group_;          // being taken down and up together
  group_phase group_at_ = group_phase::none;
  span group_pause_{0}; // between the fall and the rise
  std::string gave_up_;
};

} // namespace troupe::runtime
