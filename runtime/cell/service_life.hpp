// The life of the service in a cell: it is built, runs piece by piece, fails, is dropped and built
// again, stops and ends. Ordered by the parent, by commands, and by what happens to the children.
#pragma once

#include <string>
#include <string_view>

#include "runtime/cell/cell_children.hpp"
#include "runtime/cell/cell_inspector.hpp"
#include "runtime/cell/coordinator_watch.hpp"
#include "runtime/cell/event_journal.hpp"
#include "runtime/cell/outbox_dispatcher.hpp"
#include "runtime/cell/parent_link.hpp"

namespace troupe::runtime {

class service_life final : public children_listener {
public:
  /// The parts of the cell that it works with; all of them outlive it.
  struct parts {
    const cell_identity& self;
    service_slot& slot;
    cell_status& status;
    kept_mail& mail;
    timer_table& timers;
    service_context& context;
    event_journal& journal;
    cell_inspector& inspector;
    cell_children& children;
    coordinator_watch& watch;
    outbox_dispatcher& dispatcher;
    parent_link& parent;
    cell_mailbox& mailbox;
  };
  explicit service_life(const parts& of) : of_{of} {}

  // -- running a piece of the service -----------------------------------------------------------
  /// Runs `work` as an event. What the service says leaves only if it returns; if it throws, the
  /// service has failed, and the answer is false.
  bool guarded(std::string_view doing, work_ref work, const envelope* taken = nullptr);
  /// Sends what was said and does what the service wants done.
  void carry_out(outbox out);
  /// What the service holds back, it says now. It may fail at that.
  void flush();
  /// After a piece of the service has run: remembers `handled`, if its outcome is held back.
  void keep_unflushed(const envelope* handled);

  // -- its life -----------------------------------------------------------------------------------
  void obey(child_order what);
  /// Builds the service; `again` means that all that its predecessor sent to the store must have
  /// arrived there before.
  void begin(bool again);
  /// True if `mail` is the answer that the cell waits for before it builds the service.
  bool barrier_reached(const any_message& mail);
  /// The service is ready, its children may not be.
  void service_ready();
  void fail(std::string_view doing, const std::string& reason);
  /// The service goes for `reason`, its timers with it.
  void drop(const std::string& reason);
  /// Drops the service for `reason` and builds another one from the store.
  void restart(const std::string& reason);
  /// The cell is specified as `spec` from now on. The parent learns of it before anything that the
  /// service asks of it from here on.
  void respecify(child_spec spec);
  /// The transaction that has started this cell wants to know how it does.
  void watched_by(const address& coordinator, const watch_member& how);

  // -- children_listener --------------------------------------------------------------------------
  void children_started() override;
  void children_stopped() override;
  void children_gave_up(const std::string& reason) override;
  void children_shut_down(const std::string& reason) override;

private:
  /// What becomes of the cell when its children have all stopped.
  enum class afterwards { nothing, report_reset, stop_service, end };

  void build();
  void reset();
  void stop_service();
  void stop_children(afterwards then);
  void failed(std::string_view doing, const std::string& reason, bool by_children);
  void end(const std::string& reason);

  parts of_;
  afterwards afterwards_ = afterwards::nothing;
  std::string end_reason_;    ///< Of an end that waits for the children's.
  std::uint64_t barrier_ = 0; ///< Token of the awaited `barrier_reached`; 0: none is awaited.
  bool told_ready_ = false;   ///< By this incarnation.
};

} // namespace troupe::runtime
