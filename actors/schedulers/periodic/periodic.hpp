// PERIODIC: a buildset every so often (semantics.md §17.4).
//
// Owns:      the time of its last actuation, in the store.
// Promises:  the next actuation is one interval after the last, across restarts; a time that was
//            missed is made up for once, at once. The time and the buildset are one
//            commit. A request that is not answered or refused is sent again.
// Restart:   permanent. The last actuation comes from the store. A request of the former
//            incarnation may not have reached the store by then: the next one bears the same number
//            and is told to look again.
#pragma once

#include "actors/botmaster/brd/messages.hpp"
#include "actors/scheduler_manager/scheduler_manager.hpp"
#include "actors/schedulers/settings.hpp"

namespace troupe::model {
class function_runner;
}

namespace troupe::schedulers {

struct periodic_config {
  scheduler_settings scheduler;
  span periodic_build_timer{};
  TROUPE_FIELDS(scheduler, periodic_build_timer)
};

struct periodic_state {
  records::scheduler record;
  std::optional<instant> last_build;          ///< The last actuation; nothing: never.
  std::optional<instant> due;                 ///< The next one; nothing while a request is out.
  std::int64_t requests = 0;                  ///< Accepted so far, as far as is known here.
  std::optional<botmaster::add_buildset> out; ///< Not answered by the distributor yet.
  std::string refusal;                        ///< Why it was refused, or could not be made.
  TROUPE_FIELDS(record, last_build, due, requests, out, refusal)
};

/// The interval is over.
struct actuation_due {
  TROUPE_FIELDS()
};
/// The request of that token is still out.
struct periodic_request_due {
  std::string token;
  TROUPE_FIELDS(token)
};

class periodic : public runtime::service<periodic, periodic_config, periodic_state> {
public:
  using hears =
      runtime::messages<scheduler_enrolled, resubscribe, actuation_due, periodic_request_due,
                        botmaster::buildset_added, botmaster::buildset_refused,
                        botmaster::buildset_request_outdated>;
  periodic();
  ~periodic() override;
  static const runtime::service_kind& static_kind();
  void init() override;
  void code_change() override;
  bool ready_when_started() const override { return static_cast<bool>(state().record.id); }

  void on(const scheduler_enrolled&);
  void on(const resubscribe&) {} // it hears no changes
  void on(const actuation_due&);
  void on(const periodic_request_due&);
  void on(const botmaster::buildset_added&);
  void on(const botmaster::buildset_refused&);
  void on(const botmaster::buildset_request_outdated&);
  std::optional<runtime::causes> explain(const runtime::query&) override;

private:
  void read_stored();
  void arm();
  void send_request();
  bool is_out(const std::string& token) const;

  std::unique_ptr<model::function_runner> functions_; ///< A cache, not state.
};

} // namespace troupe::schedulers
