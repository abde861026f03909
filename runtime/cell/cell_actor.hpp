// The inside of a cell; only cell*.cpp include it.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>

#include "runtime/cell/cell.hpp"
#include "runtime/cell/system.hpp"
#include "runtime/journal/event_recorder.hpp"
#include "runtime/mail/control.hpp"
#include "runtime/mail/outbox.hpp"
#include "runtime/mail/transaction.hpp"
#include "runtime/observation/last_words.hpp"
#include "runtime/observation/link_table.hpp"
#include "runtime/service/kind.hpp"
#include "runtime/supervision/supervisor.hpp"

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
  std::shared_ptr<const last_words> message; ///< Of a child that failed and will not be rebuilt.
};

/// A control message (control.hpp) with its sender.
struct control_mail {
  any_message what;
  runtime::address from;
};

struct timer_wake {};
struct drain_more {};

/// Before the keys of timers that are not the service's: its supervisor's and the cell's own.
inline constexpr std::string_view supervisor_keys = "supervisor:";
/// Of the timer that cancels a transaction whose coordinator is silent.
inline constexpr std::string_view participant_key = "participant";

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
  runtime::address address_of(std::string_view path) override { return sys_.address_of(path); }
  storage::store* store() override { return sys_.store(); }
  storage::effect_log* effect_log() override {
    return turn_ && !kind_->not_replayable ? turn_ : nullptr;
  }
  std::vector<std::string> children() const override;
  const child_spec* child_spec_of(const std::string& name) const override;
  const kind_registry& kinds() const override { return sys_.kinds(); }
  std::vector<child_spec> configured_children(std::string_view of) const override;
  std::vector<stuck_handler> stuck() const override { return sys_.dog().stuck(); }
  std::vector<service_failure> failures() const override { return sys_.failures().list(); }
  tracer& traces() override { return sys_.traces(); }
  const directory& paths() const override { return sys_.paths(); }
  runtime::recorder* recorder() override { return sys_.recorder(); }
  vault& secrets() override { return sys_.secrets(); }
  void send(runtime::address to, any_message what) override;
  void start_timer(std::string key, span after, any_message what) override;
  void cancel_timer(std::string_view key) override;
  void start_child(child_spec spec) override;
  void stop_child(std::string name) override;
  void control(std::string path, any_message command) override;
  void finish(std::string reason) override;
  void ready() override;
  void prepared(std::string refusal) override;
  void log(level severity, std::string message) override;

  // -- supervisor::host ------------------------------------------------------------------------
  void spawn_child(const child_spec& spec) override;
  void order_child(const std::string& name, child_order what) override;
  instant child_time() const override { return sys_.now(); }
  std::uint64_t prng() override { return random(); }
  void wake_supervisor(std::string key, span after) override;
  void note(level severity, std::string message) override { log(severity, std::move(message)); }
  void children_started() override;
  void children_stopped() override;
  void children_gave_up(std::string reason) override;
  void children_shut_down(std::string reason) override;
  void child_gone(const std::string& name) override;

private:
  using clock_point = caf::actor_clock::time_point;
  struct timer {
    clock_point due;
    any_message what; ///< Empty: the supervisor's own.
    origin cause;
  };
  /// The cell's part in a transaction over the tree.
  struct participant {
    std::uint64_t transaction = 0;
    runtime::address coordinator;
    child_spec spec;
    const service_kind* kind = nullptr;  ///< The successor's; once switched, the predecessor's.
    std::unique_ptr<service_base> other; ///< Likewise.
    std::uint64_t incarnation = 0;       ///< For which it was prepared.
    bool prepared = false;
    bool in_place = false;
    bool force = false;
    bool again = false; ///< To be built from the store: the state could not be taken over.
    bool switched = false;
    std::string answer_owed; ///< To the coordinator, when the service is prepared: its token.
    outbox held;             ///< What the successor said when it moved in.
  };
  /// Whom to tell of readiness and failures after a transaction.
  struct watch {
    std::uint64_t transaction = 0;
    runtime::address coordinator;
    span settle{};
    instant until;
    bool ready_owed = false;
  };
  /// What becomes of the cell when its children have all stopped.
  enum class afterwards { nothing, report_reset, stop_service, fail_upwards, end };

  // cell.cpp: mail and the life of the service
  void take(const envelope& mail);
  void deliver(const envelope& mail);
  void be_idle();
  bool run(const hearing& hearing, const envelope& mail);

  // cell_store.cpp: what is on its way to the store
  void note_transaction(const transaction& what);
  void hear(const transactions_ended& news);
  void take_again();
  void keep_unsettled(const envelope& mail);
  void drain();
  void measure_state();
  void obey(const parent_order& order);
  void hear(const child_note& note);
  void begin_service(bool again);
  void build_service();
  void service_ready();
  template <class F>
  bool guarded(std::string_view doing, F work) {
    return run_guarded(doing, &call<F>, &work);
  }
  bool run_guarded(std::string_view doing, void (*work)(void*), void* what);
  template <class F>
  static void call(void* what) {
    (*static_cast<F*>(what))();
  }
  void fail(const std::string& reason);
  void drop_service();
  void settle_service();
  void stop_service();
  void end(const std::string& reason);
  void kill_children();
  void report(child_note::kind what, std::string reason = {});
  void set_phase(cell_phase to);
  bool waits() const noexcept { return !service_ || suspended_ || held_; }
  void flush();
  void carry_out(outbox what);
  void arm();
  void timers_due();

  // cell_journal.cpp: what the journal hears of it
  template <class F>
  void in_turn(std::string_view doing, F work) {
    run_turn(doing, &call<F>, &work);
  }
  void run_turn(std::string_view doing, void (*work)(void*), void* what);
  void record_digest(std::uint64_t taken_bytes);
  void write_checkpoint();
  void record_participant(std::string_view how, std::string_view kind = {},
                          std::string_view config = {}, std::string_view state = {});

  // cell_control.cpp: commands and what a cell shows of itself
  void execute(const control_mail& mail);
  bool execute_children(const control_mail& mail, cell_answer& answer);
  std::string crash(const std::string& reason);
  void restart();
  void keep_child_spec(const child_spec& spec);
  bool replace_child_spec(const child_spec& spec);
  void forget_child_spec(std::string_view name);
  void suspend(bool on);

  // cell_transaction.cpp: hot swap, alone or as a part of a transaction over the tree
  bool execute_transaction(const control_mail& mail, cell_answer& answer, bool& answers);
  std::string swap(const child_spec& spec);
  std::string prepare(participant& made);
  bool prepare_outside();
  std::string offer(participant& made);
  void answer_prepared(std::string refusal);
  std::string switch_over(participant& one);
  void undo(participant& one);
  void move_in(participant one);
  void leave_transaction();
  void hold(bool on);
  void note_pause(std::chrono::steady_clock::time_point since);
  void respecify(child_spec spec);
  void watch_from(const runtime::address& coordinator, const watch_member& how);
  void tell_watcher_ready();
  void tell_watcher_failed(std::string_view doing, const std::string& reason);

  // cell_show.cpp: what a cell shows of itself
  json show(const show_cell& what);
  json info() const;
  json show_mailbox(std::int64_t limit);
  void remember_crash(const std::string& reason);

  runtime::system& sys_;
  runtime::address me_;
  child_spec spec_;
  caf::actor parent_;
  const service_kind* kind_ = nullptr;
  std::unique_ptr<service_base> service_;
  supervisor nursery_;
  std::size_t last_kept_ = 0; ///< Place among `spec_.children`: they come in order.
  restart_window own_window_; ///< The root's, for itself.
  std::map<std::string, caf::actor, std::less<>> handles_;
  cell_phase phase_ = cell_phase::parked;
  afterwards afterwards_ = afterwards::nothing;
  bool children_up_ = false; ///< The static children have been started.
  bool told_ready_ = false;
  bool suspended_ = false; ///< By command: messages wait.
  bool held_ = false;      ///< By a transaction,
  std::chrono::steady_clock::time_point held_since_;
  std::string end_reason_; ///< Of an end that waits for the children's.
  std::uint64_t incarnation_ = 0;
  std::uint64_t barrier_ = 0; ///< Awaited `barrier_reached`; 0 is none.
  std::uint64_t prng_state_ = 0;
  instant now_;
  runtime::address current_sender_;
  any_message current_;
  origin current_cause_;
  event_recorder* turn_ = nullptr;       ///< Of the running turn, while the journal records.
  std::uint64_t checkpointed_epoch_ = 0; ///< Of the journal, for which it has recorded its state.
  bool left_out_ = false;                ///< Something that it took is not in the journal,
  instant left_out_at_;                  ///< last at this time.
  std::int64_t digest_due_ = 4096;       ///< Bytes to take until the next digest of the state.
  std::deque<envelope> parked_;
  std::vector<envelope> unsettled_; ///< Handled, but what came of them is still held back.
  /// A transaction that was sent and has not ended.
  struct sent_transaction {
    std::vector<envelope> came_of;
    bool answers = false; ///< Somebody hears of its refusal.
  };
  std::deque<sent_transaction> in_store_;
  std::vector<envelope> to_take_again_; ///< Their transactions were refused.
  std::map<std::string, timer, std::less<>> timers_;
  clock_point armed_ = clock_point::max();
  std::string_view handling_;
  std::deque<last_words> crashes_;
  std::deque<departed> departed_; ///< Children that failed and are gone.
  recent_mail recent_;
  std::uint64_t measure_at_ = 16; ///< Messages taken when the state's size is looked at next.
  link_table incoming_, outgoing_;
  std::optional<participant> participant_;
  std::optional<watch> watch_;
  outbox out_; ///< Of the running handler.
};

} // namespace troupe::runtime
