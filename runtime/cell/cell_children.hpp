// The children of a cell: their supervisor, their actors, and the specifications from which they
// are started again.
#pragma once

#include <deque>
#include <map>
#include <string>

#include <caf/actor.hpp>

#include "runtime/cell/cell_identity.hpp"
#include "runtime/cell/cell_mailbox.hpp"
#include "runtime/cell/cell_messages.hpp"
#include "runtime/cell/service_context.hpp"
#include "runtime/cell/timer_table.hpp"
#include "runtime/mail/control.hpp"
#include "runtime/supervision/supervisor.hpp"

namespace troupe::runtime {

/// Who hears how the children fare as a whole.
class children_listener {
public:
  virtual void children_started() = 0;
  virtual void children_stopped() = 0;
  /// They were restarted too often, and are all stopped.
  virtual void children_gave_up(const std::string& reason) = 0;
  /// A significant child has ended: the cell is to stop the others and end in good order.
  virtual void children_shut_down(const std::string& reason) = 0;

protected:
  ~children_listener() = default;
};

class cell_children final : public supervisor::host {
public:
  /// What it works with; all of it outlives it.
  struct surroundings {
    const cell_identity& self;
    service_slot& slot; ///< Whose specification names the children.
    service_context& context;
    timer_table& timers;
    cell_mailbox& mailbox;
    children_listener& listener;
  };
  explicit cell_children(const surroundings& in)
    : in_{in}, nursery_{*this, in.slot.spec.children_policy} {}

  supervisor& nursery() noexcept { return nursery_; }
  const supervisor& nursery() const noexcept { return nursery_; }
  /// Those that failed and are gone, the newest last.
  const std::deque<departed>& departed_children() const noexcept { return departed_; }

  /// Starts the specified children, unless they were started. False: they were.
  bool start();
  /// No child is asked.
  void kill_all();
  /// Lets go of their actors, which keep each other alive.
  void release() { handles_.clear(); }
  /// What a child tells of itself.
  void hear(const child_note& note);
  /// Carries out a command that concerns a child. False if the child itself will answer.
  bool execute(const control_mail& mail, cell_answer& answer);

  // -- supervisor::host ------------------------------------------------------------------------
  void spawn_child(const child_spec& spec) override;
  void order_child(const std::string& name, child_order what) override;
  instant child_time() const override { return in_.self.sys.now(); }
  std::uint64_t prng() override { return in_.context.random(); }
  void wake_supervisor(std::string key, span after) override;
  void note(level severity, std::string message) override;
  void children_started() override { in_.listener.children_started(); }
  void children_stopped() override;
  void children_gave_up(std::string reason) override;
  void children_shut_down(std::string reason) override { in_.listener.children_shut_down(reason); }
  void child_gone(const std::string& name) override;

private:
  bool add(const add_child& what, const address& from, cell_answer& answer);
  void remove(const remove_child& what, cell_answer& answer);
  void child_ended(const child_note& note);
  void keep_spec(const child_spec& spec);
  bool replace_spec(const child_spec& spec);
  void forget_spec(std::string_view name);
  void cancel_wake(std::string_view key, const std::string& name);
  address address_of(std::string_view name) const;

  surroundings in_;
  supervisor nursery_;
  bool up_ = false;           ///< Those that are specified have been started.
  std::size_t last_kept_ = 0; ///< Place among their specifications: they come in order.
  std::map<std::string, caf::actor, std::less<>> handles_;
  std::deque<departed> departed_;
};

} // namespace troupe::runtime
