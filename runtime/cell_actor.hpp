// The inside of a cell; only cell*.cpp include it.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>

#include "runtime/cell.hpp"
#include "runtime/control.hpp"
#include "runtime/kind.hpp"
#include "runtime/supervisor.hpp"
#include "runtime/system.hpp"

namespace troupe::runtime {

/// From parent to child, ahead of all other mail.
struct parent_order {
  child_order what = child_order::start;
};

/// From child to parent, ahead of all other mail.
struct child_note {
  enum class kind { ready, failed, reset, ended, respecified } what = kind::ready;
  std::string name;
  std::string reason;
  std::shared_ptr<const child_spec> spec;
};

/// A control message (control.hpp) with its sender.
struct control_mail {
  any_message what;
  runtime::address from;
};

struct timer_wake {};
struct drain_more {};

} // namespace troupe::runtime

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::runtime::envelope)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::runtime::parent_order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::runtime::child_note)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::runtime::control_mail)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::runtime::timer_wake)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::runtime::drain_more)

namespace troupe::runtime {

class cell_actor final : public caf::event_based_actor, public context, public supervisor::host {
public:
  cell_actor(caf::actor_config& config, runtime::system& sys, runtime::address at, child_spec spec,
             caf::actor parent);

  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "troupe.cell"; }

  // -- context: what the service may know and do ------------------------------------------------
  const runtime::address& me() const override { return me_; }
  const runtime::address& sender() const override { return current_sender_; }
  const any_message& current() const override { return current_; }
  instant now() const override { return now_; }
  std::uint64_t random() override;
  runtime::address at(std::string_view path) override { return sys_.at(path); }
  storage::store* store() override { return sys_.store(); }
  std::vector<std::string> children() const override { return nursery_.names(); }
  const child_spec* child_spec_of(const std::string& name) const override {
    return nursery_.find(name);
  }
  std::vector<tree_node> listing() const override { return list_nodes(sys_.paths()); }
  const kind_registry& kinds() const override { return sys_.kinds(); }
  void tell(runtime::address to, any_message what) override;
  void remind(std::string key, span after, any_message what) override;
  void forget(std::string_view key) override;
  void start_child(child_spec spec) override;
  void stop_child(std::string name) override;
  void control(std::string path, any_message command) override;
  void finish(std::string reason) override;
  void ready() override;
  void log(level grade, std::string words) override;

  // -- supervisor::host ------------------------------------------------------------------------
  void spawn_child(const child_spec& spec) override;
  void order_child(const std::string& name, child_order what) override;
  instant child_time() const override { return sys_.now(); }
  std::uint64_t chance() override { return random(); }
  void wake_supervisor(std::string key, span after) override;
  void note(level grade, std::string words) override { log(grade, std::move(words)); }
  void children_started() override;
  void children_stopped() override;
  void children_gave_up(std::string reason) override;
  void children_shut_down(std::string reason) override;
  void child_gone(const std::string& name) override;

private:
  using clock_point = caf::actor_clock::time_point;
  struct timer {
    clock_point due;
    any_message what;      ///< Empty: the supervisor's own.
  };
  struct last_words {
    instant at;
    std::string reason;
    std::string handling;
    std::uint64_t incarnation = 0;
    TROUPE_FIELDS(at, reason, handling, incarnation)
  };
  /// What becomes of the cell when its children have all stopped.
  enum class afterwards { nothing, report_reset, stop_service, fail_upwards, end };

  // cell.cpp: mail and the life of the service
  void take(const envelope& mail);
  void deliver(const envelope& mail);
  bool run(const hearing& hearing, const envelope& mail);
  void keep_unsettled(const envelope& mail);
  void drain();
  void obey(const parent_order& order);
  void hear(const child_note& note);
  void begin_service(bool again);
  void build_service();
  void service_ready();
  template <class F>
  bool guarded(std::string_view doing, F&& work);
  void fail(const std::string& reason);
  void drop_service();
  void settle_service();
  void stop_service();
  void end(const std::string& reason);
  void kill_children();
  void report(child_note::kind what, std::string reason = {});
  void set_phase(cell_phase to);
  void flush();
  void arm();
  void timers_due();

  // cell_control.cpp: commands and what a cell shows of itself
  void execute(const control_mail& mail);
  std::string swap(const child_spec& spec);
  void respecify(child_spec spec);
  json show(const std::string& what);
  json info() const;

  runtime::system& sys_;
  runtime::address me_;
  child_spec spec_;
  caf::actor parent_;
  const service_kind* kind_ = nullptr;
  std::unique_ptr<service_base> service_;
  supervisor nursery_;
  restart_window own_window_; ///< The root's, for itself.
  std::map<std::string, caf::actor, std::less<>> handles_;
  cell_phase phase_ = cell_phase::parked;
  afterwards afterwards_ = afterwards::nothing;
  bool children_up_ = false;   ///< The static children have been started.
  bool told_ready_ = false;
  bool finishing_ = false;
  std::string finish_reason_;
  std::string give_up_reason_;
  std::uint64_t incarnation_ = 0;
  std::uint64_t barrier_ = 0; ///< Awaited `store_reached`; 0 is none.
  std::uint64_t chance_state_ = 0;
  instant now_;
  runtime::address current_sender_;
  any_message current_;
  std::deque<envelope> parked_;
  std::vector<envelope> unsettled_; ///< Handled, but what came of them is still held back.
  std::map<std::string, timer, std::less<>> timers_;
  clock_point armed_ = clock_point::max();
  std::string_view handling_;
  std::deque<last_words> crashes_;

  // What the running handler has said; leaves when it has returned.
  std::vector<std::pair<runtime::address, any_message>> said_;
  std::vector<std::pair<std::string, any_message>> commanded_;
  std::vector<std::pair<std::string, std::optional<timer>>> timed_;
  std::vector<child_spec> to_start_;
  std::vector<std::string> to_stop_;
};

} // namespace troupe::runtime
