// Hot swap: a successor moves into the cell, alone or together with those of other cells.
//
// The predecessor is kept until the switch is final, and what the successor says when it moves in
// is held back until then, so that a switch can be undone as if it had never been.
#pragma once

#include <string>

#include "runtime/cell/cell_messages.hpp"
#include "runtime/cell/service_life.hpp"

namespace troupe::runtime {

class participant {
public:
  /// The parts of the cell that it works with; all of them outlive it.
  struct parts {
    const cell_identity& self;
    service_slot& slot;
    cell_status& status;
    timer_table& timers;
    service_context& context;
    event_journal& journal;
    coordinator_watch& watch;
    service_life& life;
    cell_mailbox& mailbox;
  };
  explicit participant(const parts& of) : of_{of} {}

  /// Carries out a command of a transaction; false if `mail` is none. `answers` becomes false if
  /// the answer is given later.
  bool execute(const control_mail& mail, cell_answer& answer, bool& answers);
  /// A transaction of this cell alone: a service as in `spec` takes the place of the present one.
  /// Why it could not, or nothing.
  std::string swap(child_spec spec);
  /// Leaves the transaction; all is as it was before.
  void leave();

private:
  void join(std::uint64_t transaction, const address& coordinator);
  bool is_in(std::uint64_t transaction) const;
  void begin(const prepare_member& what, cell_answer& answer, bool& answers);
  void release(const release_member& what, const address& coordinator, cell_answer& answer);
  void hold(bool on);

  std::string prepare(participation& one);
  std::string offer(participation& one);
  bool prepare_outside();
  std::string switch_over(participation& one);
  void move(participation& one);
  void undo(participation& one);
  void settle_in(participation one);
  void rebuild(participation one);

  parts of_;
};

} // namespace troupe::runtime
