// The actor of a cell: its mailbox, and the parts that it gives its messages to. Only cell*.cpp
// include it.
#pragma once

#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>

#include "runtime/cell/cell_mailbox.hpp"
#include "runtime/cell/cell_messages.hpp"
#include "runtime/cell/participant.hpp"

namespace troupe::runtime {

class cell_actor final : public caf::event_based_actor, public cell_mailbox {
public:
  cell_actor(caf::actor_config& config, runtime::system& sys, runtime::address at, child_spec spec,
             caf::actor parent);

  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "troupe.cell"; }

  // -- cell_mailbox -------------------------------------------------------------------------------
  void drain() override;
  void arm() override;
  void post_ready() override;
  void close() override { quit(); }
  caf::actor handle() override;

private:
  // cell.cpp: mail
  void take(const envelope& mail);
  void deliver(const envelope& mail);
  void handle(const hearing& hearing, const envelope& mail);
  void offer_rest();
  void hear(const transactions_ended& news);
  void hear(const child_note& note);
  void expire_timers();
  bool waits() const noexcept { return !slot_.service || status_.paused(); }

  // cell_control.cpp: commands
  void execute(const control_mail& mail);
  bool execute_on_service(const control_mail& mail, cell_answer& answer);
  std::string crash(std::string_view doing, const std::string& reason);
  void suspend(bool on);
  json show(const show_cell& asked);
  json show_mailbox(std::int64_t limit);

  cell_identity self_;
  service_slot slot_;
  cell_status status_;
  kept_mail mail_;
  timer_table timers_;
  cell_children children_;
  service_context context_;
  event_journal journal_;
  outbox_dispatcher dispatcher_;
  cell_inspector inspector_;
  coordinator_watch watch_;
  parent_link parent_;
  service_life life_;
  participant participant_;
};

} // namespace troupe::runtime
