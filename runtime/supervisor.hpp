// SUPERVISOR: keeps the children of one cell as their specifications say.
//
// A state machine without actors in it: the cell gives it what happens to the children and carries
// out what it orders. Guarantees are Erlang/OTP's (design principles, "Supervisor Behaviour"):
// start left to right, each after the former is ready; stop right to left; restart by policy and
// strategy; too many restarts within the period: stop all children and give up upwards, with the
// reason.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "runtime/child_spec.hpp"
#include "runtime/log.hpp"
#include "runtime/restart_window.hpp"

namespace troupe::runtime {

/// What a supervisor tells the cell of a child. `restart` builds a new service where one failed,
/// `reset` takes the service down and waits, `stop` asks it to end, `kill` does not ask.
enum class child_order : int { start, restart, reset, stop, kill };

class supervisor {
public:
  class host {
  public:
    virtual void spawn_child(const child_spec& spec) = 0;
    virtual void order_child(const std::string& name, child_order what) = 0;
    virtual instant child_time() const = 0;
    virtual std::uint64_t chance() = 0;
    virtual void wake_supervisor(std::string key, span after) = 0;
    virtual void note(level grade, std::string words) = 0;
    virtual void children_started() = 0;
    virtual void children_stopped() = 0;
    virtual void children_gave_up(std::string reason) = 0;
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
  /// A child of that name that is being stopped is awaited.
  void add(child_spec spec);
  void remove(const std::string& name);
  /// The child took over a new specification; a cell made anew will get it too.
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

private:
  enum class phase { down, starting, up, waiting, resetting, stopping };
  enum class mode { idle, starting, running, stopping, giving_up };
  struct child {
    child_spec spec;
    phase at = phase::down;
    std::string reason; ///< Of the last failure.
    std::optional<child_spec> next; ///< To begin under this name when the present one is gone.
  };

  child* child_named(const std::string& name);
  std::size_t index_of(const std::string& name) const;
  void start_next();
  void stop_next();
  void begin(child& one, child_order how);
  void restart(child& one, const std::string& reason);
  void begin_restart(const std::string& name);
  void group_down();
  void group_up();
  void give_up(std::string reason);
  void erase(const std::string& name);

  host& host_;
  supervision policy_;
  restart_window window_;
  mode mode_ = mode::idle;
  std::vector<child> children_; // in start order
  std::deque<std::string> failed_in_group_; // failures that came while a group was restarted
  std::vector<std::string> group_;          // being taken down and up together
  bool group_rising_ = false;
  std::string gave_up_;
};

} // namespace troupe::runtime
