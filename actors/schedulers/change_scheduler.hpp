// CHANGE SCHEDULER: SingleBranchScheduler and AnyBranchScheduler (semantics.md §17.1, §17.2).
//
// Owns:      its record (the newest change it has seen), the changes that wait in it, and the
//            count of its orders, one of which is out at a time.
// Promises:  every change is looked at once, in order; a buildset and the forgetting of its changes
//            are one commit, so that a crash neither loses nor repeats one. An order that is not
//            answered or refused is given again.
// Restart:   permanent. What waits comes from the store and its timers begin again. An order of the
//            former incarnation may not have reached the store by then: the next one bears the same
//            number and is told to look again.
#pragma once

#include "actors/botmaster/brd/messages.hpp"
#include "actors/change_svc/messages.hpp"
#include "actors/config/model/change_filter.hpp"
#include "actors/scheduler_manager/scheduler_manager.hpp"
#include "actors/schedulers/settings.hpp"

namespace troupe::model {
class function_runner;
}

namespace troupe::schedulers {

struct change_scheduler_config {
  scheduler_settings scheduler;
  std::optional<model::change_filter> change_filter;
  std::optional<span> tree_stable_timer;
  std::optional<json> file_is_important; ///< function(change)
  bool only_important = false;
  bool create_absolute_source_stamps = false;
  bool one_timer = false; ///< For all changes; else one per branch.
  TROUPE_FIELDS(scheduler, change_filter, tree_stable_timer, file_is_important, only_important,
                create_absolute_source_stamps, one_timer)
};

/// A change that waits for the tree to be stable.
struct waiting_change {
  records::change change;
  bool important = true;
  TROUPE_FIELDS(change, important)
};

/// An order that the distributor has not answered yet.
struct pending_request {
  botmaster::add_buildset what;
  std::vector<records::change> changes;
  std::string group; ///< Whose time was up; empty for a change that did not wait.
  instant since;
  instant again_at;    ///< It is given again then.
  std::string refusal; ///< Why it was refused the last time.
  TROUPE_FIELDS(what, changes, group, since, again_at, refusal)
};

/// Changes of which no buildset could be made.
struct impossible_set {
  change_id change; ///< The newest of them.
  std::string message;
  instant at;
  TROUPE_FIELDS(change, message, at)
};

struct change_scheduler_state {
  records::scheduler record;
  std::map<std::string, std::map<change_id, waiting_change>> groups; ///< By timer group.
  std::map<std::string, instant> timers_due; ///< Of groups whose timer runs.
  std::map<std::string, records::change> last_of_codebase;
  std::int64_t orders = 0; ///< Taken so far, as far as is known here.
  std::optional<pending_request> out;
  std::set<std::string> due;        ///< Groups whose time came meanwhile,
  std::deque<records::change> held; ///< and changes: progress is stored in order.
  std::int64_t buildsets = 0, refused = 0, seen = 0;
  std::optional<impossible_set> impossible; ///< The last one.
  change_id last_taken;
  TROUPE_FIELDS(record, groups, timers_due, last_of_codebase, orders, out, due, held, buildsets,
                refused, seen, impossible, last_taken)
};

struct tree_stable {
  std::string group;
  TROUPE_FIELDS(group)
};
/// The order of that token is still out.
struct request_due {
  std::string token;
  TROUPE_FIELDS(token)
};

class change_scheduler
  : public runtime::service<change_scheduler, change_scheduler_config, change_scheduler_state> {
public:
  using hears =
      runtime::messages<scheduler_enrolled, resubscribe, change_svc::change_added, tree_stable,
                        request_due, botmaster::buildset_added, botmaster::buildset_refused,
                        botmaster::buildset_request_outdated>;
  change_scheduler();
  ~change_scheduler() override;
  static const runtime::service_kind& static_kind();
  void init() override;
  void code_change() override;
  bool ready_when_started() const override { return static_cast<bool>(state().record.id); }
  bool shutdown_requested() override;

  void on(const scheduler_enrolled&);
  void on(const resubscribe&);
  void on(const change_svc::change_added&);
  void on(const tree_stable&);
  void on(const request_due&);
  void on(const botmaster::buildset_added&);
  void on(const botmaster::buildset_refused&);
  void on(const botmaster::buildset_request_outdated&);
  std::optional<runtime::causes> explain(const runtime::query&) override;

private:
  void read_stored();
  void listen();
  void go_on();
  void look_at(const records::change& what);
  std::string group_of(const records::change& change) const;
  void seen(const records::change& change, storage::batch& work);
  void build_group(const std::string& group);
  void build(std::vector<records::change> changes, storage::batch along, std::string group);
  void start_stable_timer(const std::string& group);
  void send_request();
  bool is_out(const std::string& token) const;
  const std::map<std::string, records::change>& known_changes() const;

  std::unique_ptr<model::function_runner> functions_; ///< A cache, not state.
};

} // namespace troupe::schedulers
